#pragma once
// Comparisons, as values with NULL as the third truth: a column (or a monotone function of one) with a constant becomes
// a range that an index serves; everything else compares two values of one encoding.

#include <optional>
#include <vector>

#include "engine/translate/monotone.hpp"
#include "engine/translate/scope.hpp"

namespace shardite {

/// How SQLite spells one of DuckDB's COMPARE_ types: "=", "<", "IS NOT", ..; nullptr for every other expression type.
const char *SqlOperator(duckdb::ExpressionType op);

/// left op right; `op` is one of DuckDB's COMPARE_ types, DISTINCT FROM included.
std::optional<Translation> Compare(Scope &scope, duckdb::ExpressionType op, const duckdb::Expression &left,
                                   const duckdb::Expression &right);
/// operand IN (list), or NOT IN.
std::optional<Translation> CompareIn(Scope &scope, const duckdb::BoundOperatorExpression &expr);
/// operand between lower and upper, as the bounds' inclusiveness says.
std::optional<Translation> CompareBetween(Scope &scope, const duckdb::BoundBetweenExpression &expr);

/// `column` lies in one of the ranges; NULL where it is NULL.
RemoteExpr InRanges(const RemoteExpr &column, const std::vector<IntegerRange> &ranges);

}  // namespace shardite
