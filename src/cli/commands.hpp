#pragma once
// The subcommands, one file each: Add*Command declares arguments and leaves the work in `body`, which runs once the
// whole command line has been understood.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/result_printer.hpp"
#include "remote/discover.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
}

namespace shardite {

class Session;

/// What every command understands, before or behind its name.
struct GlobalOptions {
  OutputFormat format = OutputFormat::TABLE;
  bool format_given = false;
  bool stats = false;
  std::string pushdown;              // "": the engine's default
  std::optional<uint64_t> max_rows;  // of a table; 0: all
  std::string program;               // how shardite was called, for "type this next"

  PrintSettings ForPrinting(const Output &output) const;
};

/// Validates an option that is a number from 0: "", or what is wrong with it. (CLI11 reads -1 as a huge one.)
std::string IsCount(const std::string &text);

/// Runs the command and returns its exit code; may throw.
using CommandBody = std::function<int()>;

constexpr const char *FLEET_HELP = "A fleet file, a quoted glob of SQLite files, or a shard's url";

void AddQueryCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddShellCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddExplainCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddShardsCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddCheckCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddDiscoverCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);
void AddDemoCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body);

/// A session on the fleet with the global options applied. Throws FleetError.
std::unique_ptr<Session> OpenSession(const std::string &fleet, const GlobalOptions &options);

/// The SQL in a file, or of stdin for "" and "-". Throws FleetError naming it.
std::string ReadSql(const std::string &path);
/// Replaces the file. Throws FleetError naming it.
void WriteTextFile(const std::string &path, const std::string &text);

/// The fleet file that stands for these sources (files, globs, shard urls), as text; `path` is where it will lie, so
/// that it can name files relative to itself.
std::string DiscoverFleetText(const std::vector<std::string> &sources, const std::string &path,
                              const DiscoverOptions &options);
/// The deadline of commands that read every shard completely.
constexpr auto WHOLE_SHARD_DEADLINE = std::chrono::minutes(30);

}  // namespace shardite
