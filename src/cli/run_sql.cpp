#include "cli/run_sql.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/error.hpp"
#include "cli/progress_bar.hpp"
#include "cli/scan_report.hpp"

namespace shardite {

std::string QueryErrorText(const duckdb::ErrorData &error) {
  auto text = error.RawMessage();
  const bool is_bug = error.Type() == duckdb::ExceptionType::INTERNAL || error.Type() == duckdb::ExceptionType::FATAL;
  if (is_bug) {
    // DuckDB appends a stack trace to these.
    text = "internal error: " + text.substr(0, text.find('\n'));
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void ThrowQueryError(const duckdb::ErrorData &error) {
  if (error.Type() == duckdb::ExceptionType::INTERRUPT) throw QueryInterrupted();
  throw FleetError(QueryErrorText(error));
}

void SqlRunner::Run(const std::string &sql, const RunSettings &settings) {
  for (auto &statement : session_.Parse(sql)) RunStatement(std::move(statement), settings);
}

void SqlRunner::RunStatement(duckdb::unique_ptr<duckdb::SQLStatement> statement, const RunSettings &settings) {
  const auto start = std::chrono::steady_clock::now();
  {
    ProgressBar progress([this] { return session_.Progress(); });
    const InterruptWatcher::Scope interrupt(interrupts_, [this](int times) {
      if (times > 1) _exit(EXIT_INTERRUPTED);  // it does not stop by itself
      session_.Interrupt();
    });
    try {
      auto result = session_.Run(std::move(statement));
      if (result->HasError()) ThrowQueryError(result->GetErrorObject());
      PrintResult(*result, settings, progress);
    } catch (...) {
      output_.Discard();
      throw;
    }
  }
  output_.Flush();
  if (settings.stats) std::fprintf(stderr, "%s\n", session_.LastStatistics().ToJson().c_str());
  if (settings.timer) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::fprintf(stderr, "%.3f s\n", elapsed.count());
  }
}

duckdb::unique_ptr<duckdb::DataChunk> SqlRunner::Fetch(duckdb::QueryResult &result) {
  duckdb::unique_ptr<duckdb::DataChunk> chunk;
  duckdb::ErrorData error;
  if (!result.TryFetch(chunk, error)) ThrowQueryError(error.HasError() ? error : result.GetErrorObject());
  return chunk;
}

void SqlRunner::PrintResult(duckdb::QueryResult &result, const RunSettings &settings, ProgressBar &progress) {
  // Nothing is printed before the first rows are there: most queries that fail, fail before them.
  auto chunk = Fetch(result);
  if (output_.IsTerminal()) progress.Stop();
  if (result.properties.return_type == duckdb::StatementReturnType::NOTHING) return;
  if (result.statement_type == duckdb::StatementType::EXPLAIN_STATEMENT &&
      settings.print.format == OutputFormat::TABLE) {
    for (; chunk && chunk->size() > 0; chunk = Fetch(result)) {
      for (size_t row = 0; row < chunk->size(); row++) output_.Write(chunk->GetValue(1, row).ToString() + "\n");
    }
    for (const auto &scan : session_.LastExplanation()) output_.Write("\n" + DescribeScan(scan));
    return;
  }
  auto printer = MakeResultPrinter(settings.print, *session_.Connection().context, output_);
  printer->Begin(result.names, result.types);
  while (chunk && chunk->size() > 0 && printer->Rows(*chunk)) chunk = Fetch(result);
  progress.Stop();
  printer->End();
}

}  // namespace shardite
