// Files: exact values, hardened connections, clear words for what is no database.
#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/unit/remote/remote_test_support.hpp"

namespace shardite::test {
namespace {

class SqliteFileTest : public testing::Test {
 protected:
  std::string Path(const std::string &name) const { return directory_.Path() + "/" + name; }
  std::string Make(const std::string &name, const std::string &sql) const {
    WriteDatabase(Path(name), sql);
    return Path(name);
  }
  std::shared_ptr<ShardClient> Client(const std::string &path) const { return ClientAt("sqlite:" + path); }
  ErrorClass ClassOf(const std::string &path, const std::string &words) const {
    const auto page = Ask(*Client(path), "SELECT count(*) FROM sqlite_schema");
    if (page.Ok()) {
      ADD_FAILURE() << "no error";
      return ErrorClass::SQL;
    }
    EXPECT_NE(page.Error().message.find(words), std::string::npos) << page.Error().ToString();
    EXPECT_NE(page.Error().ToString().find(path), std::string::npos);
    return page.Error().error_class;
  }
  ServerDirectory directory_;
};

TEST_F(SqliteFileTest, ValuesComeBackExactly) {
  const auto client = Client(Make("v.db", DIFFICULT_VALUES));
  const std::string text = PageText(Ask(*client, "SELECT value FROM v ORDER BY id"));
  const std::string nul("'a\0b'", 5);
  EXPECT_EQ(text, DIFFICULT_VALUES_TEXT + nul + " | 'quote \" back \\ slash' | x'' | x'00ff'");
  EXPECT_EQ(PageText(Ask(*client, "SELECT CAST(x'ff41' AS TEXT), 9e999, -9e999")),
            "'\xff"
            "A', infr, -infr");
}

// Connections that wait for a next question are closed for it.
TEST_F(SqliteFileTest, MoreFilesThanDescriptors) {
  constexpr int FILES = 60;
  const auto drivers = DefaultDrivers();
  std::vector<std::shared_ptr<ShardClient>> clients;
  for (int i = 0; i < FILES; i++) {
    const auto path =
        Make("many" + std::to_string(i) + ".db", "CREATE TABLE t AS SELECT " + std::to_string(i) + " AS i");
    clients.push_back(drivers->Connect(ShardAt("sqlite:" + path), {}));
  }
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
  const rlimit few{static_cast<rlim_t>(next) + FILES / 2, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < FILES; i++) EXPECT_EQ(PageText(Ask(*clients[i], "SELECT i FROM t")), std::to_string(i));
  }
  ::setrlimit(RLIMIT_NOFILE, &usual);
}

TEST_F(SqliteFileTest, AStatementAfterIsAnsweredByTheSameConnection) {
  const auto client = Client(Make("after.db", "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)"));
  const auto ask = [&](const std::string &after) {
    return SendAndWait(*client, {"SELECT x FROM t", StatementKind::PAGE, after}, CallOptions());
  };
  const auto page = ask("SELECT count(*) FROM t");
  EXPECT_EQ(PageText(page), "1 | 2");
  ASSERT_EQ(page->after.Size(), 1u);
  EXPECT_EQ(CellText(page->after.At(0)), "2");
  EXPECT_EQ(ask("SELECT 1 WHERE false")->after.Size(), 0u);
  EXPECT_EQ(ask("SELECT nope").Error().error_class, ErrorClass::SCHEMA);
  EXPECT_FALSE(ask("DELETE FROM t").Ok());
  const auto before = page->source;
  WriteDatabase(Path("other.db"), "CREATE TABLE t(x)");
  std::filesystem::rename(Path("other.db"), Path("after.db"));
  EXPECT_NE(ask("SELECT 1")->source, before);
}

// A writer that was killed leaves half a transaction in the file, and its journal.
TEST_F(SqliteFileTest, AnUnfinishedTransactionIsNeverRead) {
  const auto path =
      Make("writing.db",
           "CREATE TABLE t (i INTEGER, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
           "WHERE i < 5000) INSERT INTO t SELECT 0, hex(zeroblob(100)) FROM n");
  sqlite3 *writer = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(writer, "PRAGMA cache_size=5; BEGIN IMMEDIATE; UPDATE t SET i = 1", nullptr, nullptr, nullptr),
            SQLITE_OK);
  std::filesystem::copy_file(path, Path("left.db"));
  std::filesystem::copy_file(path + "-journal", Path("left.db-journal"));
  sqlite3_close(writer);
  EXPECT_EQ(ClassOf(Path("left.db"), "stopped in the midst of a transaction"), ErrorClass::CONFIG);
  WriteDatabase(Path("left.db"), "SELECT count(*) FROM t");  // rolls it back
  EXPECT_EQ(PageText(Ask(*Client(Path("left.db")), "SELECT sum(i) FROM t")), "0");
}

TEST_F(SqliteFileTest, WaitingForAThreadTakesNoTime) {
  const auto client = Client(Make("v.db", DIFFICULT_VALUES));
  const int count = 3 * static_cast<int>(std::max(2u, std::thread::hardware_concurrency()));
  std::atomic<int> answered{0};
  for (int i = 0; i < count; i++) {
    client->Send({"SELECT 1", StatementKind::PAGE}, Within(std::chrono::milliseconds(1000)),
                 [&](Result<std::unique_ptr<Response>> outcome) {
                   std::this_thread::sleep_for(std::chrono::milliseconds(700));  // has the thread so long
                   answered += outcome.Ok() ? 1 : 1000;
                 });
  }
  while (answered < count) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(answered, count);
}

TEST_F(SqliteFileTest, CountsRequestsAndBytes) {
  const auto client = Client(Make("v.db", DIFFICULT_VALUES));
  uint64_t bytes = 0;
  EXPECT_TRUE(SendAndWait(*client, {"SELECT 1, 'abcd'", StatementKind::PAGE}, CallOptions(), &bytes).Ok());
  EXPECT_EQ(bytes, 20u);
  EXPECT_EQ(client->Shape().form, PageForm::ROWS);
  EXPECT_EQ(client->Shape().aggregate_range_rows, 0u);
}

TEST_F(SqliteFileTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(ClassOf(Path("missing.db"), "no such file"), ErrorClass::CONFIG);
  EXPECT_EQ(ClassOf(directory_.Path(), "directory"), ErrorClass::CONFIG);
  std::ofstream(Path("empty.db")).close();
  EXPECT_EQ(ClassOf(Path("empty.db"), "empty"), ErrorClass::CONFIG);
  std::ofstream(Path("noise.db")) << std::string(8192, 'x');
  EXPECT_EQ(ClassOf(Path("noise.db"), "encrypted"), ErrorClass::CONFIG);
  const std::string full = Make("full.db", "CREATE TABLE t (a); INSERT INTO t SELECT zeroblob(5000)");
  std::filesystem::resize_file(full, 4096);
  EXPECT_EQ(ClassOf(full, "damaged or cut off"), ErrorClass::CONFIG);
}

TEST_F(SqliteFileTest, OnlyReads) {
  const auto client = Client(Make("t.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  for (const char *sql : {"INSERT INTO t VALUES (2)",
                          "DELETE FROM t",
                          "CREATE TABLE u (a)",
                          "CREATE TEMP TABLE u (a)",
                          "DROP TABLE t",
                          "PRAGMA query_only = 0",
                          "PRAGMA writable_schema = 1",
                          "PRAGMA journal_mode = DELETE",
                          "PRAGMA journal_mode(DELETE)",
                          "ATTACH '/tmp/shardite-no.db' AS other",
                          "VACUUM",
                          "VACUUM INTO '/tmp/shardite-no.db'",
                          "BEGIN",
                          "SAVEPOINT s",
                          "SELECT load_extension('x')",
                          "SELECT 1; DELETE FROM t",
                          "ANALYZE",
                          "REINDEX",
                          "",
                          ";"}) {
    EXPECT_FALSE(Ask(*client, sql, StatementKind::SCATTER).Ok()) << sql;
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/shardite-no.db"));
  EXPECT_EQ(PageText(Ask(*client, "SELECT a FROM t; -- done")), "1");
  EXPECT_EQ(PageText(Ask(*client, "SELECT name FROM pragma_table_info('t')")), "'a'");
}

TEST_F(SqliteFileTest, ErrorsAreSortedByWhatToDo) {
  const auto client = Client(Make("t.db", "CREATE TABLE t (a)"));
  const auto class_of = [&](const char *sql) { return Ask(*client, sql).Error().error_class; };
  EXPECT_EQ(class_of("SELECT nope(1)"), ErrorClass::CAPABILITY);
  EXPECT_EQ(class_of("SELEC"), ErrorClass::CAPABILITY);
  EXPECT_EQ(class_of("SELECT * FROM nope"), ErrorClass::SCHEMA);
  EXPECT_EQ(class_of("SELECT t.nope FROM t"), ErrorClass::SCHEMA);
  EXPECT_EQ(class_of("SELECT abs(-9223372036854775807 - 1)"), ErrorClass::SUM_OVERFLOW);
  EXPECT_EQ(class_of("SELECT zeroblob(2000000000)"), ErrorClass::TOO_LARGE);
}

constexpr const char *ENDLESS =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_F(SqliteFileTest, StopsAtTheDeadlineAndOnCancel) {
  const auto client = Client(Make("t.db", "CREATE TABLE t (a)"));
  const auto begin = Clock::now();
  const auto late = Ask(*client, ENDLESS, StatementKind::PAGE, std::chrono::milliseconds(80));
  EXPECT_EQ(late.Error().error_class, ErrorClass::DEADLINE);
  CallOptions options;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    options.cancel.Cancel();
  });
  EXPECT_EQ(SendAndWait(*client, {ENDLESS, StatementKind::PAGE}, options).Error().error_class, ErrorClass::CANCELLED);
  canceller.join();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(2));
}

TEST_F(SqliteFileTest, ShuttingDownCancelsWhatRunsAndWhatWaits) {
  const std::string path = Make("t.db", "CREATE TABLE t (a)");
  std::atomic<int> cancelled{0};
  {
    auto client = Client(path);
    for (int i = 0; i < 20; i++) {
      client->Send({ENDLESS, StatementKind::PAGE}, CallOptions(), [&](Result<std::unique_ptr<Response>> outcome) {
        if (!outcome.Ok() && outcome.Error().error_class == ErrorClass::CANCELLED) cancelled++;
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  EXPECT_EQ(cancelled, 20);
}

TEST_F(SqliteFileTest, TheLastClientMayGoInACallback) {
  auto client = Client(Make("t.db", "CREATE TABLE t (a)"));
  std::promise<void> done;
  ShardClient &raw = *client;
  auto held = std::make_shared<std::shared_ptr<ShardClient>>(std::move(client));
  raw.Send({"SELECT 1", StatementKind::PAGE}, CallOptions(), [held, &done](Result<std::unique_ptr<Response>>) {
    held->reset();
    done.set_value();
  });
  ASSERT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(SqliteFileTest, SeesWhatAWriterCommits) {
  for (const char *mode : {"DELETE", "WAL"}) {
    const std::string path = Path(std::string(mode) + ".db");
    sqlite3 *writer = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
    const auto write = [&](const std::string &sql) {
      ASSERT_EQ(sqlite3_exec(writer, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(writer);
    };
    write(std::string("PRAGMA journal_mode=") + mode + "; CREATE TABLE t (a)");
    const auto client = Client(path);
    for (int i = 1; i <= 3; i++) {
      write("INSERT INTO t VALUES (1)");
      EXPECT_EQ(PageText(Ask(*client, "SELECT count(*) FROM t")), std::to_string(i)) << mode;
    }
    sqlite3_close(writer);
    EXPECT_EQ(PageText(Ask(*client, "SELECT count(*) FROM t")), "3") << mode;
  }
}

TEST_F(SqliteFileTest, WaitsForAWriterButNotPastTheDeadline) {
  const std::string path = Make("t.db", "CREATE TABLE t (a)");
  sqlite3 *writer = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(writer, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto client = Client(path);
  const auto late = Ask(*client, "SELECT count(*) FROM t", StatementKind::PAGE, std::chrono::milliseconds(100));
  EXPECT_EQ(late.Error().error_class, ErrorClass::DEADLINE) << late.Error().ToString();
  auto waiting = std::async(std::launch::async, [&] { return PageText(Ask(*client, "SELECT count(*) FROM t")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr);
  EXPECT_EQ(waiting.get(), "0");
  sqlite3_close(writer);
}

// While it lives nothing can be made in the directory, not even by root, who becomes nobody.
class ReadOnlyDirectory {
 public:
  explicit ReadOnlyDirectory(std::string path) : path_(std::move(path)) {
    EXPECT_EQ(chmod(path_.c_str(), 0555), 0);
    EXPECT_EQ(seteuid(user_ == 0 ? 65534 : user_), 0);
  }
  ~ReadOnlyDirectory() {
    EXPECT_EQ(seteuid(user_), 0);
    EXPECT_EQ(chmod(path_.c_str(), 0700), 0);
  }

 private:
  const std::string path_;
  const uid_t user_ = geteuid();
};

TEST_F(SqliteFileTest, WithoutLocksEachStatementStillSeesOneState) {
  const auto path = Make("log.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (7)");
  std::ofstream writer(path, std::ios::binary | std::ios::app);
  const ReadOnlyDirectory closed(directory_.Path());
  const auto client = Client(path);
  EXPECT_EQ(PageText(Ask(*client, "SELECT x FROM t")), "7");
  const std::string slow =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*), x FROM n, t";
  auto answer = std::async(std::launch::async, [&] { return Ask(*client, slow); });
  while (answer.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout) writer.put('x').flush();
  const auto page = answer.get();
  ASSERT_FALSE(page.Ok()) << "the file changed all the while";
  EXPECT_EQ(page.Error().error_class, ErrorClass::OVERLOADED);
  EXPECT_NE(page.Error().message.find("written to while it was read"), std::string::npos) << page.Error().ToString();
}

TEST_F(SqliteFileTest, AReplacedFileIsOpenedAnew) {
  const std::string path = Make("t.db", "CREATE TABLE t (a); INSERT INTO t VALUES ('old')");
  const auto client = Client(path);
  EXPECT_EQ(PageText(Ask(*client, "SELECT a FROM t")), "'old'");
  std::filesystem::rename(Make("new.db", "CREATE TABLE t (a); INSERT INTO t VALUES ('new')"), path);
  EXPECT_EQ(PageText(Ask(*client, "SELECT a FROM t")), "'new'");
  std::filesystem::remove(path);
  EXPECT_EQ(Ask(*client, "SELECT a FROM t").Error().error_class, ErrorClass::CONFIG);
}

TEST_F(SqliteFileTest, ManyFilesAndManyThreads) {
  std::vector<std::shared_ptr<ShardClient>> clients;
  const auto registry = DefaultDrivers();
  for (int i = 0; i < 150; i++) {
    const std::string path =
        Make(std::to_string(i) + ".db", "CREATE TABLE t (a); INSERT INTO t VALUES (" + std::to_string(i) + ")");
    clients.push_back(registry->Connect(ShardAt("sqlite:" + path), {}));
  }
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int thread = 0; thread < 4; thread++) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < clients.size(); i++) {
        if (PageText(Ask(*clients[i], "SELECT a FROM t")) != std::to_string(i)) wrong++;
      }
    });
  }
  for (auto &thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(SqliteFileTest, OddPathsAndUtf16) {
  const std::string path = Make("a b?c%20#\xC3\xA9.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  ShardSpec shard;
  shard.id = "odd";
  shard.url.scheme = "sqlite";
  shard.url.path = path;
  EXPECT_EQ(PageText(Ask(*DefaultDrivers()->Connect(shard, {}), "SELECT a FROM t")), "1");
  const std::string wide =
      Make("wide.db", "PRAGMA encoding='UTF-16'; CREATE TABLE t (a); INSERT INTO t VALUES ('\xC3\xA9')");
  EXPECT_EQ(PageText(Ask(*Client(wide), "SELECT a FROM t")), "'\xC3\xA9'");
}

}  // namespace
}  // namespace shardite::test
