#pragma once
// When a partial cannot be trusted (a witness counts values that SQLite and DuckDB treat differently), that part of
// that shard is asked again for its rows, and each row (under an UNNEST, each value of its list) is made a partial of
// its own here, by DuckDB's own expressions.

#include <memory>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/execution/expression_executor.hpp>

#include "engine/scan/page_decoder.hpp"
#include "engine/scan/scan_spec.hpp"

namespace shardite {

/// What is the same for all threads: which columns to pull, and how the scan's columns follow from them.
class RowFallback {
 public:
  RowFallback(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected);

  /// The query for rows, with the same filters.
  RemoteQuery Query(size_t variant) const;
  const std::vector<DecodedColumn> &Columns() const { return decoded_; }

  /// One thread's evaluation.
  class Evaluation {
   public:
    Evaluation(duckdb::ClientContext &context, const RowFallback &fallback);
    PageDecoder &Decoder() { return decoder_; }
    /// The next rows of the decoder's page as the scan's selected columns; 0 when there are no more.
    duckdb::idx_t Read(duckdb::DataChunk &selected);

   private:
    bool ReadRows();
    duckdb::idx_t Unnest();

    PageDecoder decoder_;
    duckdb::DataChunk rows_;
    duckdb::ExpressionExecutor executor_;
    /// Of an UNNEST: the lists of `rows_`, how far they are read, and rows beside values, which `executor_` sees.
    std::unique_ptr<duckdb::ExpressionExecutor> list_executor_;
    duckdb::DataChunk lists_;
    duckdb::idx_t row_ = 0, value_ = 0;
    duckdb::DataChunk unnested_;
  };

 private:
  void PutLast(size_t value);

  const TableSnapshot &table_;
  ScanSpec rows_spec_;
  std::vector<size_t> pulled_;  // logical columns
  std::vector<DecodedColumn> decoded_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions_;  // over the pulled columns, then the value
  duckdb::unique_ptr<duckdb::Expression> list_;                         // of an UNNEST, over the pulled columns
};

}  // namespace shardite
