#include "cli/shell/dot_commands.hpp"

#include <cstdio>
#include <duckdb/parser/keyword_helper.hpp>
#include <fstream>

#include "base/error.hpp"
#include "cli/shell/shell.hpp"

namespace shardite {

namespace {

void Help(const std::string &argument, Shell &shell);

void Tables(const std::string &, Shell &shell) {
  shell.RunSql(
      "SELECT table_name AS \"table\", count(*) AS columns FROM duckdb_columns() WHERE database_name = "
      "current_database() GROUP BY ALL ORDER BY ALL");
}

void Schema(const std::string &table, Shell &shell) {
  if (!table.empty()) {
    shell.RunSql("SELECT column_name, column_type FROM (DESCRIBE " +
                 duckdb::KeywordHelper::WriteOptionallyQuoted(table) + ")");
    return;
  }
  shell.RunSql(
      "SELECT table_name AS \"table\", column_name AS \"column\", data_type AS type FROM duckdb_columns() WHERE "
      "database_name = current_database() ORDER BY table_name, column_index");
}

void Shards(const std::string &, Shell &shell) {
  shell.RunSql("SELECT * FROM shardite_shards(" +
               duckdb::KeywordHelper::WriteQuoted(shell.GetSession().FleetName(), '\'') + ")");
}

void Attach(const std::string &, Shell &shell) { shell.AttachAgain(); }

void Mode(const std::string &name, Shell &shell) {
  if (!ParseOutputFormat(name, shell.Settings().print.format)) {
    throw FleetError(".mode takes table, csv, json or ndjson");
  }
}

bool OnOrOff(const char *command, const std::string &argument) {
  if (argument != "on" && argument != "off") throw FleetError(std::string(command) + " takes on or off");
  return argument == "on";
}

void Timer(const std::string &argument, Shell &shell) { shell.Settings().timer = OnOrOff(".timer", argument); }
void Stats(const std::string &argument, Shell &shell) { shell.Settings().stats = OnOrOff(".stats", argument); }

void Explain(const std::string &sql, Shell &shell) {
  if (sql.empty()) throw FleetError(".explain takes a statement");
  auto settings = shell.Settings();
  settings.print.format = OutputFormat::TABLE;
  std::swap(settings, shell.Settings());
  try {
    shell.RunSql("EXPLAIN " + sql);
  } catch (...) {
    std::swap(settings, shell.Settings());
    throw;
  }
  std::swap(settings, shell.Settings());
}

void Read(const std::string &path, Shell &shell) {
  if (path.empty()) throw FleetError(".read takes a file");
  shell.RunSql(ReadSql(path));
}

void Quit(const std::string &, Shell &shell) { shell.Quit(); }

struct DotCommand {
  const char *name;
  const char *argument;
  const char *help;
  void (*run)(const std::string &argument, Shell &shell);
};

constexpr DotCommand COMMANDS[] = {
    {".help", "", "this list", Help},
    {".tables", "", "the fleet's tables", Tables},
    {".schema", "[TABLE]", "columns and types, of one table or all", Schema},
    {".shards", "", "the fleet's shards and their slices", Shards},
    {".attach", "", "attach the fleet again: new shards, changed tables", Attach},
    {".mode", "FORMAT", "print as table, csv, json or ndjson", Mode},
    {".timer", "on|off", "show how long each statement took", Timer},
    {".stats", "on|off", "show the fan-out of each statement", Stats},
    {".explain", "SQL", "what a statement asks of which shards", Explain},
    {".read", "FILE", "run the statements of a file", Read},
    {".quit", "", "leave; so does Ctrl-D", Quit},
    {".exit", "", "the same", Quit},
};

void Help(const std::string &, Shell &shell) {
  std::string text;
  for (const auto &command : COMMANDS) {
    char line[128];
    std::snprintf(line, sizeof line, "%-9s %-8s  %s\n", command.name, command.argument, command.help);
    text += line;
  }
  shell.GetOutput().Write(text + "Everything else is SQL and ends with a semicolon; Ctrl-C stops a query.\n");
  shell.GetOutput().Flush();
}

std::string Trimmed(const std::string &text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

void RunDotCommand(const std::string &line, Shell &shell) {
  const size_t space = line.find_first_of(" \t");
  const auto name = Trimmed(line.substr(0, space));
  const auto argument = space == std::string::npos ? "" : Trimmed(line.substr(space));
  for (const auto &command : COMMANDS) {
    if (name == command.name) {
      command.run(argument, shell);
      return;
    }
  }
  throw FleetError("there is no " + name + "; .help lists what there is");
}

std::vector<std::string> DotCommandNames() {
  std::vector<std::string> names;
  for (const auto &command : COMMANDS) names.emplace_back(command.name);
  return names;
}

}  // namespace shardite
