#pragma once
// DuckDB's arithmetic on time, on plain integers: microseconds since 1970 (TIMESTAMP) or days (DATE). What bisecting
// (monotone.hpp) evaluates and what the SQL of time_functions.cpp must equal. Infinite values pass through; results out
// of range saturate at infinity instead of throwing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <duckdb.hpp>
#include <duckdb/common/enums/date_part_specifier.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>

namespace shardite {

constexpr int64_t INFINITE_TIME = 9223372036854775807;
constexpr int32_t INFINITE_DATE = 2147483647;
constexpr int64_t MICROS_PER_DAY = 86400000000;

inline bool IsInfiniteTime(int64_t ticks) { return ticks == INFINITE_TIME || ticks == -INFINITE_TIME; }

/// ticks * factor, or infinity.
int64_t SaturatingMultiply(int64_t ticks, int64_t factor);
int64_t SaturatingAdd(int64_t ticks, int64_t summand);

int64_t DateOfMicros(int64_t micros);
int64_t MicrosOfDate(int64_t days);
/// The calendar year; infinite times give the years of the first and last finite ones.
int64_t YearOfMicros(int64_t micros);

/// The widths of time_bucket and date_trunc: so many microseconds or so many months, counted from an origin.
struct Bucket {
  int64_t micros = 0;  // or
  int32_t months = 0;
  int64_t origin = 0;  // microseconds, or months since 1970; reduced to one width
  int64_t Of(int64_t micros_since_1970) const;
};

/// time_bucket's width, with DuckDB's default origins: Monday 2000-01-03 for micros, 2000-01 for months. nullopt for
/// widths that DuckDB refuses.
std::optional<Bucket> BucketOfInterval(const duckdb::interval_t &width);
/// time_bucket(width, ts, origin).
std::optional<Bucket> BucketOfInterval(const duckdb::interval_t &width, int64_t origin_micros);
/// date_trunc's part as a bucket; nullopt for parts that are none (centuries, ISO years).
std::optional<Bucket> BucketOfPart(duckdb::DatePartSpecifier part);
/// The bucket of a call of date_trunc or time_bucket with constant part, width, origin and offset. An offset shifts the
/// origin, which is the same as DuckDB's shift there and back.
std::optional<Bucket> BucketOfCall(const duckdb::BoundFunctionExpression &call);
/// A part's name, case ignored.
std::optional<duckdb::DatePartSpecifier> DatePartNamed(const std::string &name);

/// The microseconds of an interval without months.
std::optional<int64_t> FixedMicros(const duckdb::interval_t &interval);

}  // namespace shardite
