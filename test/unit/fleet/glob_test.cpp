#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fleet/fleet_spec.hpp"

namespace shardite {
namespace {

class GlobTest : public testing::Test {
 protected:
  GlobTest() {
    directory_ = std::filesystem::temp_directory_path() / ("shardite-glob-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~GlobTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string &name, const std::string &content = "") const {
    const auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
    return path.string();
  }
  std::string Path(const std::string &name) const { return (directory_ / name).string(); }

  static std::vector<std::string> Ids(const FleetSpec &fleet) {
    std::vector<std::string> ids;
    for (const ShardSpec &shard : fleet.shards) ids.push_back(shard.id);
    return ids;
  }
  static std::string ErrorOf(const std::string &fleet) {
    try {
      OpenFleet(fleet);
    } catch (const FleetError &error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path directory_;
};

TEST_F(GlobTest, ShortestDistinctIds) {
  for (const char *name : {"a.db", "b.db", "b.db-wal", "b.db-shm"}) Write(name);
  const FleetSpec fleet = OpenFleet(Path("*.db*"));
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fleet.name, "fleet");
  EXPECT_TRUE(fleet.overlap);
  EXPECT_EQ(fleet.shards[0].slice, Slice{});
  Write("x/a.db");
  Write("y/a.db");
  EXPECT_EQ(Ids(OpenFleet(Path("?/a.db"))), (std::vector<std::string>{"x/a", "y/a"}));
}

TEST_F(GlobTest, OneFileUnderTwoNamesIsOneShard) {
  Write("a.db");
  std::filesystem::create_symlink(Path("a.db"), Path("b.db"));
  EXPECT_EQ(OpenFleet(Path("*.db")).shards.size(), 1u);
}

TEST_F(GlobTest, SaysWhatIsMissing) {
  EXPECT_EQ(ErrorOf(Path("*.db")), "no file matches \"" + Path("*.db") + "\"");
  EXPECT_EQ(ErrorOf(Path("a.db")), "\"" + Path("a.db") + "\": no such file");
  EXPECT_EQ(ErrorOf(Path("a.toml")), Path("a.toml") + ": no such file");
  EXPECT_EQ(ErrorOf(directory_.string()), "\"" + directory_.string() +
                                              "\" is not a regular file but a directory: try \"" + directory_.string() +
                                              "/*.db\"");
  std::filesystem::create_directories(Path("d.toml"));
  EXPECT_EQ(ErrorOf(Path("d.toml")), Path("d.toml") + ": is a directory, not a fleet file");
  EXPECT_NE(ErrorOf(""), "");
}

TEST_F(GlobTest, TellsFleetFilesFromDatabases) {
  const std::string text = "[[shards]]\nurl = 'sqlite:x.db'\n";
  EXPECT_EQ(Ids(OpenFleet(Write("fleet.toml", text))), std::vector<std::string>{"x"});
  EXPECT_EQ(Ids(OpenFleet(Write("my.conf", text))), std::vector<std::string>{"x"});
  EXPECT_EQ(Ids(OpenFleet(Write("damaged.db", "no database at all"))), std::vector<std::string>{"damaged"});
  EXPECT_EQ(Ids(OpenFleet(Write("shard", "SQLite format 3\n"))), std::vector<std::string>{"shard"});
  EXPECT_EQ(Ids(OpenFleet("libsql+http://h:8080/dev/a")), std::vector<std::string>{"a"});
}

TEST_F(GlobTest, SecretsComeFromFilesAndVariables) {
  EXPECT_EQ((SecretSource{"", Write("s", "top\r\nmore")}).Read(), "top");
  const std::pair<SecretSource, std::string> bad[] = {
      {{"", Write("empty")}, "the secret file " + Path("empty") + " cannot be read or is empty"},
      {{"", Path("missing")}, "the secret file " + Path("missing") + " cannot be read or is empty"},
      {{"", Write("control", "a\x01hunter2")}, "the secret file " + Path("control") + " holds a control character"},
      {{"SHARDITE_TEST_UNSET", ""},
       "the environment variable SHARDITE_TEST_UNSET is not set, which should hold its secret"}};
  for (const auto &[source, message] : bad) {
    try {
      (void)source.Read();
      ADD_FAILURE() << message;
    } catch (const FleetError &error) {
      EXPECT_EQ(error.what(), message);
    }
  }
  ::setenv("SHARDITE_TEST_SECRET", "s3", 1);
  EXPECT_EQ((SecretSource{"SHARDITE_TEST_SECRET", ""}).Read(), "s3");
  ::setenv("SHARDITE_TEST_SECRET", "", 1);
  EXPECT_THROW((void)(SecretSource{"SHARDITE_TEST_SECRET", ""}).Read(), FleetError);
}

}  // namespace
}  // namespace shardite
