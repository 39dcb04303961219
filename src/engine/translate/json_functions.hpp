#pragma once
// ->>, -> and their kin with constant keys or paths on TEXT. SQLite and DuckDB agree on strings, integers, booleans,
// null and short decimals; for the rest (other reals, nested values, documents that either finds malformed, escapes in
// keys) a witness fails. Nested extractions are one path: doc->'a'->>'b' reads $."a"."b".

#include <optional>
#include <string>

#include "engine/translate/scope.hpp"

namespace shardite {

/// ->>, json_extract_string.
std::optional<Translation> TranslateJsonText(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// ->, json_extract: the value as JSON.
std::optional<Translation> TranslateJsonExtract(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// json_exists(document, path).
std::optional<Translation> TranslateJsonExists(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// json_type(document, path).
std::optional<Translation> TranslateJsonType(Scope &scope, const duckdb::BoundFunctionExpression &call);

/// What the shards go through for an UNNEST of json_keys(document), of a column of a list of integers that is stored as
/// JSON text, or of the positions in such a column, range(1, len(column) + 1).
std::optional<JsonMembers> TranslateUnnest(Scope &scope, const duckdb::Expression &list);

/// DuckDB's key or path as a SQLite path with every key quoted ('$."http.route"[0]'): SQLite before 3.41 splits an
/// unquoted key at its dots. nullopt for pointers, wildcards, negative indexes and keys with quotes or backslashes.
std::optional<std::string> SqliteJsonPath(const duckdb::Value &key);

}  // namespace shardite
