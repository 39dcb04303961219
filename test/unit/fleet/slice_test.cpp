#include "fleet/slice.hpp"

#include <random>

#include <gtest/gtest.h>

namespace shardite {
namespace {

constexpr int64_t OPEN_FROM = Slice::OPEN_FROM;
constexpr int64_t OPEN_UNTIL = Slice::OPEN_UNTIL;

TEST(SliceTest, EmptyAndBounded) {
  EXPECT_FALSE(Slice{}.IsEmpty());
  EXPECT_FALSE(Slice{}.IsBounded());
  EXPECT_TRUE((Slice{5, 5}).IsEmpty());
  EXPECT_TRUE((Slice{5, 4}).IsEmpty());
  EXPECT_FALSE((Slice{OPEN_UNTIL, OPEN_UNTIL}).IsEmpty());  // the last instant of all, still growing
  EXPECT_TRUE((Slice{1, 2}).IsBounded());
}

TEST(SliceTest, TouchingSlicesDoNotOverlap) {
  EXPECT_FALSE((Slice{1, 2}).Overlaps({2, 3}));
  EXPECT_FALSE((Slice{2, 3}).Overlaps({1, 2}));
  EXPECT_TRUE((Slice{1, 3}).Overlaps({2, 4}));
  EXPECT_TRUE((Slice{5, OPEN_UNTIL}).Overlaps({OPEN_UNTIL, OPEN_UNTIL}));
}

TEST(SliceTest, SpanAndIntersect) {
  EXPECT_EQ(Span({1, 2}, {5, 9}), (Slice{1, 9}));
  EXPECT_EQ(Intersect({1, 6}, {5, 9}), (Slice{5, 6}));
  EXPECT_TRUE(Intersect({1, 2}, {5, 9}).IsEmpty());
  EXPECT_EQ(Intersect({}, {5, 9}), (Slice{5, 9}));
}

TEST(TimeSetTest, OfMergesOverlappingAndTouching) {
  const auto set = TimeSet::Of({{10, 20}, {1, 5}, {5, 7}, {15, 30}, {40, 40}});
  EXPECT_EQ(set.Slices(), (std::vector<Slice>{{1, 7}, {10, 30}}));
  EXPECT_TRUE(TimeSet::Of({{3, 3}}).IsNone());
  EXPECT_TRUE(TimeSet::Of({{OPEN_FROM, 5}, {5, OPEN_UNTIL}}).IsAll());
  EXPECT_EQ(TimeSet::Of({{5, OPEN_UNTIL}, {7, 9}}).Slices(), (std::vector<Slice>{{5, OPEN_UNTIL}}));
}

TEST(TimeSetTest, LastInstantBelongsToOpenSets) {
  const auto open = TimeSet::Of({{5, OPEN_UNTIL}});
  EXPECT_TRUE(open.Meets({OPEN_UNTIL, OPEN_UNTIL}));
  EXPECT_FALSE(TimeSet::Of({{5, 9}}).Meets({9, OPEN_UNTIL}));
  EXPECT_TRUE(TimeSet::Of({{5, 9}}).Meets({8, OPEN_UNTIL}));
}

// Over a small axis every operation can be compared with plain sets of instants.
uint32_t Bits(const TimeSet &set) {
  uint32_t bits = 0;
  for (int64_t t = 0; t < 20; ++t) bits |= (set.Meets({t, t + 1}) ? 1u : 0u) << t;
  return bits;
}

TEST(TimeSetTest, AndOrMeetAgreeWithSetsOfInstants) {
  std::mt19937 random(7);
  const auto any_set = [&] {
    std::vector<Slice> slices;
    for (unsigned n = random() % 5; n > 0; --n) {
      Slice slice{static_cast<int64_t>(random() % 20), static_cast<int64_t>(random() % 20)};
      if (random() % 8 == 0) slice.from = OPEN_FROM;
      if (random() % 8 == 0) slice.until = OPEN_UNTIL;
      slices.push_back(slice);
    }
    return TimeSet::Of(slices);
  };
  for (int round = 0; round < 5000; ++round) {
    const TimeSet a = any_set(), b = any_set();
    ASSERT_EQ(Bits(a.And(b)), Bits(a) & Bits(b)) << a.ToString() << " and " << b.ToString();
    ASSERT_EQ(Bits(a.Or(b)), Bits(a) | Bits(b)) << a.ToString() << " or " << b.ToString();
    ASSERT_EQ(a.And(b), b.And(a));
    ASSERT_EQ(a.Or(a), a);
  }
}

TEST(TimeSetTest, ToString) {
  EXPECT_EQ(TimeSet::All().ToString(), "all");
  EXPECT_EQ(TimeSet::None().ToString(), "none");
  EXPECT_EQ(TimeSet::Of({{0, 1'000'000'000}, {2'000'000'000, OPEN_UNTIL}}).ToString(),
            "1970-01-01T00:00:00Z..1970-01-01T00:00:01Z or 1970-01-01T00:00:02Z..");
}

}  // namespace
}  // namespace shardite
