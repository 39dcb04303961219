#pragma once
// UNNEST of what JSON text holds: the shards go through its members with json_each, once for each row
// (pushdown/unnest_laterals.cpp). A document that SQLite must not go through, because it is malformed or the two read
// it differently, gives one member that a witness counts.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// What the shards go through for an UNNEST of json_keys(document), of a column of a list of integers that is stored as
/// JSON text, or of the positions in such a column, range(1, len(column) + 1).
std::optional<JsonMembers> TranslateUnnest(Scope &scope, const duckdb::Expression &list);

}  // namespace shardite
