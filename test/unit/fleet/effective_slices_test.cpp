#include <gtest/gtest.h>

#include "fleet/introspection.hpp"
#include "shard_tables.hpp"

namespace shardite {
namespace {

constexpr int64_t SECOND = 1'000'000'000;
constexpr int64_t HOUR = 3600 * SECOND;

struct Fixture {
  std::vector<ShardSpec> shards = HourlyShards(3);
  std::vector<std::optional<ShardTable>> tables{3, MakeTable("t", {{"ts", "INTEGER"}})};
  TableSpec spec = MakeSpec("t", "ts");
  Fixture() { spec.unit_given = true; }
  std::vector<Slice> Slices() const { return EffectiveSlices(Reconcile(spec, shards, tables), shards, tables); }
};

TEST(EffectiveSlicesTest, DeclaredWhenNothingIsKnown) {
  Fixture fixture;
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR, 2 * HOUR}));
}

TEST(EffectiveSlicesTest, LatenessWidensBothWays) {
  Fixture fixture;
  fixture.spec.lateness = 10;
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR - 10, 2 * HOUR + 10}));
  fixture.shards[1].slice.until = Slice::OPEN_UNTIL;
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR - 10, Slice::OPEN_UNTIL}));
}

TEST(EffectiveSlicesTest, MeasuredRowsWidenButNeverNarrow) {
  Fixture fixture;
  fixture.tables[0]->stored_min_time = HOUR / 2;
  fixture.tables[0]->stored_max_time = HOUR / 2;
  fixture.tables[1]->stored_min_time = int64_t{5};
  fixture.tables[1]->stored_max_time = 3 * HOUR;
  EXPECT_EQ(fixture.Slices()[0], (Slice{0, HOUR}));
  EXPECT_EQ(fixture.Slices()[1], (Slice{5, 3 * HOUR + 1}));
}

TEST(EffectiveSlicesTest, ExtremesBecomeOpen) {
  Fixture fixture;
  fixture.spec.unit = TimeUnit::S;
  fixture.tables[1]->stored_min_time = int64_t{-99'999'999'999};
  fixture.tables[1]->stored_max_time = int64_t{99'999'999'999};
  EXPECT_EQ(fixture.Slices()[1], Slice{});
}

TEST(EffectiveSlicesTest, ClampedShardsKeepTheirSlice) {
  Fixture fixture;
  fixture.spec.lateness = 10;
  fixture.shards[1].clamp = true;
  fixture.tables[1]->stored_min_time = int64_t{5};
  fixture.tables[1]->stored_max_time = 9 * HOUR;
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR, 2 * HOUR}));
}

TEST(EffectiveSlicesTest, WithoutTimeAllAreOpen) {
  Fixture fixture;
  fixture.spec.time = "";
  EXPECT_EQ(fixture.Slices()[1], Slice{});
}

TEST(EffectiveSlicesTest, MeasuredTextWithOffsetsIsTakenWidely) {
  Fixture fixture;
  fixture.spec.unit = TimeUnit::ISO8601;
  fixture.tables.assign(3, MakeTable("t", {{"ts", "TEXT"}}));
  fixture.tables[1]->stored_min_time = SqliteText{"1970-01-01T01:00:00Z"};
  fixture.tables[1]->stored_max_time = SqliteText{"1970-01-01T02:30:00Z"};
  fixture.tables[2]->stored_max_time = SqliteText{"1970-01-01T05:00:00+02:00"};
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR, 5 * HOUR / 2 + SECOND}));
  EXPECT_EQ(fixture.Slices()[2].until, 29 * HOUR + SECOND);
}

TEST(EffectiveSlicesTest, MeasuredTextIsCertainToTheSecond) {
  Fixture fixture;
  fixture.spec.unit = TimeUnit::ISO8601;
  fixture.tables.assign(3, MakeTable("t", {{"ts", "TEXT"}}));
  fixture.tables[1]->stored_min_time = SqliteText{"1970-01-01T00:30:00.5Z"};  // sorts before "..:00Z"
  fixture.tables[1]->stored_max_time = SqliteText{"1970-01-01T02:30:00Z"};    // sorts after "..:00.5Z"
  EXPECT_EQ(fixture.Slices()[1], (Slice{HOUR / 2, 5 * HOUR / 2 + SECOND}));
}

TEST(StoredTimeTest, EveryUnit) {
  EXPECT_EQ(StoredTimeToNanoseconds(int64_t{-7}, TimeUnit::NS), -7);
  EXPECT_EQ(StoredTimeToNanoseconds(int64_t{7}, TimeUnit::US), 7'000);
  EXPECT_EQ(StoredTimeToNanoseconds(int64_t{7}, TimeUnit::MS), 7'000'000);
  EXPECT_EQ(StoredTimeToNanoseconds(int64_t{7}, TimeUnit::S), 7'000'000'000);
  EXPECT_EQ(StoredTimeToNanoseconds(1.5, TimeUnit::S), 1'500'000'000);
  EXPECT_EQ(StoredTimeToNanoseconds(9e99, TimeUnit::S), Slice::OPEN_UNTIL);
  EXPECT_EQ(StoredTimeToNanoseconds(SqliteText{"1970-01-01T00:00:01Z"}, TimeUnit::ISO8601), 1'000'000'000);
  EXPECT_EQ(StoredTimeToNanoseconds(SqliteText{"9999-01-01"}, TimeUnit::ISO8601), Slice::OPEN_UNTIL);
  EXPECT_FALSE(StoredTimeToNanoseconds(SqliteText{"1"}, TimeUnit::S));
  EXPECT_FALSE(StoredTimeToNanoseconds(int64_t{1}, TimeUnit::ISO8601));
  EXPECT_FALSE(StoredTimeToNanoseconds(std::monostate{}, TimeUnit::NS));
}

TEST(StoredTimeTest, GuessesUnits) {
  const auto of = [](ColumnKind kind, SqliteValue value) { return GuessTimeUnit(kind, {std::move(value)}); };
  EXPECT_EQ(of(ColumnKind::INTEGER, int64_t{1'763'683'200'000'000'000}), TimeUnit::NS);
  EXPECT_EQ(of(ColumnKind::INTEGER, int64_t{1'763'683'200'000'000}), TimeUnit::US);
  EXPECT_EQ(of(ColumnKind::INTEGER, int64_t{1'763'683'200'000}), TimeUnit::MS);
  EXPECT_EQ(of(ColumnKind::INTEGER, int64_t{1'763'683'200}), TimeUnit::S);
  EXPECT_EQ(of(ColumnKind::INTEGER, std::monostate{}), TimeUnit::NS);
  EXPECT_EQ(of(ColumnKind::REAL, 1763683200.5), TimeUnit::S);
  EXPECT_EQ(of(ColumnKind::TEXT, std::monostate{}), TimeUnit::ISO8601);
  EXPECT_EQ(of(ColumnKind::ANY, SqliteText{"2026-01-01"}), TimeUnit::ISO8601);
}

}  // namespace
}  // namespace shardite
