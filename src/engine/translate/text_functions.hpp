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
/// ~~, !~~ and LIKE .. ESCAPE with a constant pattern.
std::optional<Translation> TranslateLike(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// GLOB with a constant pattern of text and *.
std::optional<Translation> TranslateGlob(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// ~~*, !~~* and ILIKE .. ESCAPE with a constant ASCII pattern.
std::optional<Translation> TranslateIlike(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// lower() and upper() of ASCII text.
std::optional<Translation> TranslateLetterCase(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// length() in code points, strlen() in bytes.
std::optional<Translation> TranslateLength(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// hex() and octet_length() of a BLOB.
std::optional<Translation> TranslateBytes(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// regexp_matches and regexp_full_match where nothing but literals and anchors are looked for.
std::optional<Translation> TranslateRegex(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// instr, position, strpos: in code points, from 1.
std::optional<Translation> TranslatePosition(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// trim, ltrim, rtrim: of Unicode's blanks, or of constant characters.
std::optional<Translation> TranslateTrim(Scope &scope, const duckdb::BoundFunctionExpression &call);
std::optional<Translation> TranslateReplace(Scope &scope, const duckdb::BoundFunctionExpression &call);
std::optional<Translation> TranslateSplitPart(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// substring(text, from[, count]), left and right with constants.
std::optional<Translation> TranslateSubstring(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// || and concat(), which skips NULLs.
std::optional<Translation> TranslateConcat(Scope &scope, const duckdb::BoundFunctionExpression &call);

/// A condition that every row meets for which `call` is true, for functions that SQLite cannot answer exactly: regular
/// expressions, ILIKE beyond ASCII. nullopt, with a reason, when there is none.
std::optional<RemoteExpr> NecessaryText(Scope &scope, const duckdb::BoundFunctionExpression &call);

/// A constant VARCHAR.
std::optional<std::string> ConstantText(const duckdb::Expression &expr);
/// A value that is TEXT on the shard.
std::optional<Translation> TextOperand(Scope &scope, const duckdb::Expression &expr);
/// Nothing beyond ASCII, and no NUL byte.
bool IsAscii(const std::string &text);

}  // namespace shardite
