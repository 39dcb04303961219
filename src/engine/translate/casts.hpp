#pragma once
// Casts that SQLite can follow exactly.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

std::optional<Translation> TranslateCast(Scope &scope, const duckdb::BoundCastExpression &cast);

/// Adds the proof that an integer lies in the limits of its type: DuckDB raises where it does not.
void WitnessLimits(Translation &translation);

}  // namespace shardite
