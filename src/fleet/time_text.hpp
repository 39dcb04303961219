#pragma once
// Times and durations as text, beyond the two functions of slice.hpp: instants outside the years that nanoseconds
// reach, durations, and the periods of a series.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "fleet/slice.hpp"

namespace shardite {

constexpr int64_t NANOSECONDS_PER_SECOND = 1'000'000'000;
constexpr int64_t NANOSECONDS_PER_DAY = 86'400 * NANOSECONDS_PER_SECOND;

/// An instant as its day (floored, also before 1970) and the nanoseconds since that day began.
struct DayTime {
  std::chrono::sys_days day;
  int64_t nanoseconds = 0;
};
DayTime SplitDay(int64_t nanoseconds);

/// An instant of any year from 0 to 9999.
struct WideTime {
  int64_t seconds = 0;  // since 1970, floored
  int64_t nanoseconds = 0;
  bool numeric_offset = false;  // the text had "+02:00" or the like
};

/// RFC 3339, or "YYYY-MM-DD[ hh:mm[:ss[.fraction]]]" which is UTC. Nothing may follow; digits beyond nanoseconds must
/// be zeros.
std::optional<WideTime> ParseWideTime(const std::string &text);

/// seconds and nanoseconds as one number; the ends of int64 for what lies beyond them.
int64_t SaturatedNanoseconds(const WideTime &time);
/// a + b, a * b at the ends of int64 instead of overflow.
int64_t SaturatedAdd(int64_t a, int64_t b);
int64_t SaturatedMultiply(int64_t a, int64_t b);

/// "500ms", "30s", "10m", "1h", "1d", "1w" in nanoseconds; nullopt for anything else, or when it does not fit.
std::optional<int64_t> ParseDuration(const std::string &text);
/// The shortest such text: "10m", "1d".
std::string FormatDuration(int64_t nanoseconds);

/// A series' step: a duration, or whole calendar months.
struct Period {
  int64_t nanoseconds = 0;
  int months = 0;
  /// The n-th step after `start`, saturated.
  int64_t After(int64_t start, int64_t steps) const;
};
/// A duration, "1mo" (months) or "1y"; nullopt for anything else and for zero.
std::optional<Period> ParsePeriod(const std::string &text);

/// A slice for messages: "2026-11-20T00:00:00Z..2026-11-21T00:00:00Z", open ends left out.
std::string FormatSlice(const Slice &slice);

}  // namespace shardite
