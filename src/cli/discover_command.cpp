#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/scan_report.hpp"

namespace shardite {

namespace {

namespace files = std::filesystem;

struct DiscoverArguments {
  std::vector<std::string> sources;
  std::string output;
  bool force = false;
  DiscoverOptions options;
};

int Discover(DiscoverArguments arguments) {
  InterruptWatcher interrupts;
  if (!arguments.output.empty() && !arguments.force && files::exists(arguments.output)) {
    throw FleetError(arguments.output + " exists already; --force replaces it");
  }
  if (arguments.options.name.empty() && !arguments.output.empty()) {
    arguments.options.name = files::path(arguments.output).stem().string();
  }
  arguments.options.call.deadline = Deadline::After(WHOLE_SHARD_DEADLINE);
  const auto text = DiscoverFleetText(arguments.sources, arguments.output, arguments.options);
  if (arguments.output.empty()) {
    Output output;
    output.Write(text);
    output.Flush();
    return 0;
  }
  WriteTextFile(arguments.output, text);
  const auto fleet = LoadFleetFile(arguments.output);
  std::printf("%s: %s shards, %s tables\n", arguments.output.c_str(), WithThousands(fleet.shards.size()).c_str(),
              WithThousands(fleet.tables.size()).c_str());
  return 0;
}

}  // namespace

void WriteTextFile(const std::string &path, const std::string &text) {
  // Beside it first, so that a full disk leaves the old file whole.
  const auto partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  std::error_code failed;
  if (file) files::rename(partial, path, failed);
  if (!file || failed) {
    std::error_code ignored;
    files::remove(partial, ignored);
    throw FleetError(path + ": cannot be written");
  }
}

std::string DiscoverFleetText(const std::vector<std::string> &sources, const std::string &path,
                              const DiscoverOptions &options) {
  const auto drivers = DefaultDrivers();
  const auto found = DiscoverFleet(sources, *drivers, options);
  const auto directory = files::path(path).parent_path();
  return WriteFleetFile(found.fleet, directory.empty() ? "." : directory.string(), found.comments);
}

void AddDiscoverCommand(CLI::App &app, const GlobalOptions &, CommandBody &body) {
  auto *command = app.add_subcommand("discover", "Write a fleet file from what shards hold");
  const auto arguments = std::make_shared<DiscoverArguments>();
  command->add_option("SOURCE", arguments->sources, "SQLite files, quoted globs, or shard urls")->required();
  command->add_option("-o,--output", arguments->output, "Where it goes; without it, to stdout");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->add_option("--name", arguments->options.name, "Name of the fleet; without it, that of the file");
  command->add_option("--token-env", arguments->options.token_environment, "Variable that holds libsql's token");
  command->add_option("--user", arguments->options.user, "User of rqlite");
  command->add_option("--password-env", arguments->options.password_environment,
                      "Variable that holds rqlite's password");
  command->add_option("--ca", arguments->options.ca, "PEM file of the authority that signed the servers' certificates");
  command->callback([=, &body] { body = [=] { return Discover(*arguments); }; });
  command->footer(
      "Reads every shard once: tables, columns, time columns and their extents.\n"
      "Examples:\n"
      "  shardite discover 'logs/*.db' -o fleet.toml\n"
      "  shardite discover libsql://shard-1.example.com --token-env SHARD_TOKEN -o fleet.toml");
}

}  // namespace shardite
