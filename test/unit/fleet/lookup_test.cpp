#include "fleet/lookup.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "shard_tables.hpp"

namespace shardite {
namespace {

constexpr int64_t SECOND = 1'000'000'000;

LogicalTable Logical(const ShardTable &table, const TableSpec &spec) {
  return Reconcile(spec, HourlyShards(1), {table});
}

struct Tables {
  explicit Tables(const LookupSpec &lookup)
      : spans(Logical(MakeTable("spans", {{"ts", "INTEGER"}, {"Id", "TEXT"}}), [&] {
          TableSpec spec = MakeSpec("spans", "ts");
          spec.unit = TimeUnit::MS;
          spec.unit_given = true;
          spec.lookup = lookup;
          spec.lookup->line = 7;
          return spec;
        }())) {}
  LogicalTable spans;
  LogicalTable times =
      Logical(MakeTable("times", {{"a", "INTEGER"}, {"b", "REAL"}, {"text", "TEXT"}, {"iD", "TEXT"}, {"blob", "BLOB"}}),
              MakeSpec("times"));
};

std::string ErrorOf(const LookupSpec &lookup) {
  const Tables tables(lookup);
  try {
    ResolveLookup(tables.spans, tables.times, "fleet.toml");
  } catch (const FleetError &error) {
    return error.what();
  }
  return "";
}

TEST(LookupTest, FindsColumnsWhateverTheirCase) {
  const Tables tables({"times", "ID", "A", "b", std::nullopt});
  const Lookup lookup = ResolveLookup(tables.spans, tables.times, "fleet.toml");
  EXPECT_EQ(lookup.key, 1u);
  EXPECT_EQ(lookup.lookup_key, 3u);
  EXPECT_EQ(lookup.first, 0u);
  EXPECT_EQ(lookup.last, 1u);
  EXPECT_EQ(lookup.unit, TimeUnit::MS);  // the table's, when it has none of its own
}

TEST(LookupTest, NamesWhatDoesNotFit) {
  EXPECT_EQ(ErrorOf({"times", "id", "a", "bb", std::nullopt}),
            "fleet.toml:7: \"lookup\": table \"times\" has no column \"bb\"; did you mean \"b\"?");
  EXPECT_EQ(ErrorOf({"times", "ts", "a", "b", std::nullopt}),
            "fleet.toml:7: \"lookup\": table \"times\" has no column \"ts\"");
  EXPECT_EQ(ErrorOf({"times", "id", "a", "text", std::nullopt}),
            "fleet.toml:7: \"lookup\": \"text\" is TEXT, which holds no time in the unit ms: give the look-up its own "
            "\"unit\"");
  EXPECT_EQ(ErrorOf({"times", "id", "a", "blob", std::nullopt}),
            "fleet.toml:7: \"lookup\": \"blob\" is BLOB, which holds no time in the unit ms");
  EXPECT_EQ(ErrorOf({"times", "id", "text", "text", TimeUnit::ISO8601}), "");
}

TEST(LookupTest, WindowsReachToTheEndOfTheUnit) {
  const auto window = [](SqliteValue first, SqliteValue last, TimeUnit unit) {
    return LookupWindow(first, last, unit).value_or(Slice{-1, -1});
  };
  const Slice none{-1, -1};
  EXPECT_EQ(window(int64_t{5}, int64_t{5}, TimeUnit::NS), (Slice{5, 6}));
  EXPECT_EQ(window(int64_t{5}, int64_t{7}, TimeUnit::S), (Slice{5 * SECOND, 8 * SECOND}));
  EXPECT_EQ(window(int64_t{-5}, int64_t{-5}, TimeUnit::MS), (Slice{-5'000'000, -4'000'000}));
  EXPECT_EQ(window(5.0, 5.5, TimeUnit::S), (Slice{5 * SECOND - 1'000'000, 5'501'000'000}));
  EXPECT_EQ(window(SqliteText{"1970-01-01 00:00:05"}, SqliteText{"1970-01-01T01:00:06.5+01:00"}, TimeUnit::ISO8601),
            (Slice{5 * SECOND, 7'500'000'000}));
  // What says nothing.
  EXPECT_EQ(window(int64_t{5}, SqliteValue{}, TimeUnit::NS), none);
  EXPECT_EQ(window(SqliteValue{}, int64_t{5}, TimeUnit::NS), none);
  EXPECT_EQ(window(int64_t{6}, int64_t{5}, TimeUnit::NS), none);
  EXPECT_EQ(window(SqliteText{"soon"}, SqliteText{"later"}, TimeUnit::ISO8601), none);
  EXPECT_EQ(window(INT64_MIN, INT64_MAX, TimeUnit::NS), Slice{});
}

}  // namespace
}  // namespace shardite
