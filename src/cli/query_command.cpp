#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/run_sql.hpp"

namespace shardite {

namespace {

struct QueryArguments {
  std::string fleet, sql, file;
};

std::string SqlOf(const QueryArguments &arguments) {
  return arguments.file.empty() && arguments.sql != "-" ? arguments.sql : ReadSql(arguments.file);
}

int RunQuery(const QueryArguments &arguments, const GlobalOptions &options) {
  InterruptWatcher interrupts;
  const auto sql = SqlOf(arguments);
  const auto session = OpenSession(arguments.fleet, options);
  Output output;
  RunSettings settings;
  settings.print = options.ForPrinting(output);
  settings.stats = options.stats;
  SqlRunner(*session, output, interrupts).Run(sql, settings);
  return 0;
}

}  // namespace

std::string ReadSql(const std::string &path) {
  const bool from_stdin = path.empty() || path == "-";
  const std::string name = from_stdin ? "stdin" : path;
  std::string sql;
  if (from_stdin) {
    sql.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) throw FleetError(path + ": is a directory");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw FleetError(path + ": cannot be read");
    sql.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad()) throw FleetError(path + ": cannot be read");
  }
  // DuckDB's parser would end there, and run what is left of the statement.
  const size_t nul = sql.find('\0');
  if (nul != std::string::npos) {
    const auto line = 1 + std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    throw FleetError(name + ":" + std::to_string(line) + ": holds a NUL byte; SQL is UTF-8 text");
  }
  return sql;
}

void AddQueryCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("query", "Run SQL over a fleet and print the result");
  const auto arguments = std::make_shared<QueryArguments>();
  command->add_option("FLEET", arguments->fleet, FLEET_HELP)->required();
  auto *sql = command->add_option("SQL", arguments->sql, "One or more statements; - reads them from stdin");
  command->add_option("-f,--file", arguments->file, "Read the statements from this file; - is stdin")->excludes(sql);
  command->callback([=, &options, &body] {
    if (arguments->sql.empty() && arguments->file.empty()) {
      throw CLI::RequiredError("SQL (as an argument, - for stdin, or -f FILE)");
    }
    body = [=, &options] { return RunQuery(*arguments, options); };
  });
  command->footer(
      "Examples:\n"
      "  shardite query fleet.toml \"SELECT ServiceName, count(*) FROM otel_traces GROUP BY ALL\"\n"
      "  shardite query --format csv 'otel-*.db' 'FROM otel_logs' > logs.csv\n"
      "  shardite query --stats fleet.toml -f report.sql\n"
      "A table on a terminal shows 40 rows (--max-rows); csv and ndjson stream results of any size.");
}

}  // namespace shardite
