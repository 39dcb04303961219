#pragma once
// What SQLite's own error messages mean. Servers pass them on with their own codes, sqld often as SQLITE_UNKNOWN, so
// the words decide.

#include <string>

#include "base/error.hpp"

namespace shardite {

/// The class of a message of SQLite, sqld or rqlite; SQL when it is none of the known ones.
ErrorClass ClassifySqliteMessage(const std::string &message);

}  // namespace shardite
