#include "demo/otel_generator.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "demo/random.hpp"

namespace shardite {
namespace {

namespace files = std::filesystem;

class OtelGenerator : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (files::temp_directory_path() / "shardite-otel-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    dataset_.shards = 4;
    dataset_.spans = 8000;
    dataset_.logs = 8000;
    dataset_.metric_interval = 600'000'000'000;
  }
  void TearDown() override { files::remove_all(directory_); }

  /// The single number that a query returns.
  static int64_t Number(const std::string &path, const std::string &sql) {
    sqlite3 *db = nullptr;
    sqlite3_stmt *statement = nullptr;
    sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
  }

  static std::string Bytes(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  OtelDataset dataset_;
  std::string directory_;
};

TEST_F(OtelGenerator, WritesExactlyWhatWasAskedFor) {
  const auto shards = WriteOtelShards(dataset_, directory_);
  ASSERT_EQ(shards.size(), 4u);
  int64_t spans = 0, logs = 0;
  for (const auto &shard : shards) {
    EXPECT_EQ(Number(shard.path, "SELECT count(*) FROM otel_traces"), static_cast<int64_t>(shard.spans));
    spans += static_cast<int64_t>(shard.spans);
    logs += Number(shard.path, "SELECT count(*) FROM otel_logs");
  }
  EXPECT_EQ(spans, 8000);
  EXPECT_EQ(logs, 8000);
  EXPECT_EQ(files::path(shards[1].path).filename(), "otel-2026-11-20T01.db");
}

TEST_F(OtelGenerator, IsTheSameEveryTime) {
  const auto first = WriteOtelShards(dataset_, directory_ + "/a");
  const auto second = WriteOtelShards(dataset_, directory_ + "/b");
  for (size_t i = 0; i < first.size(); i++) EXPECT_EQ(Bytes(first[i].path), Bytes(second[i].path)) << i;
  dataset_.seed = 2;
  const auto other = WriteOtelShards(dataset_, directory_ + "/c");
  EXPECT_NE(Bytes(first[0].path), Bytes(other[0].path));
}

TEST_F(OtelGenerator, RowsAreLateByHalfAMinuteAtMostAndNeverEarly) {
  int64_t late = 0;
  for (const auto &shard : WriteOtelShards(dataset_, directory_)) {
    for (const std::string table : {"otel_traces", "otel_logs"}) {
      const auto before = "SELECT count(*) FROM " + table + " WHERE Timestamp < ";
      late += Number(shard.path, before + std::to_string(shard.from));
      EXPECT_EQ(Number(shard.path, before + std::to_string(shard.from - 30'000'000'000)), 0);
      EXPECT_EQ(
          Number(shard.path, "SELECT count(*) FROM " + table + " WHERE Timestamp >= " + std::to_string(shard.until)),
          0);
    }
  }
  EXPECT_GT(late, 0);
}

TEST_F(OtelGenerator, TracesStraddleSlicesAndStayTrees) {
  const auto shards = WriteOtelShards(dataset_, directory_);
  const auto shared = "ATTACH '" + shards[1].path + "' AS next";
  sqlite3 *db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(shards[0].path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, shared.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_stmt *statement = nullptr;
  // Every parent of the first slice's spans is a span of it or of the next one; some traces lie in both.
  const auto *sql =
      "SELECT (SELECT count(*) FROM main.otel_traces c WHERE ParentSpanId <> '' AND NOT EXISTS (SELECT 1 FROM "
      "main.otel_traces p WHERE p.TraceId = c.TraceId AND p.SpanId = c.ParentSpanId) AND NOT EXISTS (SELECT 1 FROM "
      "next.otel_traces p WHERE p.TraceId = c.TraceId AND p.SpanId = c.ParentSpanId)), (SELECT count(*) FROM "
      "main.otel_traces_trace_id_ts JOIN next.otel_traces_trace_id_ts USING (TraceId))";
  ASSERT_EQ(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int64(statement, 0), 0);
  EXPECT_GT(sqlite3_column_int64(statement, 1), 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

TEST_F(OtelGenerator, OlderShardsLackAColumn) {
  const auto shards = WriteOtelShards(dataset_, directory_);
  const auto *has = "SELECT count(*) FROM pragma_table_info('otel_logs') WHERE name = 'EventName'";
  EXPECT_EQ(Number(shards[1].path, has), 0);
  EXPECT_EQ(Number(shards[2].path, has), 1);
}

TEST_F(OtelGenerator, CumulativeCountersRunOnOverSlices) {
  dataset_.metric_interval = 60'000'000'000;
  const auto shards = WriteOtelShards(dataset_, directory_);
  const std::string series =
      "FROM otel_metrics_sum WHERE ServiceName = 'svc-0' AND Attributes LIKE '%200%' AND ResourceAttributes LIKE "
      "'%pod-0%'";
  const auto last = Number(shards[0].path, "SELECT Value " + series + " ORDER BY TimeUnix DESC LIMIT 1");
  const auto first = Number(shards[1].path, "SELECT Value " + series + " ORDER BY TimeUnix LIMIT 1");
  const auto start_before = Number(shards[0].path, "SELECT max(StartTimeUnix) " + series);
  const auto start_after = Number(shards[1].path, "SELECT StartTimeUnix " + series + " ORDER BY TimeUnix LIMIT 1");
  if (start_before == start_after) {
    EXPECT_GT(first, last);
  } else {
    EXPECT_LT(first, last);  // its process restarted between the two
  }
}

TEST_F(OtelGenerator, StrictTables) {
  dataset_.strict = true;
  const auto shards = WriteOtelShards(dataset_, directory_);
  EXPECT_EQ(Number(shards[0].path, "SELECT min(strict) FROM pragma_table_list WHERE name LIKE 'otel%'"), 1);
}

TEST_F(OtelGenerator, RefusesWhatMakesNoSense) {
  dataset_.shards = 0;
  EXPECT_THROW(WriteOtelShards(dataset_, directory_), FleetError);
}

TEST_F(OtelGenerator, NamesTheDirectoryItCannotMake) {
  std::ofstream(directory_ + "/file") << "x";
  try {
    WriteOtelShards(dataset_, directory_ + "/file/below");
    FAIL();
  } catch (const FleetError &error) {
    EXPECT_NE(std::string(error.what()).find("/file/below"), std::string::npos) << error.what();
  }
}

TEST(Random, IsTheSameOnEveryMachine) {
  Random random(1);
  const uint64_t first = random.Next();
  Random again(1);
  EXPECT_EQ(again.Next(), first);
  // Fixed numbers: a change of these changes every dataset.
  EXPECT_EQ(Mix(0), 0xE220A8397B1DCDAFULL);
}

TEST(Random, LogNormalHasItsMedian) {
  Random random(7);
  int below = 0;
  for (int i = 0; i < 10'000; i++) below += LogNormal(random, 1'000'000, 370) < 1'000'000;
  EXPECT_NEAR(below, 5000, 200);
}

TEST(Random, ZipfPrefersLowRanks) {
  Random random(7);
  const Zipf zipf(10);
  int counts[10] = {};
  for (int i = 0; i < 10'000; i++) counts[zipf.Draw(random)]++;
  EXPECT_GT(counts[0], 3 * counts[4]);
  EXPECT_GT(counts[9], 0);
}

}  // namespace
}  // namespace shardite
