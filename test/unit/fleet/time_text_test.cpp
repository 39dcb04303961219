#include "fleet/time_text.hpp"

#include <gtest/gtest.h>

namespace shardite {
namespace {

int64_t Parsed(const std::string &text) {
  int64_t nanoseconds = -1;
  EXPECT_TRUE(ParseTime(text, nanoseconds)) << text;
  return nanoseconds;
}

bool Fails(const std::string &text) {
  int64_t nanoseconds = 0;
  return !ParseTime(text, nanoseconds);
}

TEST(TimeTextTest, ReadsTheUsualForms) {
  EXPECT_EQ(Parsed("1970-01-01"), 0);
  EXPECT_EQ(Parsed("1970-01-01T00:00:01Z"), 1'000'000'000);
  EXPECT_EQ(Parsed("1970-01-01 00:00:01"), 1'000'000'000);
  EXPECT_EQ(Parsed("1970-01-01t00:01z"), 60'000'000'000);
  EXPECT_EQ(Parsed("1970-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(Parsed("1969-12-31T19:00:00-0500"), 0);
  EXPECT_EQ(Parsed("1969-12-31T19:00:00-05"), 0);
  EXPECT_EQ(Parsed("2026-11-20T00:00:00.000000001Z"), 1'795'132'800'000'000'001);
  EXPECT_EQ(Parsed("2026-11-20T00:00:00.5000000000000Z"), 1'795'132'800'500'000'000);
  EXPECT_EQ(Parsed("1969-12-31T23:59:59.999999999Z"), -1);
  EXPECT_EQ(Parsed("2024-02-29"), 1'709'164'800'000'000'000);
}

TEST(TimeTextTest, RefusesWhatIsNoTime) {
  for (const char *text : {"",
                           "2026",
                           "2026-13-01",
                           "2026-02-30",
                           "2026-02-29",
                           "2026-1-1",
                           "2026-01-01T",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:60Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00Z ",
                           "2026-01-01T00:00:00+1:00",
                           "2026-01-01T00:00:00.0000000001Z",
                           "26-01-01",
                           "2026-01-01x",
                           "1600-01-01",
                           "2300-01-01",
                           "9999-12-31T23:59:59Z",
                           "2026-01-01T00:00:00+25:00"}) {
    EXPECT_TRUE(Fails(text)) << text;
  }
}

TEST(TimeTextTest, FormatsWithAsManyDigitsAsNeeded) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(FormatTime(1'500'000'000), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(FormatTime(Slice::OPEN_FROM), "");
  EXPECT_EQ(FormatTime(Slice::OPEN_UNTIL), "");
  EXPECT_EQ(FormatTime(Slice::OPEN_UNTIL - 1), "2262-04-11T23:47:16.854775806Z");
  for (const int64_t time : {int64_t{1}, int64_t{-86'400'000'000'001}, Slice::OPEN_UNTIL - 1, Slice::OPEN_FROM + 1}) {
    EXPECT_EQ(Parsed(FormatTime(time)), time);
  }
}

TEST(TimeTextTest, Durations) {
  EXPECT_EQ(ParseDuration("10m"), 600'000'000'000);
  EXPECT_EQ(ParseDuration("500ms"), 500'000'000);
  EXPECT_EQ(ParseDuration("1w"), 7 * NANOSECONDS_PER_DAY);
  EXPECT_EQ(ParseDuration("0s"), 0);
  for (const char *text : {"", "m", "10", "10 m", "-1s", "1.5h", "1mo", "9999999999s", "999999999w", "1d1h"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
  for (const char *text : {"10m", "1d", "2w", "90s", "15ms", "7ns", "0s"}) {
    EXPECT_EQ(FormatDuration(*ParseDuration(text)), text);
  }
}

TEST(TimeTextTest, PeriodsStepByCalendarMonths) {
  const auto month = ParsePeriod("1mo");
  ASSERT_TRUE(month);
  EXPECT_EQ(FormatTime(month->After(Parsed("2024-01-05T06:00:00Z"), 1)), "2024-02-05T06:00:00Z");
  EXPECT_EQ(FormatTime(month->After(Parsed("2023-12-01"), 3)), "2024-03-01T00:00:00Z");
  EXPECT_EQ(FormatTime(ParsePeriod("1y")->After(Parsed("2023-12-01"), 2)), "2025-12-01T00:00:00Z");
  EXPECT_EQ(FormatTime(ParsePeriod("15m")->After(Parsed("2023-12-01"), 2)), "2023-12-01T00:30:00Z");
  EXPECT_EQ(ParsePeriod("1d")->After(0, Slice::OPEN_UNTIL), Slice::OPEN_UNTIL);
  for (const char *text : {"0d", "0mo", "mo", "1 d", "1x", ""}) EXPECT_FALSE(ParsePeriod(text)) << text;
}

TEST(TimeTextTest, ArithmeticStopsAtTheEnds) {
  EXPECT_EQ(SaturatedAdd(Slice::OPEN_UNTIL, 1), Slice::OPEN_UNTIL);
  EXPECT_EQ(SaturatedAdd(Slice::OPEN_FROM, -1), Slice::OPEN_FROM);
  EXPECT_EQ(SaturatedMultiply(99'999'999'999, NANOSECONDS_PER_SECOND), Slice::OPEN_UNTIL);
  EXPECT_EQ(SaturatedMultiply(-99'999'999'999, NANOSECONDS_PER_SECOND), Slice::OPEN_FROM);
}

}  // namespace
}  // namespace shardite
