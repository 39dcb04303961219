#pragma once
// Turns fetched pages into DataChunks: on DuckDB's threads, one decoder per thread. A page is checked before any of its
// rows is shown: its columns have the promised number of values, its witnesses are zero.

#include <memory>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "engine/scan/scan_spec.hpp"
#include "remote/result_page.hpp"
#include "sqlite/packed_reader.hpp"

namespace shardite {

/// What the values of one result column become.
struct DecodedColumn {
  std::string name;  // for messages
  duckdb::LogicalType type;
  Encoding encoding = Encoding::INTEGER;
};

/// The types of a chunk that takes these columns; of one that is left empty, since a chunk must have a column.
duckdb::vector<duckdb::LogicalType> TypesOf(const std::vector<DecodedColumn> &columns);

/// Where a page came from, for messages.
struct PageOrigin {
  std::string shard, server, table;
};

class PageDecoder {
 public:
  PageDecoder(duckdb::ClientContext &context, std::vector<DecodedColumn> columns);

  enum class Started {
    READY,
    REPAIRED,   // the server changed text that is not UTF-8: the page must be asked again with safe packing
    UNTRUSTED,  // a witness is violated
  };
  /// Takes a page of the columns and then of one witness per subject; throws FleetError when it is damaged.
  Started Start(ResultPage page, PageForm form, bool safe_packing, std::vector<std::string> witnesses,
                PageOrigin origin);
  /// Up to STANDARD_VECTOR_SIZE rows into the chunk's first columns; 0 when the page is exhausted.
  duckdb::idx_t Read(duckdb::DataChunk &chunk);
  /// What to say when nothing can replace an untrusted page.
  [[noreturn]] void FailWitness() const;
  /// Rows of the current page.
  uint64_t RowCount() const { return rows_; }

 private:
  Started StartPacked(bool safe_packing);
  bool Holds(size_t witness, uint64_t row);

  void ReadColumn(size_t column, duckdb::Vector &vector, duckdb::idx_t count);
  void ReadCast(size_t column, duckdb::Vector &vector, duckdb::idx_t count);
  template <class Write>
  void ReadEach(size_t column, duckdb::Vector &vector, duckdb::idx_t count, Write write);
  template <class T>
  void ReadIntegers(size_t column, duckdb::Vector &vector, duckdb::idx_t count);
  void ReadTicks(size_t column, duckdb::Vector &vector, duckdb::idx_t count);
  void ReadText(size_t column, duckdb::Vector &vector, duckdb::idx_t count);
  [[noreturn]] void Fail(size_t column, const std::string &what) const;
  [[noreturn]] void Unexpected(size_t column, const Cell &cell) const;
  [[noreturn]] void Damaged(const std::string &what) const;

  duckdb::ClientContext &context_;
  std::vector<DecodedColumn> columns_;
  std::vector<std::string> witnesses_;
  size_t violated_ = 0;  // the witness that was found violated
  ResultPage page_;
  PageOrigin origin_;
  std::vector<PackedReader> packed_;  // one per column; empty for plain rows
  uint64_t rows_ = 0;
  uint64_t position_ = 0;
};

}  // namespace shardite
