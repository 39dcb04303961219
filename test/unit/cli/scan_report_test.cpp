#include "cli/scan_report.hpp"

#include <gtest/gtest.h>

#include "cli/progress_bar.hpp"
#include "cli/scan_json.hpp"
#include "cli/sql_layout.hpp"

namespace shardite {
namespace {

TEST(SqlLayout, BreaksClausesOfQueriesOnly) {
  EXPECT_EQ(LayOutSql("SELECT a FROM t WHERE b = ' FROM x' GROUP BY 1", 2),
            "SELECT a\n  FROM t\n  WHERE b = ' FROM x'\n  GROUP BY 1");
  EXPECT_EQ(LayOutSql("SELECT n FROM (SELECT a FROM t LIMIT 5)", 0),
            "SELECT n\nFROM (\n  SELECT a\n  FROM t\n  LIMIT 5)");
  EXPECT_EQ(LayOutSql("SELECT extract(y FROM d), sum(x) OVER (ORDER BY z)", 0),
            "SELECT extract(y FROM d), sum(x) OVER (ORDER BY z)");
  EXPECT_EQ(LayOutSql("SELECT \"a\"\" FROM \", from_x", 0), "SELECT \"a\"\" FROM \", from_x");
}

TEST(ScanReport, SumsUpReasons) {
  ScanExplanation scan;
  scan.table = "t";
  scan.shards_total = 9;
  scan.kept = {"k"};
  for (int i = 0; i < 7; i++) {
    scan.pruned.push_back({"p" + std::to_string(i), std::to_string(i) + "..9", "ends before the window 10.."});
  }
  scan.pruned.push_back({"z", "12..13", "begins after the window"});
  const auto text = DescribeScan(scan);
  EXPECT_NE(text.find("t: 1 of 9 shards kept, 8 pruned\n"), std::string::npos) << text;
  EXPECT_NE(text.find("7: ends before the window 10..\n"), std::string::npos) << text;
  EXPECT_NE(text.find("p0, p1, p2, p3 and 3 more\n"), std::string::npos) << text;
  EXPECT_NE(text.find("1: begins after the window\n"), std::string::npos) << text;
}

ScanExplanation ExplainedScan() {
  ScanExplanation scan;
  scan.table = "t";
  scan.shards_total = 3;
  scan.kept = {"b", "a"};
  scan.pruned = {{"c", "1..2", "ends before the window 3.."}};
  scan.statements = {{2, "b", "hrana", "packed pages", "SELECT \"x\""}};
  scan.pushed = {"filter", "topn"};
  scan.refused = {"aggregate: median(x)"};
  scan.visits = "newest first";
  scan.estimated_rows = 1200;
  return scan;
}

TEST(ScanReport, TellsWhatARunCost) {
  auto scan = ExplainedScan();
  EXPECT_EQ(DescribeScan(scan).find("took"), std::string::npos);
  scan.execution = ScanExecution{2, 3, 1, 40, 2140, {{"a", 2, 12.5}, {"b", 1, 0.25}}, {"\"x\" IN (1)"}};
  scan.unreachable = {{"a", "shard \"a\": no"}};
  EXPECT_EQ(DescribeScan(scan),
            "t: 2 of 3 shards kept, 1 pruned\n"
            "  kept     b, a, visited newest first\n"
            "           about 1,200 rows meet the filters\n"
            "  pruned   1: ends before the window 3..\n"
            "              c\n"
            "  fails    shard \"a\": no\n"
            "  pushed   filter, topn\n"
            "  local    aggregate: median(x)\n"
            "  sends    SELECT \"x\"\n"
            "           to 2 hrana shards, answered in packed pages\n"
            "  took     3 requests, 1 retry, 40 rows and 2.1 kB received from 2 shards\n"
            "  slowest  12 ms  a (2 requests)\n"
            "           0.2 ms  b\n"
            "  found    \"x\" IN (1)\n");
}

// The keys are those of docs/explain.md, and stay.
TEST(ScanReport, SaysTheSameToTools) {
  auto scan = ExplainedScan();
  const std::string planned =
      "{\"table\":\"t\",\"shards_total\":3,\"kept\":[\"b\",\"a\"],\"visits\":\"newest first\",\"pruned\":[{\"shard\":"
      "\"c\",\"slice\":\"1..2\",\"reason\":\"ends before the window 3..\"}],\"unreachable\":[],\"estimated_rows\":1200,"
      "\"pushed\":[\"filter\",\"topn\"],\"refused\":[\"aggregate: median(x)\"],\"statements\":[{\"shards\":2,"
      "\"first_shard\":\"b\",\"driver\":\"hrana\",\"transport\":\"packed pages\",\"sql\":\"SELECT \\\"x\\\"\"}]";
  EXPECT_EQ(ScansToJson({scan}), "[" + planned + "}]");
  scan.execution = ScanExecution{2, 3, 1, 40, 2140, {{"a", 2, 12.5}}, {}};
  EXPECT_EQ(ScansToJson({scan, scan})
                .substr(0, planned.size() + 200)
                .find(",\"execution\":{\"shards_queried\":2,\"requests\":3,\"retries\":1,\"rows_received\":40,"
                      "\"bytes_received\":2140,\"slowest\":[{\"shard\":\"a\",\"requests\":2,\"served_ms\":12.500}],"
                      "\"runtime_filters\":[]}}"),
            planned.size() + 1);
  EXPECT_EQ(ScansToJson({}), "[]");
}

TEST(ScanReport, NumbersForPeople) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1'234'567), "1,234,567");
  EXPECT_EQ(ReadableBytes(999), "999 B");
  EXPECT_EQ(ReadableBytes(2'140), "2.1 kB");
  EXPECT_EQ(ReadableBytes(999'999), "1.0 MB");
  EXPECT_EQ(ReadableBytes(123'000'000), "123 MB");
}

TEST(ProgressBar, Fills) {
  EXPECT_EQ(RenderProgress({0, 0}, 4), "[>   ] 0 of 0 shards");
  EXPECT_EQ(RenderProgress({5, 10}, 4), "[==> ] 5 of 10 shards");
  EXPECT_EQ(RenderProgress({10, 10}, 4), "[====] 10 of 10 shards");
}

}  // namespace
}  // namespace shardite
