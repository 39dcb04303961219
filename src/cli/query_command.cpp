#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/run_sql.hpp"

namespace shardite {

namespace {

struct QueryArguments {
  std::string fleet, sql, file;
};

std::string SqlOf(const QueryArguments &arguments) {
  if (!arguments.file.empty()) return ReadTextFile(arguments.file);
  if (arguments.sql != "-") return arguments.sql;
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
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

std::string ReadTextFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf() || file.peek() == EOF)) throw FleetError(path + ": cannot be read");
  return text.str();
}

void AddQueryCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("query", "Run SQL over a fleet and print the result");
  const auto arguments = std::make_shared<QueryArguments>();
  command->add_option("FLEET", arguments->fleet, "A fleet file, or a quoted glob of SQLite files")->required();
  auto *sql = command->add_option("SQL", arguments->sql, "One or more statements; - reads them from stdin");
  command->add_option("-f,--file", arguments->file, "Read the statements from this file")->excludes(sql);
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
