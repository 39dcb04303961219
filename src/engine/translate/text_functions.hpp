#pragma once
// Text functions. SQLite's LIKE folds ASCII case and several of its text functions stop at a NUL byte: ranges, instr()
// and GLOB take LIKE's place, and text with a NUL byte is witnessed where it matters.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// prefix, starts_with, ^@ with a constant: a range, which an index serves.
std::optional<Translation> TranslatePrefix(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// suffix, ends_with with a constant.
std::optional<Translation> TranslateSuffix(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// contains(text, text).
std::optional<Translation> TranslateContains(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// ~~ and !~~ with a constant pattern.
std::optional<Translation> TranslateLike(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// ~~* and !~~* with a constant ASCII pattern.
std::optional<Translation> TranslateIlike(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// lower() and upper() of ASCII text.
std::optional<Translation> TranslateLetterCase(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// length() in code points, strlen() in bytes.
std::optional<Translation> TranslateLength(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// substring(text, from[, count]) and left(text, count) with constants.
std::optional<Translation> TranslateSubstring(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// || and concat(), which skips NULLs.
std::optional<Translation> TranslateConcat(Scope &scope, const duckdb::BoundFunctionExpression &call);

}  // namespace shardite
