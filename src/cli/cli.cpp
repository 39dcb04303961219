#include "cli/cli.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <duckdb.hpp>
#include <duckdb/common/printer.hpp>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/run_sql.hpp"

#ifndef SHARDITE_VERSION
#define SHARDITE_VERSION "0.1.0"
#endif

namespace shardite {

namespace {

constexpr int EXIT_ERROR = 1, EXIT_USAGE = 2, EXIT_OUTPUT_CLOSED = 141;

constexpr const char *EXAMPLES =
    "Examples:\n"
    "  shardite demo                                     make data and see three queries run\n"
    "  shardite discover 'logs/*.db' -o fleet.toml       write a fleet file from what the shards hold\n"
    "  shardite query fleet.toml \"SELECT count(*) FROM otel_logs\"\n"
    "  shardite explain --analyze fleet.toml -f q.sql    what each shard is asked, and why\n"
    "  shardite shell fleet.toml                         type queries\n"
    "FLEET is a fleet file (TOML); for a quick look a quoted glob of SQLite files, or the url of one shard.";

void DeclareGlobalOptions(CLI::App &app, GlobalOptions &options) {
  app.add_option_function<std::string>(
         "--format",
         [&options](const std::string &name) {
           ParseOutputFormat(name, options.format);
           options.format_given = true;
         },
         "How results are printed: table, csv, json or ndjson")
      ->check(CLI::IsMember({"table", "csv", "json", "ndjson"}))
      ->type_name("FORMAT");
  app.add_flag("--stats", options.stats, "Print the fan-out of each result as one JSON line on stderr");
  app.add_option("--pushdown", options.pushdown, "What is sent to the shards: all, filter or none")
      ->check(CLI::IsMember({"all", "filter", "none"}))
      ->type_name("WHAT");
  app.add_option("--max-rows", options.max_rows, "Rows of a table that are shown, 0 for all (40 on a terminal)")
      ->check(IsCount)
      ->type_name("N");
}

/// Closed ones are held by something that fails, so that no file or socket is opened under their numbers and gets what
/// was meant for the terminal.
void HoldStandardDescriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    [[maybe_unused]] const int held = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

int Fail(const std::string &message) {
  std::fprintf(stderr, "shardite: %s\n", message.c_str());
  return EXIT_ERROR;
}

int Usage(const CLI::App &app, const CLI::ParseError &error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  std::string help = "shardite";
  for (const auto *command : app.get_subcommands()) help += " " + command->get_name();
  std::string message = error.what();
  const auto unknown = app.remaining(true);
  if (app.get_subcommands().empty() && !unknown.empty())
    message = (unknown.front().starts_with("-") ? "there is no option " : "there is no command ") + unknown.front();
  std::fprintf(stderr, "shardite: %s\nTry: %s --help\n", message.c_str(), help.c_str());
  return EXIT_USAGE;
}

/// Runs a command and turns whatever it throws into one message and an exit code.
int RunBody(const CommandBody &body) {
  try {
    return body();
  } catch (const OutputClosed &) {
    return EXIT_OUTPUT_CLOSED;
  } catch (const QueryInterrupted &) {
    Fail("interrupted");
    return EXIT_INTERRUPTED;
  } catch (const FleetError &error) {
    return Fail(error.what());
  } catch (const std::exception &error) {
    return Fail(QueryErrorText(duckdb::ErrorData(error)));
  }
}

}  // namespace

PrintSettings GlobalOptions::ForPrinting(const Output &output) const {
  constexpr uint64_t TERMINAL_ROWS = 40, TERMINAL_FETCH = 10'000;
  PrintSettings settings;
  settings.format = format;
  settings.max_rows = max_rows.value_or(output.IsTerminal() ? TERMINAL_ROWS : 0);
  if (output.IsTerminal()) {
    settings.max_width = duckdb::Printer::TerminalWidth();
    settings.max_fetch = max_rows ? 0 : TERMINAL_FETCH;
  }
  return settings;
}

std::unique_ptr<Session> OpenSession(const std::string &fleet, const GlobalOptions &options) {
  auto session = std::make_unique<Session>(fleet);
  if (!options.pushdown.empty()) {
    const auto result = session->Run("SET shardite_pushdown = '" + options.pushdown + "'");
    if (result->HasError()) ThrowQueryError(result->GetErrorObject());
  }
  return session;
}

std::string IsCount(const std::string &text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text.size() < 19;
  return digits ? "" : "\"" + text + "\" is no number from 0";
}

int RunCli(int argc, char **argv) {
  HoldStandardDescriptors();
  signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), also for sockets
  GlobalOptions options;
  options.program = argc > 0 ? argv[0] : "shardite";
  CommandBody body;
  CLI::App app("One logical table over many SQLite shards, each holding one slice of time.", "shardite");
  app.set_version_flag("--version",
                       std::string("shardite " SHARDITE_VERSION " (DuckDB ") + duckdb::DuckDB::LibraryVersion() + ")");
  app.footer(EXAMPLES);
  app.require_subcommand(1);
  app.fallthrough();
  DeclareGlobalOptions(app, options);
  AddQueryCommand(app, options, body);
  AddShellCommand(app, options, body);
  AddExplainCommand(app, options, body);
  AddShardsCommand(app, options, body);
  AddCheckCommand(app, options, body);
  AddDiscoverCommand(app, options, body);
  AddDemoCommand(app, options, body);
  for (auto *command : app.get_subcommands(nullptr)) {
    command->footer(command->get_footer() +
                    "\nOptions of all commands (--format, --stats, --pushdown, --max-rows): shardite --help");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return Usage(app, error);
  }
  return RunBody(body);
}

}  // namespace shardite
