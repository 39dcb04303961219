#pragma once
// A function that SQLite lacks (log2, sqrt, ..) where it comes to few numbers: the shard finds each by comparing the
// column with the integers at which DuckDB's own value changes. Before: the column itself is the group key; after:
//   CASE WHEN t."x" < 32 THEN CASE WHEN t."x" < 8 THEN 2 ... END WHEN t."x" >= 32 THEN ... END.
// A row for which DuckDB would raise violates a witness.

#include <optional>

#include "engine/translate/curve.hpp"

namespace shardite {

/// The curve's value; nullopt with a reason when it has too many, or one that SQLite cannot hold.
std::optional<Translation> TranslateSteps(Scope &scope, const duckdb::Expression &expr, const Curve &curve);

/// curve op constant, as ranges of the column; nullopt with a reason.
std::optional<Translation> CompareSteps(Scope &scope, duckdb::ExpressionType op, const duckdb::Expression &expr,
                                        const Curve &curve, const duckdb::Value &constant);

}  // namespace shardite
