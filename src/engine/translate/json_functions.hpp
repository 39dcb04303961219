#pragma once
// ->>, -> and their kin with constant keys or paths on TEXT. SQLite and DuckDB agree on strings, integers, booleans,
// null and short decimals; for the rest (other reals, nested values, documents that either finds malformed, escapes in
// keys) a witness fails. Nested extractions are one path: doc->'a'->>'b' reads $."a"."b".

#include <optional>

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

}  // namespace shardite
