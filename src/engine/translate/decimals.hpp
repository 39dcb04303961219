#pragma once
// DECIMAL arithmetic: a literal with a point makes integers beside it DECIMAL in DuckDB (`duration * 0.001 > 5`). A
// DECIMAL of scale s is an integer of units of 10^-s, and so SQLite computes with those; columns are never DECIMAL.

#include <optional>

#include <duckdb/planner/expression/bound_cast_expression.hpp>

#include "engine/translate/scope.hpp"

namespace shardite {

/// The units of a DECIMAL expression as a BIGINT: constants, casts of integers, casts that keep all digits, +, - and *.
/// Witnesses where DuckDB would raise, and where the units leave 64 bits.
std::optional<Translation> DecimalUnits(Scope &scope, const duckdb::Expression &decimal);

/// CAST(decimal AS DOUBLE).
std::optional<Translation> DecimalToDouble(Scope &scope, const duckdb::BoundCastExpression &cast);

}  // namespace shardite
