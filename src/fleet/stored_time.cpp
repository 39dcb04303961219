// Times as shards store them: what unit they are in, and when that is.

#include <cmath>

#include "fleet/introspection.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

std::optional<int64_t> RealToNanoseconds(double value, TimeUnit unit) {
  if (std::isnan(value)) return std::nullopt;
  const long double nanoseconds = static_cast<long double>(value) * NanosecondsPerUnit(unit);
  if (nanoseconds >= 9.2233720368547758e18L) return Slice::OPEN_UNTIL;
  if (nanoseconds <= -9.2233720368547758e18L) return Slice::OPEN_FROM;
  return static_cast<int64_t>(std::floor(nanoseconds));
}

TimeUnit UnitOfMagnitude(double value) {
  if (value > 1e16) return TimeUnit::NS;
  if (value > 1e13) return TimeUnit::US;
  if (value > 1e10) return TimeUnit::MS;
  return TimeUnit::S;
}

}  // namespace

TimeUnit GuessTimeUnit(ColumnKind kind, const std::vector<SqliteValue> &values) {
  if (kind == ColumnKind::TEXT) return TimeUnit::ISO8601;
  bool has_text = false, has_integer = false, has_real = false;
  double largest = 0;
  for (const SqliteValue &value : values) {
    if (const auto *integer = std::get_if<int64_t>(&value)) {
      has_integer = true;
      largest = std::max(largest, std::fabs(static_cast<double>(*integer)));
    } else if (const auto *real = std::get_if<double>(&value)) {
      has_real = true;
      largest = std::max(largest, std::fabs(*real));
    } else if (std::holds_alternative<SqliteText>(value)) {
      has_text = true;
    }
  }
  if (has_integer || has_real) return UnitOfMagnitude(largest);
  if (has_text && kind == ColumnKind::ANY) return TimeUnit::ISO8601;
  return kind == ColumnKind::REAL ? TimeUnit::S : TimeUnit::NS;
}

std::optional<int64_t> StoredTimeToNanoseconds(const SqliteValue &value, TimeUnit unit) {
  if (unit == TimeUnit::ISO8601) {
    const auto *text = std::get_if<SqliteText>(&value);
    const auto time = text ? ParseWideTime(text->bytes) : std::nullopt;
    if (!time) return std::nullopt;
    return SaturatedNanoseconds(*time);
  }
  if (const auto *integer = std::get_if<int64_t>(&value)) return SaturatedMultiply(*integer, NanosecondsPerUnit(unit));
  if (const auto *real = std::get_if<double>(&value)) return RealToNanoseconds(*real, unit);
  return std::nullopt;
}

}  // namespace shardite
