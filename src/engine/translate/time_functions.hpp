#pragma once
// Times as SQL integer arithmetic that equals DuckDB's: buckets, truncation, parts, casts. Divisions are made to floor
// by shifting the dividend above zero, where SQLite's truncation is the floor.

#include <optional>

#include "engine/translate/scope.hpp"

namespace shardite {

/// A column whose unit is finer than its type's, as it is shown: ticks of the type, divided toward zero. Infinity is
/// witnessed. Any other value as it is.
Translation AsShown(Translation column);

/// A cast of ticks or days to another timestamp type or DATE.
std::optional<Translation> CastTime(Scope &scope, Translation operand, const duckdb::LogicalType &target);

/// date_trunc and time_bucket with constant arguments beside the time.
std::optional<Translation> TranslateBucket(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// year(), hour(), ..., date_part('hour', ts).
std::optional<Translation> TranslateDatePart(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// epoch_ns, epoch_us, epoch_ms, epoch.
std::optional<Translation> TranslateEpoch(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// make_timestamp, make_timestamp_ms of one integer.
std::optional<Translation> TranslateMakeTimestamp(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// strftime(ts, format) with parts that both write alike.
std::optional<Translation> TranslateStrftime(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// date_diff(part, from, until): boundaries of fixed length in between.
std::optional<Translation> TranslateDateDiff(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// dayname, monthname.
std::optional<Translation> TranslateDayName(Scope &scope, const duckdb::BoundFunctionExpression &call);
/// ts + interval, ts - interval without months.
std::optional<Translation> ShiftTime(Scope &scope, const duckdb::BoundFunctionExpression &call);

}  // namespace shardite
