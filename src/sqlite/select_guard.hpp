#pragma once
// Statements that a user hands to shards as they are must only read: one SELECT, WITH .. SELECT or VALUES. Servers and
// tokens should be read-only as well; this is the first of two locks.

#include <optional>
#include <string>

namespace shardite {

/// Why a text is not one reading statement; nullopt when it is. Comments and a trailing semicolon are allowed.
std::optional<std::string> RefuseUnlessSelect(const std::string &sql);

}  // namespace shardite
