#include "engine/translate/time_arithmetic.hpp"

#include <algorithm>

#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/interval.hpp>
#include <duckdb/common/types/timestamp.hpp>

#include "engine/translate/constants.hpp"

namespace shardite {
namespace {

using duckdb::DatePartSpecifier;

constexpr int64_t DEFAULT_ORIGIN_MICROS = 10959 * MICROS_PER_DAY;  // 2000-01-03, a Monday
constexpr int32_t DEFAULT_ORIGIN_MONTHS = 360;                     // 2000-01

int64_t FloorToMultiple(int64_t value, int64_t width) {
  const int64_t rest = value % width;
  return SaturatingAdd(value, rest < 0 ? -rest - width : -rest);
}

int64_t MonthsOfMicros(int64_t micros) {
  int32_t year = 0, month = 0, day = 0;
  duckdb::Date::Convert(duckdb::date_t(static_cast<int32_t>(DateOfMicros(micros))), year, month, day);
  return (int64_t{year} - 1970) * 12 + month - 1;
}

int64_t MicrosOfMonths(int64_t months) {
  const int64_t year = 1970 + (months >= 0 ? months / 12 : -((11 - months) / 12));
  const int64_t month = months - (year - 1970) * 12;
  duckdb::date_t date;
  if (!duckdb::Date::TryFromDate(static_cast<int32_t>(year), static_cast<int32_t>(month) + 1, 1, date)) {
    return months > 0 ? INFINITE_TIME : -INFINITE_TIME;
  }
  return MicrosOfDate(date.days);
}

}  // namespace

int64_t SaturatingMultiply(int64_t ticks, int64_t factor) {
  if (IsInfiniteTime(ticks)) return ticks;
  int64_t result = 0;
  if (__builtin_mul_overflow(ticks, factor, &result)) return ticks > 0 ? INFINITE_TIME : -INFINITE_TIME;
  return result;
}

int64_t SaturatingAdd(int64_t ticks, int64_t summand) {
  if (IsInfiniteTime(ticks)) return ticks;
  int64_t result = 0;
  if (__builtin_add_overflow(ticks, summand, &result)) return summand > 0 ? INFINITE_TIME : -INFINITE_TIME;
  return result;
}

int64_t DateOfMicros(int64_t micros) {
  if (micros == INFINITE_TIME) return INFINITE_DATE;
  if (micros == -INFINITE_TIME) return -INFINITE_DATE;
  return (micros + (micros < 0)) / MICROS_PER_DAY - (micros < 0);
}

int64_t MicrosOfDate(int64_t days) {
  if (days == INFINITE_DATE) return INFINITE_TIME;
  if (days == -INFINITE_DATE) return -INFINITE_TIME;
  return SaturatingMultiply(days, MICROS_PER_DAY);
}

int64_t YearOfMicros(int64_t micros) {
  int32_t year = 0, month = 0, day = 0;
  const int64_t finite = std::min(std::max(micros, -INFINITE_TIME + 1), INFINITE_TIME - 1);
  duckdb::Date::Convert(duckdb::date_t(static_cast<int32_t>(DateOfMicros(finite))), year, month, day);
  return year;
}

int64_t Bucket::Of(int64_t value) const {
  if (IsInfiniteTime(value)) return value;
  if (months > 0) return MicrosOfMonths(FloorToMultiple(MonthsOfMicros(value) - origin, months) + origin);
  return SaturatingAdd(FloorToMultiple(SaturatingAdd(value, -origin), micros), origin);
}

std::optional<int64_t> FixedMicros(const duckdb::interval_t &interval) {
  if (interval.months != 0) return std::nullopt;
  int64_t days = 0, sum = 0;
  if (__builtin_mul_overflow(int64_t{interval.days}, MICROS_PER_DAY, &days)) return std::nullopt;
  if (__builtin_add_overflow(days, interval.micros, &sum)) return std::nullopt;
  return sum;
}

std::optional<Bucket> BucketOfInterval(const duckdb::interval_t &width) {
  if (width.months > 0 && width.days == 0 && width.micros == 0) {
    return Bucket{0, width.months, DEFAULT_ORIGIN_MONTHS % width.months};
  }
  return BucketOfInterval(width, DEFAULT_ORIGIN_MICROS);
}

std::optional<Bucket> BucketOfInterval(const duckdb::interval_t &width, int64_t origin_micros) {
  if (IsInfiniteTime(origin_micros)) return std::nullopt;
  if (width.months > 0 && width.days == 0 && width.micros == 0) {
    return Bucket{0, width.months, MonthsOfMicros(origin_micros) % width.months};
  }
  const auto micros = FixedMicros(width);
  if (!micros || *micros <= 0) return std::nullopt;
  return Bucket{*micros, 0, origin_micros % *micros};
}

std::optional<Bucket> BucketOfPart(DatePartSpecifier part) {
  switch (part) {
    case DatePartSpecifier::MICROSECONDS: return Bucket{1, 0, 0};
    case DatePartSpecifier::MILLISECONDS: return Bucket{1000, 0, 0};
    case DatePartSpecifier::SECOND:
    case DatePartSpecifier::EPOCH: return Bucket{1000000, 0, 0};
    case DatePartSpecifier::MINUTE: return Bucket{60000000, 0, 0};
    case DatePartSpecifier::HOUR: return Bucket{3600000000, 0, 0};
    case DatePartSpecifier::DAY:
    case DatePartSpecifier::DOW:
    case DatePartSpecifier::ISODOW:
    case DatePartSpecifier::DOY:
    case DatePartSpecifier::JULIAN_DAY: return Bucket{MICROS_PER_DAY, 0, 0};
    case DatePartSpecifier::WEEK:
    case DatePartSpecifier::YEARWEEK: return Bucket{7 * MICROS_PER_DAY, 0, 4 * MICROS_PER_DAY};  // 1970-01-05: Monday
    case DatePartSpecifier::MONTH: return Bucket{0, 1, 0};
    case DatePartSpecifier::QUARTER: return Bucket{0, 3, 0};
    case DatePartSpecifier::YEAR: return Bucket{0, 12, 0};
    default: return std::nullopt;  // decade and up divide the year toward zero
  }
}

std::optional<Bucket> BucketOfCall(const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  if (call.children.size() < 2) return std::nullopt;
  const auto first = ConstantOf(*call.children[0]);
  if (!first || first->IsNull()) return std::nullopt;
  if (name == "date_trunc" || name == "datetrunc") {
    const auto part = DatePartNamed(first->ToString());
    return part ? BucketOfPart(*part) : std::nullopt;
  }
  if (name != "time_bucket" || first->type().id() != duckdb::LogicalTypeId::INTERVAL) return std::nullopt;
  const auto width = duckdb::IntervalValue::Get(*first);
  if (call.children.size() == 2) return BucketOfInterval(width);
  const auto third = ConstantOf(*call.children[2]);
  if (!third || third->IsNull()) return std::nullopt;
  switch (third->type().id()) {
    case duckdb::LogicalTypeId::INTERVAL: {
      const auto offset = FixedMicros(duckdb::IntervalValue::Get(*third));
      if (!offset || width.months != 0) return std::nullopt;
      return BucketOfInterval(width, SaturatingAdd(DEFAULT_ORIGIN_MICROS, *offset));
    }
    case duckdb::LogicalTypeId::TIMESTAMP: return BucketOfInterval(width, *ConstantInteger(*third));
    case duckdb::LogicalTypeId::DATE: return BucketOfInterval(width, MicrosOfDate(*ConstantInteger(*third)));
    default: return std::nullopt;
  }
}

std::optional<DatePartSpecifier> DatePartNamed(const std::string &name) {
  DatePartSpecifier part;
  if (!duckdb::TryGetDatePartSpecifier(name, part)) return std::nullopt;
  return part;
}

}  // namespace shardite
