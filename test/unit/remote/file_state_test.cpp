#include "remote/file_state.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "scratch_databases.hpp"

namespace shardite {
namespace {

class FileStateTest : public testing::Test {
 protected:
  std::optional<FileState> State(const std::string &name = "a.db") const {
    return ReadFileState(databases_.Path(name));
  }
  // A connection that stays open, as a writer's does.
  sqlite3 *Open() const {
    sqlite3 *database = nullptr;
    EXPECT_EQ(sqlite3_open(databases_.Path("a.db").c_str(), &database), SQLITE_OK);
    return database;
  }
  static void Execute(sqlite3 *database, const char *sql) {
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }

  ScratchDatabases databases_{"file_state"};
};

TEST_F(FileStateTest, EveryTransactionShows) {
  databases_.Run("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);");
  const auto before = State();
  ASSERT_TRUE(before);
  EXPECT_EQ(State(), before);
  databases_.Run("a.db", "UPDATE t SET a = 2;");
  const auto after = State();
  ASSERT_TRUE(after);
  EXPECT_GT(after->change_counter, before->change_counter);
  EXPECT_EQ(after->size, before->size);
}

// A checkpoint moves pages into the file and leaves the change counter as it was.
TEST_F(FileStateTest, TransactionsThroughALogShow) {
  databases_.Run("a.db", "PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1);");
  const auto before = ReadSettledFileState(databases_.Path("a.db"));
  ASSERT_TRUE(before);
  sqlite3 *writer = Open();
  Execute(writer, "UPDATE t SET a = 2");
  EXPECT_FALSE(State());
  Execute(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
  const auto after = State();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->size, before->size);
  EXPECT_NE(after, before);
  EXPECT_EQ(after->change_counter, before->change_counter) << "SQLite counts these now: the time may not be needed";
  sqlite3_close(writer);
}

TEST_F(FileStateTest, ALogBesideTheFileOfASymbolicLink) {
  databases_.Run("a.db", "PRAGMA journal_mode = WAL; CREATE TABLE t(a);");
  std::filesystem::create_directories(databases_.Path("links"));
  std::filesystem::create_symlink(databases_.Path("a.db"), databases_.Path("links/b.db"));
  EXPECT_EQ(State("links/b.db"), State());
  sqlite3 *writer = Open();
  Execute(writer, "INSERT INTO t VALUES (1)");
  EXPECT_FALSE(State("links/b.db"));
  sqlite3_close(writer);
}

TEST_F(FileStateTest, AnotherFileUnderTheName) {
  databases_.Run("a.db", "CREATE TABLE t(a);");
  const auto before = State();
  std::filesystem::copy_file(databases_.Path("a.db"), databases_.Path("b.db"));
  std::filesystem::rename(databases_.Path("b.db"), databases_.Path("a.db"));
  ASSERT_TRUE(State());
  EXPECT_NE(State(), before);
}

TEST_F(FileStateTest, NoDatabase) {
  EXPECT_FALSE(State("none.db"));
  std::ofstream(databases_.Path("short.db")) << "short";
  EXPECT_FALSE(State("short.db"));
  std::filesystem::create_directories(databases_.Path("directory.db"));
  EXPECT_FALSE(State("directory.db"));
}

TEST_F(FileStateTest, SettlesOnceAChangeWouldShow) {
  databases_.Run("a.db", "CREATE TABLE t(a);");
  const auto state = ReadSettledFileState(databases_.Path("a.db"));
  ASSERT_TRUE(state);
  const auto age = std::chrono::system_clock::now().time_since_epoch() - std::chrono::nanoseconds(state->changed);
  EXPECT_GE(age, std::chrono::seconds(2));
}

}  // namespace
}  // namespace shardite
