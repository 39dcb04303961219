// The two requests, answered by a real SQLite.

#include "fleet/introspection.hpp"

#include <memory>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/error.hpp"
#include "shard_tables.hpp"

namespace shardite {
namespace {

class Database {
 public:
  explicit Database(const std::string &sql) {
    sqlite3 *handle = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
    handle_.reset(handle);
    char *message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
  }

  // The one cell of a statement's one row.
  std::string Cell(const std::string &sql) const {
    sqlite3_stmt *raw = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &raw, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_.get()) << "\n"
        << sql;
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> statement(raw, sqlite3_finalize);
    EXPECT_EQ(sqlite3_step(raw), SQLITE_ROW);
    return reinterpret_cast<const char *>(sqlite3_column_text(raw, 0));
  }

  std::vector<ShardTable> Describe(const std::vector<std::string> &tables = {}) const {
    return ParseDescribeTables(Cell(DescribeTablesSql(tables)));
  }

  std::vector<ShardTable> Measured(MeasureDepth depth, const std::vector<TableSpec> &specs = {}) const {
    auto tables = Describe();
    for (const std::string &sql : MeasureTablesSql(tables, specs, depth)) ReadMeasures(Cell(sql), specs, tables);
    return tables;
  }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3 *)> handle_{nullptr, sqlite3_close};
};

ShardTable Only(const std::vector<ShardTable> &tables) {
  EXPECT_EQ(tables.size(), 1u);
  return tables.empty() ? ShardTable{} : tables[0];
}

TEST(IntrospectionTest, OddNames) {
  const Database database(
      "CREATE TABLE \"order\"(\"a\"\"b\" INTEGER NOT NULL, \"é ü\" TEXT, \"group\" REAL, \"[x]\" BLOB)");
  const ShardTable table = Only(database.Describe({"ORDER"}));
  EXPECT_EQ(table.name, "order");
  EXPECT_EQ(table.columns, (std::vector<ShardColumn>{{"a\"b", "INTEGER", ColumnKind::INTEGER, true},
                                                     {"é ü", "TEXT", ColumnKind::TEXT, false},
                                                     {"group", "REAL", ColumnKind::REAL, false},
                                                     {"[x]", "BLOB", ColumnKind::BLOB, false}}));
  EXPECT_TRUE(database.Describe({"it's"}).empty());
}

TEST(IntrospectionTest, SystemVirtualAndBrokenTablesAreLeftOut) {
  const Database database(
      "CREATE TABLE libsql_wasm_func_table(x); CREATE TABLE _litestream_seq(x); CREATE TABLE _rqlite_x(x);"
      "CREATE TABLE gone(x); CREATE VIEW broken AS SELECT * FROM gone; DROP TABLE gone;"
      "CREATE VIRTUAL TABLE words USING fts5(a); CREATE TABLE kept(id INTEGER PRIMARY KEY AUTOINCREMENT)");
  EXPECT_EQ(Only(database.Describe()).name, "kept");
  EXPECT_EQ(ParseTableNames(database.Cell(TableNamesSql())), std::vector<std::string>{"kept"});
}

TEST(IntrospectionTest, StrictAndRowid) {
  const auto describe = [](const std::string &sql) { return Only(Database(sql).Describe()); };
  EXPECT_TRUE(describe("CREATE TABLE t(a INTEGER) STRICT").strict);
  EXPECT_FALSE(describe("CREATE TABLE t(a INTEGER)").strict);
  EXPECT_TRUE(describe("CREATE TABLE t(a INTEGER)").has_rowid);
  EXPECT_FALSE(describe("CREATE TABLE t(a INTEGER PRIMARY KEY) WITHOUT ROWID").has_rowid);
  EXPECT_FALSE(describe("CREATE TABLE t(a INTEGER, RowId TEXT)").has_rowid);
  EXPECT_TRUE(describe("CREATE TABLE t(rowid INTEGER PRIMARY KEY, a)").has_rowid);
  EXPECT_FALSE(describe("CREATE TABLE t(rowid INT PRIMARY KEY, a)").has_rowid);  // INT is no alias
}

TEST(IntrospectionTest, KeysAndIndexes) {
  const Database database(
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c INTEGER); CREATE INDEX i ON t(b, c DESC);"
      "CREATE INDEX p ON t(c) WHERE c > 0; CREATE INDEX e ON t(lower(b), c); CREATE INDEX n ON t(b COLLATE NOCASE)");
  const ShardTable table = Only(database.Describe());
  EXPECT_EQ(table.primary_key, std::vector<std::string>{"a"});
  const auto has = [&](const ShardIndex &index) {
    return std::find(table.indexes.begin(), table.indexes.end(), index) != table.indexes.end();
  };
  EXPECT_TRUE(has({{"b", "c"}, false}));
  EXPECT_TRUE(has({{"c"}, true}));
  EXPECT_TRUE(has({{"", "c"}, false}));
  EXPECT_TRUE(has({{""}, false}));
  EXPECT_TRUE(has({{"a"}, false}));
  EXPECT_EQ(table.indexes.size(), 5u);
  const ShardTable keyed = Only(Database("CREATE TABLE t(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID").Describe());
  EXPECT_EQ(keyed.primary_key, (std::vector<std::string>{"b", "a"}));
}

TEST(IntrospectionTest, GeneratedColumnsAreOrdinary) {
  const ShardTable table =
      Only(Database("CREATE TABLE t(a INTEGER, b INTEGER AS (a + 1), c TEXT AS ('x') STORED)").Describe());
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[1].kind, ColumnKind::INTEGER);
}

TEST(IntrospectionTest, Collations) {
  const auto binary = [](const std::string &sql) { return Only(Database(sql).Describe({"t"})).binary_collation; };
  EXPECT_TRUE(binary("CREATE TABLE t(a TEXT)"));
  EXPECT_FALSE(binary("CREATE TABLE t(a TEXT COLLATE NOCASE)"));
  EXPECT_FALSE(binary("CREATE TABLE t(a TEXT collate\n\"rtrim\")"));
  EXPECT_FALSE(binary("CREATE TABLE t(a TEXT COLLATE /* why */ -- not\n [nocase])"));
  EXPECT_TRUE(binary("CREATE TABLE t(a TEXT COLLATE BINARY)"));
  EXPECT_TRUE(binary("CREATE TABLE t(\"collate\" TEXT DEFAULT 'collate nocase', b /* collate nocase */ TEXT)"));
  EXPECT_FALSE(binary("CREATE TABLE b(a TEXT COLLATE NOCASE); CREATE VIEW t AS SELECT a FROM b"));
  EXPECT_TRUE(binary("CREATE TABLE b(a TEXT); CREATE VIEW t AS SELECT a FROM b"));
}

TEST(IntrospectionTest, Views) {
  const ShardTable view =
      Only(Database("CREATE TABLE b(a TEXT); CREATE VIEW v AS SELECT a, 1 AS one FROM b").Describe({"v"}));
  EXPECT_TRUE(view.is_view);
  EXPECT_FALSE(view.has_rowid);
  EXPECT_EQ(view.columns.size(), 2u);
  EXPECT_EQ(view.columns[0].kind, ColumnKind::TEXT);
}

TEST(MeasureTest, CheapMeasuresSmallTables) {
  const ShardTable table = Only(Database("CREATE TABLE t(ts INTEGER); INSERT INTO t VALUES (1763683200000000001), "
                                         "(1763683200000000009), (NULL)")
                                    .Measured(MeasureDepth::CHEAP));
  EXPECT_EQ(table.min_rowid, 1);
  EXPECT_EQ(table.max_rowid, 3);
  EXPECT_TRUE(table.time_measured);
  EXPECT_EQ(table.min_time, 1'763'683'200'000'000'001);
  EXPECT_EQ(table.max_time, 1'763'683'200'000'000'009);
  EXPECT_FALSE(table.row_count);
}

constexpr const char *SPREAD =
    "CREATE TABLE t(ts INTEGER, v TEXT); INSERT INTO t(rowid, ts) VALUES (1, 5), (900000, 7);";

TEST(MeasureTest, CheapLeavesLargeTablesUnlessAnIndexLeads) {
  const ShardTable plain = Only(Database(SPREAD).Measured(MeasureDepth::CHEAP));
  EXPECT_FALSE(plain.time_measured);
  EXPECT_EQ(std::get<int64_t>(plain.sample_time), 7);
  EXPECT_TRUE(
      Only(Database(std::string(SPREAD) + "CREATE INDEX i ON t(ts, v)").Measured(MeasureDepth::CHEAP)).time_measured);
  EXPECT_FALSE(
      Only(Database(std::string(SPREAD) + "CREATE INDEX i ON t(ts) WHERE v > ''").Measured(MeasureDepth::CHEAP))
          .time_measured);
}

// 300,000 rowids apart, with NULL keys, so that only the index can be what makes it cheap.
TEST(MeasureTest, CheapHopsThroughAnIndexOfFewKeys) {
  const std::string rows =
      "CREATE TABLE t(a TEXT, b INTEGER, ts INTEGER);"
      "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000)"
      "INSERT INTO t(rowid, a, b, ts) SELECT i * 100, CASE WHEN i % 5 THEN 'a' || (i % 5) END,"
      " CASE WHEN i % 7 THEN i % 7 END, (i * 7919) % 3001 FROM s;";
  for (const char *index : {"CREATE INDEX i ON t(a, ts)", "CREATE INDEX i ON t(b, a, ts DESC)"}) {
    const ShardTable table = Only(Database(rows + index).Measured(MeasureDepth::CHEAP));
    EXPECT_TRUE(table.time_measured && table.time_is_cheap) << index;
    EXPECT_EQ(std::get<int64_t>(table.stored_min_time), 1) << index;
    EXPECT_EQ(std::get<int64_t>(table.stored_max_time), 3000) << index;
  }
  const Database many(rows + "UPDATE t SET a = rowid; CREATE INDEX i ON t(a, ts)");
  EXPECT_FALSE(Only(many.Measured(MeasureDepth::CHEAP)).time_measured);
  const ShardTable full = Only(many.Measured(MeasureDepth::FULL));
  EXPECT_TRUE(full.time_measured);
  EXPECT_FALSE(full.time_is_cheap);
}

TEST(MeasureTest, FullCounts) {
  const ShardTable table =
      Only(Database(std::string(SPREAD) + "INSERT INTO t VALUES (NULL, '')").Measured(MeasureDepth::FULL));
  EXPECT_EQ(table.row_count, 3);
  EXPECT_EQ(table.null_times, 1);
  EXPECT_TRUE(table.time_measured);
  EXPECT_EQ(std::get<int64_t>(table.stored_max_time), 7);
}

TEST(MeasureTest, EmptyTable) {
  const ShardTable table = Only(Database("CREATE TABLE t(ts INTEGER)").Measured(MeasureDepth::CHEAP));
  EXPECT_FALSE(table.min_rowid);
  EXPECT_TRUE(table.time_measured);
  EXPECT_FALSE(table.min_time);
}

TEST(MeasureTest, RealAndTextKeepEveryDigit) {
  const ShardTable real = Only(
      Database("CREATE TABLE t(ts REAL); INSERT INTO t VALUES (1763683200.1234567)").Measured(MeasureDepth::CHEAP));
  EXPECT_EQ(std::get<double>(real.stored_min_time), 1763683200.1234567);
  const ShardTable text =
      Only(Database("CREATE TABLE t(ts TEXT); INSERT INTO t VALUES ('2026-11-20T00:00:00.000000001Z')")
               .Measured(MeasureDepth::CHEAP));
  EXPECT_EQ(text.min_time, 1'795'132'800'000'000'001);
}

TEST(MeasureTest, ValuesThatAreNoTimeLeaveItUnmeasured) {
  const ShardTable table = Only(Database("CREATE TABLE t(ts INTEGER); INSERT INTO t VALUES (5), ('never'), (x'ff00')")
                                    .Measured(MeasureDepth::CHEAP));
  EXPECT_FALSE(table.time_measured);
  EXPECT_EQ(table.min_time, 5'000'000'000);
  EXPECT_FALSE(table.max_time);
}

TEST(MeasureTest, MoreTablesThanOneStatementHolds) {
  std::string sql;
  for (int i = 0; i < 250; ++i) {
    sql += "CREATE TABLE t" + std::to_string(i) + "(ts INTEGER); INSERT INTO t" + std::to_string(i) + " VALUES (5);";
  }
  const Database database(sql);
  EXPECT_EQ(MeasureTablesSql(database.Describe(), {}).size(), 3u);
  for (const ShardTable &table : database.Measured(MeasureDepth::FULL)) EXPECT_EQ(table.row_count, 1) << table.name;
}

TEST(MeasureTest, SpecsNameTheTimeColumn) {
  const ShardTable table = MakeTable("t", {{"ts", "INTEGER"}, {"Other", "INTEGER"}});
  EXPECT_EQ(TimeColumnOf(table, {}), "ts");
  EXPECT_EQ(TimeColumnOf(table, {MakeSpec("T", "other")}), "Other");
  EXPECT_EQ(TimeColumnOf(table, {MakeSpec("t")}), "");
  EXPECT_EQ(TimeColumnOf(table, {MakeSpec("u", "ts")}), "");
  EXPECT_EQ(TimeColumnOf(table, {MakeSpec("t", "missing")}), "");
}

TEST(FindTimeColumnTest, KnowsOpenTelemetry) {
  const auto find = [](const std::string &name, const std::vector<std::pair<std::string, std::string>> &columns) {
    return FindTimeColumn(MakeTable(name, columns)).value_or("(none)");
  };
  EXPECT_EQ(find("otel_logs", {{"Timestamp", "INTEGER"}, {"TimestampTime", "INTEGER"}}), "Timestamp");
  EXPECT_EQ(find("otel_traces", {{"Timestamp", "INTEGER"}, {"Duration", "INTEGER"}}), "Timestamp");
  EXPECT_EQ(find("otel_metrics_gauge", {{"StartTimeUnix", "INTEGER"}, {"TimeUnix", "INTEGER"}}), "TimeUnix");
  EXPECT_EQ(find("otel_traces_trace_id_ts", {{"TraceId", "TEXT"}, {"Start", "INTEGER"}, {"End", "INTEGER"}}), "(none)");
  EXPECT_EQ(find("cpu", {{"time", "INTEGER"}, {"hostname", "TEXT"}}), "time");
  EXPECT_EQ(find("events", {{"id", "INTEGER"}, {"created_at", "TEXT"}}), "created_at");
  EXPECT_EQ(find("doubt", {{"ts", "INTEGER"}, {"time", "INTEGER"}}), "(none)");
  EXPECT_EQ(find("none", {{"a", "INTEGER"}}), "(none)");
  EXPECT_EQ(find("blob", {{"time", "BLOB"}}), "(none)");
}

TEST(IntrospectionTest, AnswersThatAreNoDescription) {
  for (const char *json :
       {"", "{}", "<html>", "[1]", "[{}]", "[{\"name\":\"t\"}]", "[{\"name\":\"t\",\"columns\":5}]"}) {
    EXPECT_THROW(ParseDescribeTables(json), FleetError) << json;
  }
  std::vector<ShardTable> tables;
  EXPECT_THROW(ReadMeasures("null", {}, tables), FleetError);
  EXPECT_THROW(ParseTableNames("[1]"), FleetError);
}

}  // namespace
}  // namespace shardite
