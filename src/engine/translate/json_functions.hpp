#pragma once
// ->> (json_extract_string) with a constant key or path on TEXT. SQLite and DuckDB agree on strings, integers, booleans
// and null; for the rest (reals, nested values, documents that either finds malformed, escapes in keys) a witness
// fails.

#include <optional>
#include <string>

#include "engine/translate/scope.hpp"

namespace shardite {

std::optional<Translation> TranslateJsonText(Scope &scope, const duckdb::BoundFunctionExpression &call);

/// DuckDB's key or path as a SQLite path with every key quoted ('$."http.route"[0]'): SQLite before 3.41 splits an
/// unquoted key at its dots. nullopt for pointers, wildcards, negative indexes and keys with quotes or backslashes.
std::optional<std::string> SqliteJsonPath(const duckdb::Value &key);

}  // namespace shardite
