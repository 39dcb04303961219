#pragma once
// Arithmetic on integers and doubles. Integer overflow, which DuckDB reports and SQLite turns into a REAL, is
// witnessed.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// + and - (also of times and intervals) and *.
std::optional<Translation> TranslateSum(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// / on doubles, // and % on integers, by a constant other than zero.
std::optional<Translation> TranslateDivision(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// & | xor >> on integers.
std::optional<Translation> TranslateBits(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// abs(), sign().
std::optional<Translation> TranslateSign(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// floor() and ceil() of doubles, where the shard has them.
std::optional<Translation> TranslateRounding(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// greatest() and least() of two values: NULL loses, where SQLite's max() lets it win.
std::optional<Translation> TranslateExtreme(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// constant_or_null(constant, values...): what DuckDB's rewriter leaves of v LIKE '%'.
std::optional<Translation> TranslateConstantOrNull(Scope &scope, const duckdb::BoundFunctionExpression &call);

}  // namespace shardite
