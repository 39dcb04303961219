#pragma once
// Comparisons of the form f(column) op constant, f monotone, as conditions on the bare column for WHERE.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// nullopt when it is not of that form. Exact for stored integers; for times stored as REAL seconds or ISO 8601 text a
/// superset with a margin that covers rounding and spelling.
std::optional<FilterTranslation> RangeFilter(Scope &scope, duckdb::ExpressionType op, const duckdb::Expression &left,
                                             const duckdb::Expression &right);

/// operand IN (constants), for a list too long to be sent, as the range from the least to the greatest: a superset.
/// nullopt for short lists, and for values without an order on the shard.
std::optional<FilterTranslation> LongListFilter(Scope &scope, const duckdb::Expression &expr);

}  // namespace shardite
