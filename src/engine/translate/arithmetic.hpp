#pragma once
// Arithmetic on integers and doubles. Integer overflow, which DuckDB reports and SQLite turns into a REAL, is
// witnessed.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// + and - (also of times and intervals) and *.
std::optional<Translation> TranslateSum(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// / on doubles, // and % on integers.
std::optional<Translation> TranslateDivision(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// & | xor ~ on signed integers, << and >> by constants.
std::optional<Translation> TranslateBits(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// abs(), sign().
std::optional<Translation> TranslateSign(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// floor(), ceil(), trunc() and round() of doubles to integral ones; sqld's own floor(), which gives integers, is never
/// called.
std::optional<Translation> TranslateRounding(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// isnan(), isinf(), isfinite(): a column of doubles never holds NaN.
std::optional<Translation> TranslateFiniteness(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// greatest() and least() of up to four values: NULL loses, where SQLite's max() lets it win.
std::optional<Translation> TranslateExtreme(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// constant_or_null(constant, values...): what DuckDB's rewriter leaves of v LIKE '%'.
std::optional<Translation> TranslateConstantOrNull(Scope &scope, const duckdb::BoundFunctionExpression &call);

}  // namespace shardite
