#pragma once
// How a shard's file stands, as certificates see it.

#include <optional>
#include <string>

#include "fleet/fleet_state.hpp"

namespace shardite {

/// nullopt: there is no such file, it is none of SQLite's, or its rows are not in it alone, because its write-ahead log
/// holds something. Costs a few system calls.
std::optional<FileState> ReadFileState(const std::string &path);

/// The same once the last change is so long ago that a change after this would show: waits up to two seconds.
std::optional<FileState> ReadSettledFileState(const std::string &path);

}  // namespace shardite
