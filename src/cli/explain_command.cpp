#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "cli/commands.hpp"
#include "cli/run_sql.hpp"
#include "cli/scan_json.hpp"
#include "cli/scan_report.hpp"

namespace shardite {

namespace {

// Counts up when a key of the document changes its meaning or goes; new keys may come at any time.
constexpr int JSON_VERSION = 1;

struct ExplainArguments {
  std::string fleet, sql, file;
  bool analyze = false;
};

/// The rows of EXPLAIN: DuckDB's plans, one text each.
std::string RunExplain(Session &session, const std::string &sql) {
  const auto result = session.Run(sql);
  if (result->HasError()) ThrowQueryError(result->GetErrorObject());
  std::string plans;
  while (true) {
    duckdb::unique_ptr<duckdb::DataChunk> chunk;
    duckdb::ErrorData error;
    if (!result->TryFetch(chunk, error)) ThrowQueryError(error.HasError() ? error : result->GetErrorObject());
    if (!chunk || chunk->size() == 0) return plans;
    for (size_t row = 0; row < chunk->size(); row++) plans += chunk->GetValue(1, row).ToString();
  }
}

std::string AsText(Session &session, const ExplainArguments &arguments, const std::string &sql) {
  auto text = RunExplain(session, (arguments.analyze ? "EXPLAIN ANALYZE " : "EXPLAIN ") + sql);
  if (!text.empty() && text.back() != '\n') text += "\n";
  for (const auto &scan : session.LastExplanation()) text += "\n" + DescribeScan(scan);
  if (arguments.analyze) text += "\nfan-out: " + DescribeFanOut(session.LastStatistics()) + "\n";
  return text;
}

std::string AsJson(Session &session, const ExplainArguments &arguments, const std::string &sql) {
  const auto plan =
      RunExplain(session, (arguments.analyze ? "EXPLAIN (ANALYZE, FORMAT json) " : "EXPLAIN (FORMAT json) ") + sql);
  auto text = "{\"version\":" + std::to_string(JSON_VERSION) + ",\"statement\":" + JsonString(sql) +
              ",\"analyzed\":" + (arguments.analyze ? "true" : "false") +
              ",\"scans\":" + ScansToJson(session.LastExplanation());
  if (arguments.analyze) text += ",\"statistics\":" + session.LastStatistics().ToJson();
  return text + ",\"plan\":" + plan + "}\n";
}

int Explain(const ExplainArguments &arguments, const GlobalOptions &options) {
  InterruptWatcher interrupts;
  const auto sql = arguments.file.empty() && arguments.sql != "-" ? arguments.sql : ReadSql(arguments.file);
  const auto session = OpenSession(arguments.fleet, options);
  if (session->Parse(sql).size() != 1) throw FleetError("explain takes exactly one statement");
  const InterruptWatcher::Scope interrupt(interrupts, [&](int times) {
    if (times > 1) _exit(EXIT_INTERRUPTED);
    session->Interrupt();
  });
  Output output;
  const bool json = options.format == OutputFormat::JSON || options.format == OutputFormat::NDJSON;
  output.Write(json ? AsJson(*session, arguments, sql) : AsText(*session, arguments, sql));
  output.Flush();
  return 0;
}

}  // namespace

void AddExplainCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("explain", "Show what a query asks of which shards, and what stays local");
  const auto arguments = std::make_shared<ExplainArguments>();
  command->add_option("FLEET", arguments->fleet, FLEET_HELP)->required();
  auto *sql = command->add_option("SQL", arguments->sql, "One statement; - reads it from stdin");
  command->add_option("-f,--file", arguments->file, "Read the statement from this file; - is stdin")->excludes(sql);
  command->add_flag("--analyze", arguments->analyze, "Run it too, and show what was received");
  command->callback([=, &options, &body] {
    if (arguments->sql.empty() && arguments->file.empty()) throw CLI::RequiredError("SQL");
    if (options.format == OutputFormat::CSV) throw CLI::ValidationError("explain prints table or json, not csv");
    body = [=, &options] { return Explain(*arguments, options); };
  });
  command->footer("Example:\n  shardite explain --analyze fleet.toml \"SELECT max(Duration) FROM otel_traces\"");
}

}  // namespace shardite
