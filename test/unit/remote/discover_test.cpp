#include "remote/discover.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "scratch_databases.hpp"

namespace shardite {
namespace {

constexpr int64_t HOUR = 3'600'000'000'000;
constexpr int64_t START = 1'763'683'200'000'000'000;  // 2025-11-21T00:00:00Z

class DiscoverTest : public testing::Test {
 protected:
  void Hour(int hour, const std::string &more = "") const {
    const auto at = [&](int64_t offset) { return std::to_string(START + hour * HOUR + offset); };
    databases_.Run("h" + std::to_string(hour) + ".db",
                   "CREATE TABLE otel_logs(Timestamp INTEGER, Body TEXT);"
                   "INSERT INTO otel_logs VALUES (" +
                       at(5) + ", 'a'), (" + at(HOUR - 1) + ", 'b');" + more);
  }
  Discovery Discover(const std::vector<std::string> &sources) const {
    return DiscoverFleet(sources, *DefaultDrivers(), {});
  }
  std::string ErrorOf(const std::vector<std::string> &sources) const {
    try {
      Discover(sources);
    } catch (const FleetError &error) {
      return error.what();
    }
    return "";
  }

  ScratchDatabases databases_{"discover"};
};

TEST_F(DiscoverTest, FindsTablesTimesAndSlices) {
  for (const int hour : {2, 0, 1}) Hour(hour, "CREATE TABLE hosts(name TEXT); INSERT INTO hosts VALUES ('x');");
  const Discovery found = Discover({databases_.Path("*.db"), databases_.Path("h0.db")});
  ASSERT_EQ(found.fleet.shards.size(), 3u);  // h0 matches twice and is there once
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.fleet.shards[i].id, "h" + std::to_string(i));
    EXPECT_EQ(found.fleet.shards[i].slice.from, START + static_cast<int64_t>(i) * HOUR);
    EXPECT_EQ(found.fleet.shards[i].slice.until, START + static_cast<int64_t>(i + 1) * HOUR);
  }
  EXPECT_FALSE(found.fleet.overlap);
  ASSERT_EQ(found.fleet.tables.size(), 2u);
  EXPECT_EQ(found.fleet.tables[0].name, "hosts");
  EXPECT_EQ(found.fleet.tables[0].time, "");
  EXPECT_EQ(found.fleet.tables[1].time, "Timestamp");
  EXPECT_EQ(found.fleet.tables[1].unit, TimeUnit::NS);
  EXPECT_EQ(found.comments.tables.at("otel_logs")[0], "2 columns, 6 rows on 3 shards");
  EXPECT_EQ(found.comments.shards.at("h1")[0], "3 rows: hosts 1, otel_logs 2");
}

// Only what holds is proposed, in nanoseconds or in seconds.
TEST_F(DiscoverTest, ProposesTheLookupOfTraces) {
  const auto spans = [](const std::string &divisor, const std::string &less) {
    return "CREATE TABLE otel_traces(Timestamp INTEGER, TraceId TEXT);"
           "CREATE TABLE otel_traces_trace_id_ts(TraceId TEXT, Start INTEGER, End INTEGER);"
           "INSERT INTO otel_traces SELECT Timestamp + 7, 'x' FROM otel_logs;"
           "INSERT INTO otel_traces_trace_id_ts SELECT TraceId, min(Timestamp) / " +
           divisor + ", max(Timestamp) / " + divisor + " - " + less + " FROM otel_traces;";
  };
  const auto lookup = [&](const std::string &divisor, const std::string &less) {
    std::filesystem::remove(databases_.Path("h0.db"));
    Hour(0, spans(divisor, less));
    const Discovery found = Discover({databases_.Path("*.db")});
    const auto &spec = found.fleet.tables.at(1);
    const std::string comment = found.comments.tables.at("otel_traces").back();
    if (!spec.lookup) return comment;
    return spec.lookup->table + " " + spec.lookup->key + " " + spec.lookup->first + " " + spec.lookup->last + " " +
           (spec.lookup->unit ? TimeUnitName(*spec.lookup->unit) : "-") + ": " + comment;
  };
  const std::string promise =
      ": lookup is a promise that queries by TraceId rely on: it holds now, and shardite check verifies it again";
  EXPECT_EQ(lookup("1", "0"), "otel_traces_trace_id_ts TraceId Start End -" + promise);
  EXPECT_EQ(lookup("1000000000", "0"), "otel_traces_trace_id_ts TraceId Start End s" + promise);
  EXPECT_EQ(lookup("1", "5"),
            "no lookup in otel_traces_trace_id_ts: 1 key of \"TraceId\" has rows outside the time that "
            "\"otel_traces_trace_id_ts\" knows, such as 'x'");
}

TEST_F(DiscoverTest, TheFileReadsBackAsTheFleet) {
  for (const int hour : {0, 1}) Hour(hour);
  const Discovery found = Discover({databases_.Path("*.db")});
  const FleetSpec again =
      ParseFleet(WriteFleetFile(found.fleet, databases_.Path(""), found.comments), databases_.Path("fleet.toml"));
  ASSERT_EQ(again.shards.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.shards[i].id, found.fleet.shards[i].id);
    EXPECT_EQ(again.shards[i].url.path, found.fleet.shards[i].url.path);
    EXPECT_EQ(again.shards[i].slice, found.fleet.shards[i].slice);
  }
  EXPECT_EQ(again.tables[0].time, "Timestamp");
  EXPECT_TRUE(again.tables[0].unit_given && again.tables[0].type_given);
}

TEST_F(DiscoverTest, ASliceSpansAllTables) {
  databases_.Run("a.db",
                 "CREATE TABLE otel_logs(Timestamp INTEGER); INSERT INTO otel_logs VALUES (" + std::to_string(START) +
                     "); CREATE TABLE otel_metrics_gauge(TimeUnix INTEGER); INSERT INTO otel_metrics_gauge VALUES (" +
                     std::to_string(START + 40 * HOUR) + ");");
  const Discovery found = Discover({databases_.Path("a.db")});
  EXPECT_LE(found.fleet.shards[0].slice.from, START);
  EXPECT_GT(found.fleet.shards[0].slice.until, START + 40 * HOUR);
}

TEST_F(DiscoverTest, LateRowsNeedLatenessOnlyWhereAttachingCannotFindThem) {
  Hour(0);
  // Far apart rowids and no index: too dear to measure when attaching.
  Hour(1, "INSERT INTO otel_logs(rowid, Timestamp) VALUES (900000, " + std::to_string(START + HOUR - 9) + ");");
  const std::vector<std::string> sources = {databases_.Path("*.db")};
  EXPECT_EQ(Discover(sources).fleet.tables[0].lateness, 1'000'000'000);
  for (const char *name : {"h0.db", "h1.db"}) databases_.Run(name, "CREATE INDEX i ON otel_logs(Timestamp);");
  const Discovery found = Discover(sources);
  EXPECT_EQ(found.fleet.tables[0].lateness, 0);
  EXPECT_EQ(found.comments.tables.at("otel_logs")[1],
            "some rows lie up to 1s outside their shard's slice: attaching finds them");
}

TEST_F(DiscoverTest, SaysWhyThereIsNoTimeColumn) {
  databases_.Run("a.db", "CREATE TABLE t(time TEXT); INSERT INTO t VALUES ('yesterday');");
  const Discovery found = Discover({databases_.Path("a.db")});
  EXPECT_EQ(found.fleet.tables[0].time, "");
  EXPECT_NE(found.comments.tables.at("t")[1].find("are no ISO 8601 times"), std::string::npos);
}

TEST_F(DiscoverTest, BadSources) {
  EXPECT_NE(ErrorOf({}), "");
  EXPECT_EQ(ErrorOf({databases_.Path("*.db")}), "no file matches \"" + databases_.Path("*.db") + "\"");
  std::ofstream(databases_.Path("text.db")) << "this is no database, though it is long enough to be read as one";
  EXPECT_NE(ErrorOf({databases_.Path("text.db")}).find("shard \"text\""), std::string::npos);
  databases_.Run("empty.db", "CREATE TABLE t(a); DROP TABLE t;");
  EXPECT_EQ(ErrorOf({databases_.Path("empty.db")}), "no shard has a table");
  EXPECT_NE(ErrorOf({"libsql+http://127.0.0.1:1"}).find("127.0.0.1:1"), std::string::npos);
  databases_.Run("x.db", "CREATE TABLE t(a TEXT);");
  databases_.Run("y.db", "CREATE TABLE t(a INTEGER);");
  EXPECT_NE(ErrorOf({databases_.Path("x.db"), databases_.Path("y.db")}).find("no type holds both"), std::string::npos);
}

}  // namespace
}  // namespace shardite
