#pragma once
// Runs the statements of a text one after another and prints what they return: the common heart of query, shell and
// demo.

#include <cstdint>
#include <stdexcept>
#include <string>

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/result_printer.hpp"
#include "engine/session.hpp"

namespace shardite {

/// The query was stopped by Ctrl-C.
class QueryInterrupted : public std::runtime_error {
 public:
  QueryInterrupted() : std::runtime_error("interrupted") {}
};

struct RunSettings {
  PrintSettings print;
  bool stats = false;  // one JSON line on stderr behind each result
  bool timer = false;  // and how long it took
};

class SqlRunner {
 public:
  SqlRunner(Session &session, Output &output, InterruptWatcher &interrupts)
      : session_(session), output_(output), interrupts_(interrupts) {}

  /// Parses the whole text first, so that a syntax error anywhere prints nothing. The first statement that fails ends
  /// the run: FleetError with DuckDB's message, QueryInterrupted, OutputClosed.
  void Run(const std::string &sql, const RunSettings &settings);

 private:
  void RunStatement(duckdb::unique_ptr<duckdb::SQLStatement> statement, const RunSettings &settings);
  void PrintResult(duckdb::QueryResult &result, const RunSettings &settings, class ProgressBar &progress);
  duckdb::unique_ptr<duckdb::DataChunk> Fetch(duckdb::QueryResult &result);

  Session &session_;
  Output &output_;
  InterruptWatcher &interrupts_;
};

/// An error of DuckDB as an exception of ours; never with a stack trace.
[[noreturn]] void ThrowQueryError(const duckdb::ErrorData &error);
/// The same as text.
std::string QueryErrorText(const duckdb::ErrorData &error);

}  // namespace shardite
