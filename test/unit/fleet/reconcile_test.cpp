#include <gtest/gtest.h>

#include "base/error.hpp"
#include "shard_tables.hpp"

namespace shardite {
namespace {

using Tables = std::vector<std::optional<ShardTable>>;

std::vector<std::string> Names(const LogicalTable &table) {
  std::vector<std::string> names;
  for (const TableColumn &column : table.columns) names.push_back(column.name);
  return names;
}

std::string ErrorOf(const TableSpec &spec, const Tables &tables) {
  try {
    Reconcile(spec, HourlyShards(tables.size()), tables);
  } catch (const FleetError &error) {
    return error.what();
  }
  return "";
}

TEST(ColumnKindTest, FollowsDeclaredTypes) {
  const std::pair<const char *, ColumnKind> cases[] = {{"INTEGER", ColumnKind::INTEGER},
                                                       {"bigint", ColumnKind::INTEGER},
                                                       {"UNSIGNED BIG INT", ColumnKind::INTEGER},
                                                       {"INT8", ColumnKind::INTEGER},
                                                       {"VARCHAR(20)", ColumnKind::TEXT},
                                                       {"text", ColumnKind::TEXT},
                                                       {"JSON", ColumnKind::TEXT},
                                                       {"JSON TEXT", ColumnKind::TEXT},
                                                       {"BLOB", ColumnKind::BLOB},
                                                       {"DOUBLE PRECISION", ColumnKind::REAL},
                                                       {"float", ColumnKind::REAL},
                                                       {"BOOLEAN", ColumnKind::BOOLEAN},
                                                       {"bool", ColumnKind::BOOLEAN},
                                                       {"", ColumnKind::ANY},
                                                       {"NUMERIC", ColumnKind::ANY},
                                                       {"DECIMAL(10,5)", ColumnKind::ANY},
                                                       {"DATETIME", ColumnKind::ANY},
                                                       {"ANY", ColumnKind::ANY},
                                                       {"FLOATING POINT", ColumnKind::ANY},
                                                       {"INTERVAL", ColumnKind::ANY},
                                                       {"STRING", ColumnKind::ANY}};
  for (const auto &[type, kind] : cases) EXPECT_EQ(KindOfDeclaredType(type), kind) << type;
}

TEST(ReconcileTest, NewestOrderThenOlderColumns) {
  const Tables tables = {MakeTable("t", {{"old", "TEXT"}, {"a", "INTEGER"}, {"b", "TEXT"}}),
                         MakeTable("t", {{"B", "TEXT"}, {"A", "INTEGER"}, {"new", "REAL"}})};
  const LogicalTable table = Reconcile(MakeSpec("t"), HourlyShards(2), tables);
  EXPECT_EQ(Names(table), (std::vector<std::string>{"B", "A", "new", "old"}));
  ASSERT_EQ(table.variants.size(), 2u);
  const auto &older = table.variants[table.variant_of_shard[0]];
  EXPECT_EQ(older.sources[0].name, "b");
  EXPECT_FALSE(older.sources[2].present);
  EXPECT_TRUE(older.sources[3].present);
  EXPECT_FALSE(table.time_column);
}

TEST(ReconcileTest, EqualTablesShareAVariant) {
  Tables tables(1000, MakeTable("t", {{"a", "INTEGER"}}));
  tables[7] = std::nullopt;
  tables[8]->max_rowid = 5;  // a fact about rows makes no variant
  const LogicalTable table = Reconcile(MakeSpec("t"), HourlyShards(1000), tables);
  EXPECT_EQ(table.variants.size(), 1u);
  EXPECT_EQ(table.variant_of_shard[8], 0u);
  EXPECT_EQ(table.variant_of_shard[7], LogicalTable::NO_VARIANT);
}

TEST(ReconcileTest, WidensWithoutLoss) {
  const Tables tables = {
      MakeTable("t", {{"a", "INTEGER"}, {"b", "BOOLEAN"}, {"c", "TEXT"}, {"d", "INTEGER"}, {"e", "REAL"}}),
      MakeTable("t", {{"a", "REAL"}, {"b", "INTEGER"}, {"c", "ANY"}, {"d", "INTEGER"}, {"e", "BOOLEAN"}})};
  const LogicalTable table = Reconcile(MakeSpec("t"), HourlyShards(2), tables);
  EXPECT_EQ(table.columns[0].kind, ColumnKind::REAL);
  EXPECT_EQ(table.columns[1].kind, ColumnKind::INTEGER);
  EXPECT_EQ(table.columns[2].kind, ColumnKind::ANY);
  EXPECT_EQ(table.columns[3].kind, ColumnKind::INTEGER);
  EXPECT_EQ(table.columns[4].kind, ColumnKind::REAL);
  EXPECT_EQ(table.variants[table.variant_of_shard[0]].sources[0].kind, ColumnKind::INTEGER);
}

TEST(ReconcileTest, ConflictNamesBothShardsAndTypes) {
  EXPECT_EQ(ErrorOf(MakeSpec("t"), {MakeTable("t", {{"A", "TEXT"}}), MakeTable("t", {{"a", "BIGINT"}})}),
            "table \"t\": column \"a\" has type BIGINT on shard \"s1\" but TEXT on shard \"s0\": no type holds both "
            "without loss");
  EXPECT_NE(ErrorOf(MakeSpec("t"), {MakeTable("t", {{"a", "BLOB"}}), MakeTable("t", {{"a", "TEXT"}})}), "");
  // The shard that made the column REAL is named, not the first one.
  EXPECT_EQ(ErrorOf(MakeSpec("t"), {MakeTable("t", {{"a", "TEXT"}}), MakeTable("t", {{"a", "REAL"}}),
                                    MakeTable("t", {{"a", "INTEGER"}})}),
            "table \"t\": column \"a\" has type REAL on shard \"s1\" but TEXT on shard \"s0\": no type holds both "
            "without loss");
}

TEST(ReconcileTest, NoShardHasIt) { EXPECT_EQ(ErrorOf(MakeSpec("t"), {std::nullopt}), "table \"t\": no shard has it"); }

TEST(ReconcileTest, TimeColumn) {
  ShardTable shard = MakeTable("t", {{"a", "TEXT"}, {"Timestamp", "INTEGER"}});
  shard.sample_time = int64_t{1'763'683'200'123};
  const LogicalTable table = Reconcile(MakeSpec("t", "timestamp"), HourlyShards(1), {shard});
  EXPECT_EQ(table.time_column, 1u);
  EXPECT_EQ(table.spec.time, "Timestamp");
  EXPECT_EQ(table.spec.unit, TimeUnit::MS);
  EXPECT_EQ(table.spec.type, TimeType::TIMESTAMP);
}

TEST(ReconcileTest, TimeColumnMissingOnAShard) {
  EXPECT_EQ(ErrorOf(MakeSpec("t", "ts"), {MakeTable("t", {{"ts", "INTEGER"}}), MakeTable("t", {{"tss", "INTEGER"}})}),
            "table \"t\": shard \"s1\" has no time column \"ts\"; did you mean \"tss\"?");
}

TEST(ReconcileTest, TimeColumnOfTheWrongKind) {
  TableSpec spec = MakeSpec("t", "ts");
  spec.unit_given = true;
  EXPECT_EQ(ErrorOf(spec, {MakeTable("t", {{"ts", "TEXT"}})}),
            "table \"t\": the time column \"ts\" is TEXT and cannot hold times in the unit ns");
  spec.unit = TimeUnit::ISO8601;
  EXPECT_EQ(ErrorOf(spec, {MakeTable("t", {{"ts", "INTEGER"}})}),
            "table \"t\": the time column \"ts\" is INTEGER and cannot hold times in the unit iso8601");
  EXPECT_NE(ErrorOf(MakeSpec("t", "ts"), {MakeTable("t", {{"ts", "BLOB"}})}), "");
}

TEST(ReconcileTest, TimeColumnOfAnyKindIsWhatTheUnitSays) {
  ShardTable shard = MakeTable("t", {{"ts", "DATETIME"}});
  shard.sample_time = SqliteText{"2026-11-20 10:00:00"};
  const LogicalTable text = Reconcile(MakeSpec("t", "ts"), HourlyShards(1), {shard});
  EXPECT_EQ(text.spec.unit, TimeUnit::ISO8601);
  EXPECT_EQ(text.columns[0].kind, ColumnKind::TEXT);
  EXPECT_EQ(text.variants[0].sources[0].kind, ColumnKind::TEXT);
  shard.sample_time = int64_t{1'763'683'200};
  const LogicalTable seconds = Reconcile(MakeSpec("t", "ts"), HourlyShards(1), {shard});
  EXPECT_EQ(seconds.spec.unit, TimeUnit::S);
  EXPECT_EQ(seconds.columns[0].kind, ColumnKind::INTEGER);
}

TEST(ReconcileTest, ShardsWhoseTimesDisagreeNeedAUnit) {
  ShardTable nanoseconds = MakeTable("t", {{"ts", "INTEGER"}}), seconds = nanoseconds;
  nanoseconds.sample_time = int64_t{1'763'683'200'000'000'000};
  seconds.sample_time = int64_t{1'763'683'200};
  EXPECT_EQ(
      ErrorOf(MakeSpec("t", "ts"), {nanoseconds, seconds}),
      "table \"t\": the times of \"ts\" look like ns on shard \"s0\" but like s on shard \"s1\": state the \"unit\" in "
      "the fleet file");
  seconds.sample_time = int64_t{5};  // near 1970 says nothing
  EXPECT_EQ(ErrorOf(MakeSpec("t", "ts"), {nanoseconds, seconds}), "");
}

TEST(ReconcileTest, TextThatIsNoTime) {
  ShardTable shard = MakeTable("t", {{"ts", "TEXT"}});
  shard.sample_time = SqliteText{"yesterday"};
  EXPECT_EQ(ErrorOf(MakeSpec("t", "ts"), {shard}),
            "table \"t\": the time column \"ts\" holds values on shard \"s0\" that are no ISO 8601 times");
}

TEST(ReconcileTest, ColumnTypes) {
  TableSpec spec = MakeSpec("otel_metrics_histogram");
  spec.columns["explicitbounds"] = "FLOAT[]";
  const Tables tables = {MakeTable("otel_metrics_histogram",
                                   {{"BucketCounts", "TEXT"}, {"ExplicitBounds", "TEXT"}, {"Attributes", "TEXT"}})};
  const LogicalTable table = Reconcile(spec, HourlyShards(1), tables);
  EXPECT_EQ(table.columns[0].sql_type, "BIGINT[]");
  EXPECT_EQ(table.columns[1].sql_type, "FLOAT[]");
  EXPECT_EQ(table.columns[2].sql_type, "");
  spec.columns["Atributes"] = "JSON";
  EXPECT_EQ(ErrorOf(spec, tables),
            "table \"otel_metrics_histogram\": \"columns\" names \"Atributes\", which no shard has; did you mean "
            "\"Attributes\"?");
}

TEST(ReconcileTest, TablesWithoutTimeComeOnceFromASharedDatabase) {
  auto shards = HourlyShards(3);
  for (size_t i : {0u, 1u}) {
    shards[i].clamp = true;
    shards[i].url = ParseShardUrl("sqlite:one.db", "");
  }
  const Tables tables(3, MakeTable("t", {{"ts", "INTEGER"}}));
  const LogicalTable timeless = Reconcile(MakeSpec("t"), shards, tables);
  EXPECT_EQ(timeless.variant_of_shard, (std::vector<size_t>{0, LogicalTable::NO_VARIANT, 0}));
  const LogicalTable timed = Reconcile(MakeSpec("t", "ts"), shards, tables);
  EXPECT_EQ(timed.variant_of_shard, (std::vector<size_t>{0, 0, 0}));
}

}  // namespace
}  // namespace shardite
