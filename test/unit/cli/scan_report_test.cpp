#include "cli/scan_report.hpp"

#include <gtest/gtest.h>

#include "cli/progress_bar.hpp"
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
    scan.pruned.push_back({"p" + std::to_string(i), "slice " + std::to_string(i) + "..9 ends before the window 10.."});
  }
  scan.pruned.push_back({"z", "slice 12..13 begins after the window"});
  const auto text = DescribeScan(scan);
  EXPECT_NE(text.find("t: 1 of 9 shards kept, 8 pruned\n"), std::string::npos) << text;
  EXPECT_NE(text.find("7: ends before the window 10..\n"), std::string::npos) << text;
  EXPECT_NE(text.find("p0, p1, p2, p3 and 3 more\n"), std::string::npos) << text;
  EXPECT_NE(text.find("1: begins after the window\n"), std::string::npos) << text;
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
