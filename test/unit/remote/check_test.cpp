#include "remote/check.hpp"

#include <gtest/gtest.h>

#include "scratch_databases.hpp"

namespace shardite {
namespace {

class CheckTest : public testing::Test {
 protected:
  // Findings as "severity|shard|table|message", only those that are not ok unless asked for.
  std::vector<std::string> Check(const std::string &toml, bool all = false) const {
    const FleetSpec fleet = ParseFleet(toml, databases_.Path("fleet.toml"));
    CallOptions options;
    options.deadline = Deadline::After(std::chrono::seconds(20));
    std::vector<std::string> lines;
    for (const Finding &finding : CheckFleet(fleet, *DefaultDrivers(), options).findings) {
      if (finding.severity == Severity::OK && !all) continue;
      lines.push_back(std::string(SeverityName(finding.severity)) + "|" + finding.shard + "|" + finding.table + "|" +
                      finding.message);
    }
    return lines;
  }

  ScratchDatabases databases_{"check"};
};

using Lines = std::vector<std::string>;

constexpr const char *ONE_SHARD = "[tables.t]\ntime='ts'\nunit='s'\n[[shards]]\nid='a'\nurl='sqlite:a.db'\n";

TEST_F(CheckTest, AllIsWell) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER, v TEXT); INSERT INTO t VALUES (5, 'x');");
  EXPECT_EQ(Check(ONE_SHARD, true), (Lines{"ok|a||1 table, 1 row, slice ..", "ok||t|2 columns on 1 shard"}));
}

TEST_F(CheckTest, RowsOutsideTheSlice) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER); INSERT INTO t VALUES (5), (100);");
  const std::string toml = std::string(ONE_SHARD) + "from=1970-01-01T00:00:10Z\nuntil=1970-01-01T00:01:00Z\n";
  const std::string what =
      "|a|t|rows from 1970-01-01T00:00:05Z to 1970-01-01T00:01:40Z reach outside the slice "
      "1970-01-01T00:00:10Z..1970-01-01T00:01:00Z: ";
  EXPECT_EQ(Check(toml), Lines{"warning" + what + "found when attaching, so queries see them all"});
  databases_.Run("a.db", "INSERT INTO t(rowid, ts) VALUES (900000, 50);");
  EXPECT_EQ(Check(toml),
            Lines{"error" + what + "queries may miss them; widen from and until, set lateness, or index \"ts\""});
  const std::string late = "[tables.t]\ntime='ts'\nunit='s'\nlateness='1m'\n" + toml.substr(toml.find("[[shards]]"));
  EXPECT_EQ(Check(late), Lines{});
}

TEST_F(CheckTest, NullAndForeignTimes) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER); INSERT INTO t VALUES (NULL), (5), ('soon');");
  EXPECT_EQ(Check(ONE_SHARD),
            (Lines{"warning|a|t|1 row without a time in \"ts\": no time filter finds them",
                   "error|a|t|values in \"ts\" are no times in the unit s",
                   "error|a|t|1 value of column \"ts\" is not INTEGER: a query that reads them stops with an error"}));
}

TEST_F(CheckTest, UnexpectedStorageClasses) {
  databases_.Run("a.db",
                 "CREATE TABLE t(ts INTEGER, i INTEGER, r REAL, s TEXT, b BOOLEAN, x BLOB, free);"
                 "INSERT INTO t VALUES (1, 'a', 'b', x'00', 2, 'c', 'd'), (2, 1.5, 2.5, 'x', 1, x'00', 7),"
                 " (3, NULL, NULL, NULL, NULL, NULL, NULL);");
  EXPECT_EQ(Check(ONE_SHARD),
            (Lines{"error|a|t|2 values of column \"i\" are not INTEGER: a query that reads them stops with an error",
                   "error|a|t|1 value of column \"r\" is not REAL: a query that reads them stops with an error",
                   "error|a|t|1 value of column \"s\" is not TEXT: a query that reads them stops with an error",
                   "error|a|t|1 value of column \"b\" is not BOOLEAN: a query that reads them stops with an error",
                   "error|a|t|1 value of column \"x\" is not BLOB: a query that reads them stops with an error"}));
}

constexpr const char *WITH_LOOKUP =
    "overlap=true\n[tables.t]\ntime='ts'\nunit='ms'\nlookup={table='u',key='k',first='b',last='e',unit='s'}\n[tables.u]"
    "\n"
    "[[shards]]\nid='a'\nurl='sqlite:a.db'\n[[shards]]\nid='b'\nurl='sqlite:b.db'\n";

// Of several rows of a key the widest times count, wherever they lie, and seconds to their end.
TEST_F(CheckTest, LookupsThatHold) {
  databases_.Run("a.db",
                 "CREATE TABLE t(ts INTEGER, k TEXT); CREATE TABLE u(k TEXT, b INTEGER, e INTEGER);"
                 "INSERT INTO t VALUES (5000, 'x'), (9999, 'x'), (1, NULL), (1, 'open');"
                 "INSERT INTO u VALUES ('x', 6, 9), ('open', 1, NULL), ('nobody', 1, 2);");
  databases_.Run("b.db",
                 "CREATE TABLE t(ts INTEGER, k TEXT); CREATE TABLE u(k TEXT, b INTEGER, e INTEGER);"
                 "INSERT INTO t VALUES (7000, 'x'); INSERT INTO u VALUES ('x', 5, 5);");
  EXPECT_EQ(Check(WITH_LOOKUP), Lines{});
}

TEST_F(CheckTest, LookupsThatDoNot) {
  databases_.Run("a.db",
                 "CREATE TABLE u(k TEXT, b INTEGER, e INTEGER); INSERT INTO u VALUES ('x', 5, 9), ('y', 5, 9);");
  databases_.Run("b.db",
                 "CREATE TABLE t(ts INTEGER, k TEXT);"
                 "INSERT INTO t VALUES (4999, 'x'), (5000, 'x'), (10000, 'y'), (6000, 'it''s'), (NULL, 'y');"
                 "INSERT INTO t(rowid, ts, k) VALUES (9000000, 10000, 'y');");
  const Lines lines = Check(WITH_LOOKUP);
  const auto has = [&](const std::string &line) { return std::find(lines.begin(), lines.end(), line) != lines.end(); };
  EXPECT_TRUE(
      has("error|b|t|2 keys of \"k\" have rows outside the time that \"u\" knows, such as 'x': queries by key "
          "miss them; mend that table, or take \"lookup\" away"))
      << testing::PrintToString(lines);
  EXPECT_TRUE(has("warning|b|t|1 key of \"k\" is not in \"u\", such as 'it''s': a query for one asks every shard"))
      << testing::PrintToString(lines);
}

TEST_F(CheckTest, LookupsThatDoNotFit) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER, k TEXT); CREATE TABLE u(k INTEGER, b INTEGER, e INTEGER);");
  databases_.Run("b.db", "CREATE TABLE v(x);");
  const auto last = [&](const std::string &toml) {
    const Lines lines = Check(toml);
    const std::string line = lines.empty() ? "" : lines.back();
    return line.substr(line.find("\"lookup\""));
  };
  EXPECT_EQ(last(WITH_LOOKUP), "\"lookup\": \"k\" is TEXT in \"t\" and INTEGER in \"u\"");
  databases_.Run("a.db", "DROP TABLE u; CREATE TABLE u(k TEXT, b TEXT, en INTEGER);");
  EXPECT_EQ(last(WITH_LOOKUP), "\"lookup\": table \"u\" has no column \"e\"; did you mean \"k\"?");
  databases_.Run("a.db", "ALTER TABLE u RENAME en TO e;");
  EXPECT_EQ(last(WITH_LOOKUP),
            "\"lookup\": \"b\" is TEXT, which holds no time in the unit s: give the look-up its own \"unit\"");
}

TEST_F(CheckTest, MissingTablesColumnsAndShards) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER, extra TEXT); CREATE TABLE u(a);");
  databases_.Run("b.db", "CREATE TABLE t(ts INTEGER);");
  const std::string toml =
      "overlap=true\n[tables.t]\ntime='ts'\n[tables.u]\n[tables.gone]\n"
      "[[shards]]\nurl='sqlite:a.db'\n[[shards]]\nurl='sqlite:b.db'\n[[shards]]\nurl='sqlite:c.db'\n";
  const Lines lines = Check(toml, true);
  const auto has = [&](const std::string &line) { return std::find(lines.begin(), lines.end(), line) != lines.end(); };
  EXPECT_TRUE(has("warning|b|u|has no such table: it adds no rows"));
  EXPECT_TRUE(has("error||gone|table \"gone\": no shard has it"));
  EXPECT_TRUE(has("ok||t|column \"extra\" is NULL on 1 shard without it, such as \"b\""));
  EXPECT_TRUE(
      std::any_of(lines.begin(), lines.end(), [](const auto &line) { return line.rfind("error|c||", 0) == 0; }));
}

TEST_F(CheckTest, ConflictsAndMissingTimeColumns) {
  databases_.Run("a.db", "CREATE TABLE t(v TEXT, ts INTEGER); CREATE TABLE u(ts INTEGER);");
  databases_.Run("b.db", "CREATE TABLE t(v INTEGER, ts INTEGER); CREATE TABLE u(a INTEGER);");
  const Lines lines = Check(
      "overlap=true\n[tables.t]\ntime='ts'\n[tables.u]\ntime='ts'\n"
      "[[shards]]\nurl='sqlite:a.db'\n[[shards]]\nurl='sqlite:b.db'\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("no type holds both without loss"), std::string::npos);
  EXPECT_NE(lines[1].find("shard \"b\" has no time column \"ts\""), std::string::npos);
}

TEST_F(CheckTest, SlicesThatShareADatabase) {
  databases_.Run("a.db", "CREATE TABLE t(ts INTEGER); INSERT INTO t VALUES (5), (15), (99), (NULL);");
  const Lines lines = Check(
      "[tables.t]\ntime='ts'\nunit='s'\n[[shards]]\nurl='sqlite:a.db'\nevery='10s'\n"
      "from=1970-01-01\nuntil=1970-01-01T00:00:20Z\n");
  EXPECT_EQ(lines, (Lines{"warning|a/1970-01-01|t|1 row without a time in \"ts\": no query sees them, because slices "
                          "share this database",
                          "warning|a/1970-01-01|t|rows from 1970-01-01T00:00:05Z to 1970-01-01T00:01:39Z reach outside "
                          "the slice 1970-01-01T00:00:00Z..1970-01-01T00:00:20Z: no query sees those outside"}));
}

TEST_F(CheckTest, SecretsThatAreMissing) {
  const Lines lines = Check("[[shards]]\nid='x'\nurl='libsql+http://127.0.0.1:1'\ntoken={env='SHARDITE_TEST_UNSET'}\n");
  ASSERT_GE(lines.size(), 1u);
  EXPECT_NE(lines[0].find("error|x||"), std::string::npos);
  EXPECT_NE(lines[0].find("SHARDITE_TEST_UNSET"), std::string::npos);
}

}  // namespace
}  // namespace shardite
