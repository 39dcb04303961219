#pragma once
// A driver whose shards live in this process: fake://NAME is a server of its own that answers every statement after a
// fixed delay, as a distant one would, at no cost of its own. All shards hold the same few rows; what SQLite answers
// to a statement is worked out once and repeated from then on.

#include <chrono>
#include <memory>
#include <string>

#include "remote/driver_registry.hpp"

namespace shardite::bench {

/// A registry with the one scheme "fake"; it must outlive its clients. `database`: the SQLite file that every shard
/// holds.
std::shared_ptr<DriverRegistry> FakeDrivers(const std::string &database, std::chrono::milliseconds delay);

}  // namespace shardite::bench
