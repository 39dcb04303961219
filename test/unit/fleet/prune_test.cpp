#include "fleet/prune.hpp"

#include <random>

#include <gtest/gtest.h>

namespace shardite {
namespace {

constexpr int64_t HOUR = 3'600'000'000'000;
constexpr int64_t OPEN_FROM = Slice::OPEN_FROM;
constexpr int64_t OPEN_UNTIL = Slice::OPEN_UNTIL;

std::vector<Slice> Hours(size_t count) {
  std::vector<Slice> slices;
  for (size_t i = 0; i < count; ++i)
    slices.push_back({static_cast<int64_t>(i) * HOUR, static_cast<int64_t>(i + 1) * HOUR});
  return slices;
}

using Numbers = std::vector<size_t>;

TEST(PruneTest, TouchingSlices) {
  const SliceIndex index(Hours(4));
  EXPECT_TRUE(index.Disjoint());
  EXPECT_EQ(index.Meeting(TimeSet::Of({{HOUR, 2 * HOUR}})), Numbers{1});
  EXPECT_EQ(index.Meeting(TimeSet::Of({{HOUR - 1, 2 * HOUR}})), (Numbers{0, 1}));
  EXPECT_EQ(index.Meeting(TimeSet::Of({{HOUR, 2 * HOUR + 1}})), (Numbers{1, 2}));
  EXPECT_TRUE(index.Meeting(TimeSet::Of({{4 * HOUR, OPEN_UNTIL}})).empty());
}

TEST(PruneTest, OpenSlices) {
  const SliceIndex index({{OPEN_FROM, 0}, {0, HOUR}, {HOUR, OPEN_UNTIL}});
  EXPECT_TRUE(index.Disjoint());
  EXPECT_EQ(index.Meeting(TimeSet::Of({{OPEN_FROM, -5}})), Numbers{0});
  EXPECT_EQ(index.Meeting(TimeSet::Of({{99 * HOUR, 100 * HOUR}})), Numbers{2});
  EXPECT_EQ(index.Meeting(TimeSet::Of({{OPEN_UNTIL, OPEN_UNTIL}})), Numbers{2});
  EXPECT_FALSE(SliceIndex({{0, OPEN_UNTIL}, {HOUR, OPEN_UNTIL}}).Disjoint());
  EXPECT_FALSE(SliceIndex({{0, OPEN_UNTIL}, {OPEN_UNTIL, OPEN_UNTIL}}).Disjoint());
}

TEST(PruneTest, Disjunctions) {
  const SliceIndex index(Hours(10));
  EXPECT_EQ(index.Meeting(TimeSet::Of({{0, 1}, {5 * HOUR, 5 * HOUR + 1}, {5 * HOUR + 3, 5 * HOUR + 4}})),
            (Numbers{0, 5}));
  EXPECT_TRUE(index.Meeting(TimeSet::None()).empty());
}

TEST(PruneTest, AgreesWithAskingEveryShard) {
  std::mt19937 random(11);
  const auto any_slice = [&] {
    Slice slice{static_cast<int64_t>(random() % 100), static_cast<int64_t>(random() % 100)};
    if (random() % 10 == 0) slice.from = OPEN_FROM;
    if (random() % 10 == 0) slice.until = OPEN_UNTIL;
    return slice;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<Slice> slices(random() % 12);
    for (Slice &slice : slices) slice = any_slice();
    std::vector<Slice> wanted(random() % 6);
    for (Slice &slice : wanted) slice = any_slice();
    const TimeSet times = TimeSet::Of(wanted);
    Numbers expected;
    for (size_t i = 0; i < slices.size(); ++i) {
      if (times.Meets(slices[i])) expected.push_back(i);
    }
    ASSERT_EQ(SliceIndex(slices).Meeting(times), expected) << times.ToString();
  }
}

TEST(PruneTest, AHundredThousandShardsLookAtFew) {
  const SliceIndex index(Hours(100'000));
  size_t visited = 0;
  EXPECT_EQ(index.Meeting(TimeSet::Of({{500 * HOUR, 503 * HOUR}}), &visited), (Numbers{500, 501, 502}));
  EXPECT_LE(visited, 4u);
  EXPECT_EQ(index.Meeting(TimeSet::Of({{99'999 * HOUR, OPEN_UNTIL}}), &visited), Numbers{99'999});
  EXPECT_LE(visited, 2u);
}

TEST(PruneTest, ManyInstantsOverWideSlicesStayLinear) {
  const SliceIndex index(std::vector<Slice>(100'000));
  std::vector<Slice> instants;
  for (int64_t i = 0; i < 1000; ++i) instants.push_back({i * HOUR, i * HOUR + 1});
  size_t visited = 0;
  EXPECT_EQ(index.Meeting(TimeSet::Of(instants), &visited).size(), 100'000u);
  EXPECT_LE(visited, 300'000u);
}

TEST(PruneTest, AllKeepsEveryShard) {
  const SliceIndex index({{0, 1}, {5, 5}, {}});
  const auto all = PruneShards(index, TimeSet::All());
  EXPECT_EQ(all.total, 3u);
  EXPECT_EQ(all.kept, (Numbers{0, 1, 2}));  // the empty slice's shard may hold rows without a time
  EXPECT_TRUE(PruneShards(index, TimeSet::None()).kept.empty());
}

TEST(PruneTest, Reasons) {
  const Slice hour{0, HOUR};
  EXPECT_EQ(PruneReason(hour, TimeSet::None()), "no time satisfies the filters");
  EXPECT_EQ(PruneReason(hour, TimeSet::Of({{2 * HOUR, OPEN_UNTIL}})), "ends before the window 1970-01-01T02:00:00Z..");
  EXPECT_EQ(PruneReason(hour, TimeSet::Of({{OPEN_FROM, -HOUR}})), "begins after the window ..1969-12-31T23:00:00Z");
  EXPECT_EQ(PruneReason(hour, TimeSet::Of({{-HOUR, 0}, {HOUR, 2 * HOUR}})),
            "lies in a gap of the windows "
            "1969-12-31T23:00:00Z..1970-01-01T00:00:00Z or 1970-01-01T01:00:00Z..1970-01-01T02:00:00Z");
  std::vector<Slice> many;
  for (int64_t i = 1; i <= 5; i++) many.push_back({-i * HOUR, -i * HOUR + 1});
  many.push_back({HOUR, HOUR + 1});
  EXPECT_EQ(PruneReason(hour, TimeSet::Of(many)),
            "lies in a gap of the 6 windows in 1969-12-31T19:00:00Z..1970-01-01T01:00:00.000000001Z");
}

}  // namespace
}  // namespace shardite
