#pragma once
// The shell's dot commands, one row of a table each.

#include <string>
#include <vector>

namespace shardite {

class Shell;

/// Runs ".name arguments". Throws FleetError when there is no such command or its argument makes no sense.
void RunDotCommand(const std::string &line, Shell &shell);

/// ".help", ".tables", ...
std::vector<std::string> DotCommandNames();

}  // namespace shardite
