// Times as shards store them and as people write them, durations and periods.

#include "fleet/introspection.hpp"
#include "fleet/time_text.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  const std::string text(input);
  int64_t time = 0, again = 0;
  if (ParseTime(text, time) && time != Slice::OPEN_FROM && time != Slice::OPEN_UNTIL) {
    Require(ParseTime(FormatTime(time), again) && again == time, "a time reads as it was written");
  }
  if (const auto wide = ParseWideTime(text)) {
    Require(wide->nanoseconds >= 0 && wide->nanoseconds < NANOSECONDS_PER_SECOND, "nanoseconds of a second");
    (void)SaturatedNanoseconds(*wide);
  }
  if (const auto duration = ParseDuration(text)) {
    Require(ParseDuration(FormatDuration(*duration)) == duration, "a duration reads as it was written");
  }
  if (const auto period = ParsePeriod(text)) {
    Require(period->After(0, 1) > 0, "a period goes forward");
    Require(period->After(0, 1'000'000'000) >= period->After(0, 1), "and does not overflow");
  }
  for (const auto unit : {TimeUnit::ISO8601, TimeUnit::S, TimeUnit::NS}) {
    (void)StoredTimeToNanoseconds(SqliteText{text}, unit);
  }
}

}  // namespace

FuzzTarget TimeTextTarget() {
  return {
      "time_text",
      Run,
      {"2026-11-20T00:00:00Z", "2026-11-20 06:00:00.123456789", "2026-11-20", "1677-09-21T00:12:43.145224193Z",
       "2262-04-11T23:47:16.854775807Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59", "10m", "500ms",
       "9223372036s", "1mo", "100y"},
      {"T", "Z", "+02:00", "-00:00", ".", ":", "-", "60", "24", "02-30", "000000000", "1", "9", "w", "mo", "ms", "\0"}};
}

}  // namespace shardite::test
