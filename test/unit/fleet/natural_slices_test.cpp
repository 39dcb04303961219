#include "fleet/natural_slices.hpp"

#include <gtest/gtest.h>

#include "fleet/time_text.hpp"

namespace shardite {
namespace {

int64_t At(const std::string &text) {
  int64_t time = 0;
  EXPECT_TRUE(ParseTime(text, time)) << text;
  return time;
}

Slice Between(const std::string &from, const std::string &until) { return {At(from), At(until)}; }

const int64_t MUCH_LATER = At("2030-01-01");

TEST(NaturalSlicesTest, Hours) {
  const auto laid = LaySlices({Between("2026-11-20T00:00:01Z", "2026-11-20T00:59:59Z"),
                               Between("2026-11-20T01:10:00Z", "2026-11-20T01:20:00Z")},
                              MUCH_LATER);
  EXPECT_STREQ(laid.unit, "hour");
  EXPECT_EQ(laid.slices[0], Between("2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z"));
  EXPECT_EQ(laid.slices[1], Between("2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z"));
  EXPECT_FALSE(laid.overlap);
  EXPECT_FALSE(laid.growing);
}

TEST(NaturalSlicesTest, LateRowsDoNotHideTheUnit) {
  const auto late = Between("2026-11-20T00:55:00Z", "2026-11-20T01:59:59Z");
  const auto laid = LaySlices({Between("2026-11-20T00:00:01Z", "2026-11-20T00:59:59Z"), late}, MUCH_LATER);
  EXPECT_EQ(laid.slices[1], Between("2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z"));
  EXPECT_EQ(FormatDuration(LatenessFor(late, laid.slices[1])), "5m");
}

TEST(NaturalSlicesTest, DaysAndMonths) {
  const auto days = LaySlices({Between("2026-11-20T00:00:01Z", "2026-11-20T23:59:59Z"),
                               Between("2026-11-21T08:00:00Z", "2026-11-21T08:01:00Z")},
                              MUCH_LATER);
  EXPECT_STREQ(days.unit, "day");
  EXPECT_EQ(days.slices[1], Between("2026-11-21", "2026-11-22"));
  const auto months = LaySlices({Between("2026-01-02", "2026-01-31"), Between("2026-02-01", "2026-02-28")}, MUCH_LATER);
  EXPECT_STREQ(months.unit, "month");
  EXPECT_EQ(months.slices[1], Between("2026-02-01", "2026-03-01"));
}

TEST(NaturalSlicesTest, OtherwiseTheRangeOfTheRows) {
  const auto laid = LaySlices({Between("2026-01-01T00:00:00.5Z", "2026-03-01T00:00:00.5Z"),
                               Between("2026-02-01T00:00:00Z", "2026-06-01T00:00:00Z")},
                              MUCH_LATER);
  EXPECT_STREQ(laid.unit, "");
  EXPECT_EQ(laid.slices[0], Between("2026-01-01T00:00:00Z", "2026-03-01T00:00:01Z"));
  EXPECT_TRUE(laid.overlap);
}

TEST(NaturalSlicesTest, ShardsOfOneHourOverlap) {
  const auto hour = Between("2026-11-20T00:00:01Z", "2026-11-20T00:59:59Z");
  EXPECT_TRUE(LaySlices({hour, hour}, MUCH_LATER).overlap);
}

TEST(NaturalSlicesTest, YoungRowsMeanGrowing) {
  const auto laid = LaySlices({Between("2026-11-20T00:00:01Z", "2026-11-20T23:59:59Z"),
                               Between("2026-11-20T23:59:50Z", "2026-11-21T00:00:05Z")},
                              At("2026-11-21T00:00:10Z"));
  EXPECT_STREQ(laid.unit, "day");  // the newest shard has just begun, with a late row of the day before
  EXPECT_EQ(laid.growing, 1u);
  EXPECT_EQ(laid.slices[1], (Slice{At("2026-11-21"), Slice::OPEN_UNTIL}));
  EXPECT_FALSE(laid.overlap);
}

TEST(NaturalSlicesTest, EmptyShardsStayOpen) {
  const auto laid = LaySlices({std::nullopt, Between("2026-11-20T00:00:01Z", "2026-11-20T00:59:59Z")}, MUCH_LATER);
  EXPECT_EQ(laid.slices[0], Slice{});
  EXPECT_TRUE(laid.overlap);
  EXPECT_EQ(LaySlices({std::nullopt}, MUCH_LATER).slices[0], Slice{});
  EXPECT_TRUE(LaySlices({}, MUCH_LATER).slices.empty());
}

TEST(NaturalSlicesTest, UnknownEndsStayOpen) {
  const auto laid = LaySlices({Slice{At("2026-11-20"), Slice::OPEN_UNTIL}}, MUCH_LATER);
  EXPECT_EQ(laid.slices[0], (Slice{At("2026-11-20"), Slice::OPEN_UNTIL}));
}

TEST(NaturalSlicesTest, BeforeNineteenSeventy) {
  const auto laid = LaySlices({Between("1969-12-31T22:10:00Z", "1969-12-31T22:20:00Z")}, MUCH_LATER);
  EXPECT_EQ(laid.slices[0], Between("1969-12-31T22:00:00Z", "1969-12-31T23:00:00Z"));
}

TEST(LatenessTest, RoundsUp) {
  const Slice hour = Between("2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z");
  const auto lateness = [&](const std::string &from, const std::string &until) {
    return FormatDuration(LatenessFor(Between(from, until), hour));
  };
  EXPECT_EQ(lateness("2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z"), "0s");
  EXPECT_EQ(lateness("2026-11-20T00:59:57Z", "2026-11-20T02:00:00Z"), "10s");
  EXPECT_EQ(lateness("2026-11-20T01:00:00Z", "2026-11-20T02:40:00Z"), "1h");
  EXPECT_EQ(lateness("2026-11-17T01:00:00Z", "2026-11-20T02:00:00Z"), "3d");
  EXPECT_EQ(LatenessFor(Between("2026-11-20", "2026-11-21"), Slice{}), 0);
}

}  // namespace
}  // namespace shardite
