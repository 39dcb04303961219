#include "fleet/time_text.hpp"

#include <cstdio>
#include <utility>

namespace shardite {

namespace {

// Reads a text from left to right; every Take says whether it found what it looks for.
class TimeReader {
 public:
  explicit TimeReader(const std::string &text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  bool Take(char wanted) {
    if (AtEnd() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool TakeAny(const char *wanted) {
    for (; *wanted != 0; ++wanted) {
      if (Take(*wanted)) return true;
    }
    return false;
  }
  bool TakeDigit(int &digit) {
    if (AtEnd() || text_[at_] < '0' || text_[at_] > '9') return false;
    digit = text_[at_++] - '0';
    return true;
  }
  bool TakeNumber(int digits, int &number) {
    number = 0;
    for (int i = 0, digit = 0; i < digits; ++i) {
      if (!TakeDigit(digit)) return false;
      number = number * 10 + digit;
    }
    return true;
  }

 private:
  const std::string &text_;
  size_t at_ = 0;
};

bool TakeDate(TimeReader &reader, WideTime &time) {
  int year = 0, month = 0, day = 0;
  if (!reader.TakeNumber(4, year) || !reader.Take('-') || !reader.TakeNumber(2, month) || !reader.Take('-') ||
      !reader.TakeNumber(2, day)) {
    return false;
  }
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return false;
  time.seconds = static_cast<int64_t>(std::chrono::sys_days(date).time_since_epoch().count()) * 86'400;
  return true;
}

bool TakeFraction(TimeReader &reader, WideTime &time) {
  int digit = 0;
  if (!reader.TakeDigit(digit)) return false;
  int64_t scale = NANOSECONDS_PER_SECOND / 10;
  do {
    if (scale == 0 && digit != 0) return false;
    time.nanoseconds += digit * scale;
    scale /= 10;
  } while (reader.TakeDigit(digit));
  return true;
}

bool TakeClock(TimeReader &reader, WideTime &time) {
  int hour = 0, minute = 0, second = 0;
  if (!reader.TakeNumber(2, hour) || !reader.Take(':') || !reader.TakeNumber(2, minute)) return false;
  if (reader.Take(':')) {
    if (!reader.TakeNumber(2, second)) return false;
    if (reader.Take('.') && !TakeFraction(reader, time)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  time.seconds += hour * 3600 + minute * 60 + second;
  return true;
}

bool TakeOffset(TimeReader &reader, WideTime &time) {
  if (reader.TakeAny("Zz")) return true;
  const bool east = reader.Take('+');
  if (!east && !reader.Take('-')) return true;  // no offset: UTC
  int hours = 0, minutes = 0;
  if (!reader.TakeNumber(2, hours)) return false;
  if (!reader.AtEnd() && (reader.Take(':'), !reader.TakeNumber(2, minutes))) return false;
  if (hours > 23 || minutes > 59) return false;
  time.seconds -= (east ? 1 : -1) * (hours * 3600 + minutes * 60);
  time.numeric_offset = true;
  return true;
}

__extension__ typedef __int128 Int128;  // wide enough for any sum or product of two int64

int64_t Saturate(Int128 value) {
  if (value < Slice::OPEN_FROM) return Slice::OPEN_FROM;
  if (value > Slice::OPEN_UNTIL) return Slice::OPEN_UNTIL;
  return static_cast<int64_t>(value);
}

constexpr std::pair<const char *, int64_t> DURATION_UNITS[] = {
    {"w", 7 * NANOSECONDS_PER_DAY},
    {"d", NANOSECONDS_PER_DAY},
    {"h", 3600 * NANOSECONDS_PER_SECOND},
    {"m", 60 * NANOSECONDS_PER_SECOND},
    {"s", NANOSECONDS_PER_SECOND},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
};

// "15m" -> 15, "m"; a number of up to nine digits.
std::optional<std::pair<int64_t, std::string>> NumberAndUnit(const std::string &text) {
  size_t digits = 0;
  int64_t number = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    number = number * 10 + (text[digits] - '0');
    if (digits >= 9) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  return std::make_pair(number, text.substr(digits));
}

}  // namespace

DayTime SplitDay(int64_t nanoseconds) {
  // Not with chrono's floor: the first day of int64 begins before int64 does.
  int64_t days = nanoseconds / NANOSECONDS_PER_DAY;
  int64_t in_day = nanoseconds % NANOSECONDS_PER_DAY;
  if (in_day < 0) {
    --days;
    in_day += NANOSECONDS_PER_DAY;
  }
  return {std::chrono::sys_days(std::chrono::days(days)), in_day};
}

std::optional<WideTime> ParseWideTime(const std::string &text) {
  TimeReader reader(text);
  WideTime time;
  if (!TakeDate(reader, time)) return std::nullopt;
  if (!reader.AtEnd()) {
    if (!reader.TakeAny("Tt ") || !TakeClock(reader, time) || !TakeOffset(reader, time)) return std::nullopt;
  }
  if (!reader.AtEnd()) return std::nullopt;
  return time;
}

int64_t SaturatedNanoseconds(const WideTime &time) {
  return Saturate(static_cast<Int128>(time.seconds) * NANOSECONDS_PER_SECOND + time.nanoseconds);
}

int64_t SaturatedAdd(int64_t a, int64_t b) { return Saturate(static_cast<Int128>(a) + b); }

int64_t SaturatedMultiply(int64_t a, int64_t b) { return Saturate(static_cast<Int128>(a) * b); }

bool ParseTime(const std::string &text, int64_t &nanoseconds) {
  const auto time = ParseWideTime(text);
  if (!time) return false;
  const int64_t value = SaturatedNanoseconds(*time);
  // The ends of int64 mean "open": an instant beyond them would silently become an open end.
  if (value == Slice::OPEN_FROM || value == Slice::OPEN_UNTIL) return false;
  nanoseconds = value;
  return true;
}

std::string FormatTime(int64_t nanoseconds) {
  if (nanoseconds == Slice::OPEN_FROM || nanoseconds == Slice::OPEN_UNTIL) return "";
  const auto [day, in_day] = SplitDay(nanoseconds);
  const std::chrono::year_month_day date(day);
  const auto second = static_cast<int>(in_day / NANOSECONDS_PER_SECOND);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                second % 60);
  std::string result = text;
  const int64_t fraction = in_day % NANOSECONDS_PER_SECOND;
  if (fraction != 0) {
    std::snprintf(text, sizeof text, ".%09d", static_cast<int>(fraction));
    result += text;
    result.erase(result.find_last_not_of('0') + 1);
  }
  return result + "Z";
}

std::optional<int64_t> ParseDuration(const std::string &text) {
  const auto parts = NumberAndUnit(text);
  if (!parts) return std::nullopt;
  for (const auto &[unit, size] : DURATION_UNITS) {
    if (parts->second != unit) continue;
    const int64_t nanoseconds = SaturatedMultiply(parts->first, size);
    if (nanoseconds == Slice::OPEN_UNTIL) return std::nullopt;
    return nanoseconds;
  }
  return std::nullopt;
}

std::string FormatDuration(int64_t nanoseconds) {
  for (const auto &[unit, size] : DURATION_UNITS) {
    if (nanoseconds != 0 && nanoseconds % size == 0) return std::to_string(nanoseconds / size) + unit;
  }
  return "0s";
}

int64_t Period::After(int64_t start, int64_t steps) const {
  if (months == 0) return Saturate(static_cast<Int128>(nanoseconds) * steps + start);
  // From any instant that nanoseconds reach, so many months lead beyond them all.
  constexpr int64_t BEYOND = 600 * 12;
  const Int128 distance = static_cast<Int128>(steps) * months;
  if (distance > BEYOND) return Slice::OPEN_UNTIL;
  if (distance < -BEYOND) return Slice::OPEN_FROM;
  const auto [day, in_day] = SplitDay(start);
  const std::chrono::year_month_day moved =
      std::chrono::year_month_day(day) + std::chrono::months(static_cast<int>(distance));
  WideTime time;
  time.seconds = static_cast<int64_t>(std::chrono::sys_days(moved).time_since_epoch().count()) * 86'400;
  return SaturatedAdd(SaturatedNanoseconds(time), in_day);
}

std::optional<Period> ParsePeriod(const std::string &text) {
  const auto parts = NumberAndUnit(text);
  if (!parts || parts->first == 0) return std::nullopt;
  if (parts->second == "mo" || parts->second == "y") {
    if (parts->first > 1200) return std::nullopt;
    return Period{0, static_cast<int>(parts->first) * (parts->second == "y" ? 12 : 1)};
  }
  const auto duration = ParseDuration(text);
  if (!duration) return std::nullopt;
  return Period{*duration, 0};
}

std::string FormatSlice(const Slice &slice) { return FormatTime(slice.from) + ".." + FormatTime(slice.until); }

}  // namespace shardite
