#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/shell/shell.hpp"

namespace shardite {

void AddShellCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("shell", "Type queries, with history and completion");
  const auto fleet = std::make_shared<std::string>();
  command->add_option("FLEET", *fleet, FLEET_HELP)->required();
  command->callback([=, &options, &body] {
    body = [=, &options] {
      InterruptWatcher interrupts;
      const auto session = OpenSession(*fleet, options);
      Output output;
      Shell shell(*session, options, output, interrupts);
      const bool interactive = isatty(STDIN_FILENO) == 1 && output.IsTerminal();
      return interactive ? shell.RunInteractive() : shell.RunScript(std::cin);
    };
  });
  command->footer(
      "Without a terminal on stdin it reads statements and prints results, and stops at the first error.\n"
      "Example:\n  shardite shell fleet.toml");
}

}  // namespace shardite
