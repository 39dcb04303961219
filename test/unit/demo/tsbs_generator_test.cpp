#include "demo/tsbs_generator.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/error.hpp"

namespace shardite {
namespace {

class TsbsGenerator : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "shardite-tsbs-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    dataset_.shards = 3;
    dataset_.hosts = 5;
    dataset_.interval = 60'000'000'000;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  /// The single value that a query returns, as text.
  static std::string Ask(const std::string &path, const std::string &sql) {
    sqlite3 *db = nullptr;
    sqlite3_stmt *statement = nullptr;
    sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const auto *text = sqlite3_column_text(statement, 0);
    const std::string value = text ? reinterpret_cast<const char *>(text) : "NULL";
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
  }

  TsbsDataset dataset_;
  std::string directory_;
};

TEST_F(TsbsGenerator, WritesARowOfEachHostEachInterval) {
  const auto shards = WriteTsbsShards(dataset_, directory_);
  ASSERT_EQ(shards.size(), 3u);
  for (const auto &shard : shards) {
    EXPECT_EQ(shard.rows, 300u);
    EXPECT_EQ(Ask(shard.path, "SELECT count(*) || ' ' || count(DISTINCT hostname) FROM cpu"), "300 5");
    EXPECT_EQ(Ask(shard.path, "SELECT max(n) FROM (SELECT count(*) n FROM cpu GROUP BY hostname, time)"), "1");
    EXPECT_EQ(Ask(shard.path, "SELECT min(time) FROM cpu"), std::to_string(shard.from));
    EXPECT_EQ(Ask(shard.path, "SELECT max(time) FROM cpu"), std::to_string(shard.until - dataset_.interval));
    EXPECT_EQ(Ask(shard.path, "SELECT group_concat(DISTINCT typeof(usage_user) || typeof(rack)) FROM cpu"),
              "integertext");
    EXPECT_EQ(Ask(shard.path, "SELECT min(usage_idle) >= 0 AND max(usage_guest_nice) <= 100 FROM cpu"), "1");
  }
  EXPECT_EQ(shards[1].from, shards[0].until);
}

TEST_F(TsbsGenerator, WalksGoOnOverTheEdge) {
  const auto shards = WriteTsbsShards(dataset_, directory_);
  const auto last = std::stoi(Ask(shards[0].path, "SELECT usage_user FROM cpu ORDER BY rowid DESC LIMIT 1"));
  const auto next = std::stoi(Ask(shards[1].path, "SELECT usage_user FROM cpu WHERE hostname = 'host_4' LIMIT 1"));
  EXPECT_LE(std::abs(next - last), 3);
  EXPECT_EQ(Ask(shards[0].path, "SELECT count(DISTINCT usage_user) > 1 FROM cpu WHERE hostname = 'host_0'"), "1");
}

TEST_F(TsbsGenerator, EqualDatasetsGiveEqualRows) {
  constexpr const char *DIGEST =
      "SELECT sum(usage_user * rowid + usage_irq) || group_concat(DISTINCT os || rack) FROM cpu";
  const auto one = WriteTsbsShards(dataset_, directory_ + "/one"), two = WriteTsbsShards(dataset_, directory_ + "/two");
  EXPECT_EQ(Ask(one[2].path, DIGEST), Ask(two[2].path, DIGEST));
  dataset_.seed = 2;
  const auto other = WriteTsbsShards(dataset_, directory_ + "/other");
  EXPECT_NE(Ask(one[2].path, DIGEST), Ask(other[2].path, DIGEST));
}

TEST_F(TsbsGenerator, RefusesWhatMakesNoSense) {
  dataset_.interval = 7;
  EXPECT_THROW(WriteTsbsShards(dataset_, directory_), FleetError);
}

}  // namespace
}  // namespace shardite
