#pragma once
// How rows become text. A printer gets the columns, then chunk after chunk, then the end; it appends to the Output and
// keeps no more than a chunk, except for tables, whose widths need all rows.
//
//   table    DuckDB's own box. On a terminal 40 rows of at most 10,000 fetched; into a pipe all rows and columns.
//   csv      as DuckDB writes CSV: a header, RFC 4180 quotes, NULL empty and the empty text "".
//   json     one array of objects for each result; ndjson: one object on each line.
// In JSON, numbers are numbers at any size; infinities and NaN, which JSON lacks, are the texts "inf", "-inf", "nan";
// lists, structs, maps and JSON columns are JSON; all else is the text that DuckDB shows.

#include <cstdint>
#include <memory>
#include <string>

#include <duckdb.hpp>

#include "cli/output.hpp"

namespace shardite {

enum class OutputFormat { TABLE, CSV, JSON, NDJSON };

struct PrintSettings {
  OutputFormat format = OutputFormat::TABLE;
  uint64_t max_rows = 0;   // rows of a table that are shown; 0: all
  uint64_t max_fetch = 0;  // rows of a table that are fetched at all; 0: all
  uint64_t max_width = 0;  // columns of the terminal; 0: unlimited
};

class ResultPrinter {
 public:
  virtual ~ResultPrinter() = default;
  virtual void Begin(const duckdb::vector<duckdb::string> &names, const duckdb::vector<duckdb::LogicalType> &types) = 0;
  /// Rows of a flat chunk. False: the printer wants no more of them, the query may stop.
  virtual bool Rows(duckdb::DataChunk &chunk) = 0;
  virtual void End() = 0;
};

/// `context` serves casts (time zones, settings); it must outlive the printer.
std::unique_ptr<ResultPrinter> MakeTablePrinter(const PrintSettings &settings, duckdb::ClientContext &context,
                                                Output &output);
std::unique_ptr<ResultPrinter> MakeCsvPrinter(duckdb::ClientContext &context, Output &output);
enum class JsonLayout { ARRAY, LINES };
std::unique_ptr<ResultPrinter> MakeJsonPrinter(JsonLayout layout, duckdb::ClientContext &context, Output &output);

std::unique_ptr<ResultPrinter> MakeResultPrinter(const PrintSettings &settings, duckdb::ClientContext &context,
                                                 Output &output);

/// "table", "csv", "json", "ndjson"; false when it is none of them.
bool ParseOutputFormat(const std::string &name, OutputFormat &format);

}  // namespace shardite
