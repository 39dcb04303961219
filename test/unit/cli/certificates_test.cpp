// From `shardite check` to queries that prove less, and back once the rows have changed: on files and on servers.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

#include "engine/session.hpp"
#include "test/support/servers.hpp"
#include "test/unit/cli/program.hpp"
#include "test/unit/remote/scratch_databases.hpp"

namespace shardite::test {
namespace {

constexpr const char *ROWS =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, s TEXT);"
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100)"
    " INSERT INTO t SELECT x, x % 10, 'text ' || x FROM n;";
constexpr const char *SUM = "SELECT sum(i) AS n FROM t WHERE s >= 'text'";
constexpr const char *STRAY = "INSERT INTO t VALUES (101, 'stray', 'text');";

bool Contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

class CertificatesTest : public testing::Test {
 protected:
  // A fleet of one shard.
  std::string Fleet(const std::string &shard) const {
    std::ofstream(databases_.Path("fleet.toml")) << "[[shards]]\nid = 'a'\n" << shard << "\n";
    return databases_.Path("fleet.toml");
  }
  std::string FileFleet() const {
    databases_.Run("a.db", ROWS);
    return Fleet("url = 'sqlite:a.db'");
  }
  std::string State() const {
    std::ifstream stream(databases_.Path("fleet.toml.state"));
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static bool Proves(const std::string &fleet, const std::string &sql = SUM) {
    const auto run = RunShardite({"explain", fleet, sql});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_TRUE(Contains(run.out, "  sends ")) << run.out;
    return Contains(run.out, " AS w0");
  }
  static void Certify(const std::string &fleet) {
    ASSERT_TRUE(Proves(fleet));
    const auto run = RunShardite({"check", fleet});
    ASSERT_EQ(run.code, 0) << run.out << run.err;
    ASSERT_TRUE(run.out.ends_with("3 columns certified on 1 shard, recorded in " + fleet + ".state\n")) << run.out;
    ASSERT_FALSE(Proves(fleet));
  }
  // The answer as text, or the error.
  static std::string Answer(Session &session, const std::string &sql) {
    const auto result = session.Run(sql);
    if (result->HasError()) return result->GetError();
    std::string text;
    while (auto chunk = result->Fetch()) {
      for (duckdb::idx_t row = 0; row < chunk->size(); row++) {
        for (duckdb::idx_t column = 0; column < chunk->ColumnCount(); column++) {
          text += chunk->GetValue(column, row).ToString() + (column + 1 < chunk->ColumnCount() ? "," : ";");
        }
      }
    }
    return result->HasError() ? result->GetError() : text;
  }
  static void ExpectStray(const std::string &answer) {
    EXPECT_TRUE(Contains(answer, "shard \"a\"") && Contains(answer, "table \"t\", column \"i\"")) << answer;
  }

  ScratchDatabases databases_{"certificates"};
};

TEST_F(CertificatesTest, AFileUntilItChanges) {
  const auto fleet = FileFleet();
  Certify(fleet);
  EXPECT_TRUE(Contains(State(), "\"url\": \"sqlite:a.db\", \"file\": {\"size\": ")) << State();
  databases_.Run("a.db", "UPDATE t SET i = i + 1 WHERE id = 1;");
  EXPECT_TRUE(Proves(fleet));
  EXPECT_EQ(RunShardite({"check", fleet}).code, 0);
  EXPECT_FALSE(Proves(fleet));
  databases_.Run("a.db", "UPDATE t SET i = 'stray' WHERE id = 1;");
  const auto run = RunShardite({"query", fleet, SUM});
  EXPECT_EQ(run.code, 1);
  ExpectStray(run.err);
}

TEST_F(CertificatesTest, AColumnWithAStrayValueIsNotCertified) {
  const auto fleet = FileFleet();
  databases_.Run("a.db", STRAY);
  const auto run = RunShardite({"check", fleet});
  EXPECT_EQ(run.code, 1);
  EXPECT_TRUE(Contains(run.out, "2 columns certified on 1 shard")) << run.out;
  EXPECT_TRUE(Contains(State(), "\"columns\": [\"id\", \"s\"]")) << State();
  EXPECT_TRUE(Proves(fleet));
  EXPECT_FALSE(Proves(fleet, "SELECT count(*) FROM t WHERE s >= 'text'"));
}

// The session was opened while the certificate held.
TEST_F(CertificatesTest, AFileThatChangesWhileItIsAttached) {
  const auto fleet = FileFleet();
  Certify(fleet);
  Session session(fleet);
  EXPECT_EQ(Answer(session, SUM), "450;");
  databases_.Run("a.db", "UPDATE t SET i = 'stray' WHERE id = 1;");
  ExpectStray(Answer(session, SUM));
  databases_.Run("a.db", "UPDATE t SET i = 7 WHERE id = 1;");
  EXPECT_EQ(Answer(session, SUM), "456;");
}

TEST_F(CertificatesTest, AFileThatChangesThroughALogWhileItIsAttached) {
  databases_.Run("a.db", "PRAGMA journal_mode = WAL;");
  const auto fleet = FileFleet();
  Certify(fleet);
  Session session(fleet);
  sqlite3 *writer = nullptr;
  ASSERT_EQ(sqlite3_open(databases_.Path("a.db").c_str(), &writer), SQLITE_OK);
  EXPECT_EQ(Answer(session, SUM), "450;");
  EXPECT_EQ(sqlite3_exec(writer, "UPDATE t SET i = 'stray' WHERE id = 1", nullptr, nullptr, nullptr), SQLITE_OK);
  ExpectStray(Answer(session, SUM));
  EXPECT_TRUE(Proves(fleet));
  EXPECT_EQ(sqlite3_exec(writer, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_TRUE(Proves(fleet));
  ExpectStray(Answer(session, SUM));
  sqlite3_close(writer);
}

// Whatever form the request has when its certificate turns out void, it is asked again in that form.
TEST_F(CertificatesTest, EveryFormIsAskedAgain) {
  const std::pair<const char *, const char *> cases[] = {
      {"SELECT i, count(*) FROM t WHERE s >= 'text' GROUP BY i HAVING count(*) > 10 ORDER BY i", "1,11;"},
      {"SELECT s FROM t WHERE i = 1 ORDER BY s DESC LIMIT 2", "text 91;text 81;"},
      {"SELECT count(*) FROM t WHERE i = 1", "11;"},
      {"SELECT sum(i) + 0 FROM t", "451;"},
      {"SELECT count(DISTINCT s) FROM t WHERE i < 5", "51;"}};
  for (const auto &[sql, expected] : cases) {
    std::filesystem::remove(databases_.Path("a.db"));
    const auto fleet = FileFleet();
    ASSERT_EQ(RunShardite({"check", fleet}).code, 0);
    Session session(fleet);
    databases_.Run("a.db", "INSERT INTO t VALUES (101, 1, 'text 1x');");
    EXPECT_EQ(Answer(session, sql), expected) << sql;
  }
}

TEST_F(CertificatesTest, ALargeFileThatSendsRowsIsAskedAgain) {
  databases_.Run("a.db",
                 "CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, s TEXT);"
                 "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60000)"
                 " INSERT INTO t SELECT x, x % 10, 'text' FROM n;");
  const auto fleet = Fleet("url = 'sqlite:a.db'");
  ASSERT_EQ(RunShardite({"check", fleet}).code, 0);
  Session session(fleet);
  const std::string sql = "SELECT i, count(*) FROM t WHERE s = 'text' AND i < 2 GROUP BY i ORDER BY i";
  EXPECT_EQ(Answer(session, sql), "0,6000;1,6000;");
  databases_.Run("a.db", "INSERT INTO t VALUES (NULL, 1, 'text');");
  EXPECT_EQ(Answer(session, sql), "0,6000;1,6001;");
}

// `change` replaces what the server holds by the file.
void OnServer(const std::function<void(bool certified)> &prove, const std::function<std::string()> &ask,
              const std::function<void()> &change) {
  prove(true);
  EXPECT_EQ(ask(), "450;");
  change();
  EXPECT_TRUE(Contains(ask(), "table \"t\", column \"i\""));
  prove(false);
}

TEST_F(CertificatesTest, ANamespaceOfSqld) {
  databases_.Run("a.db", ROWS);
  SqldServer server;
  server.LoadSqliteFile("x", databases_.Path("a.db"));
  const auto fleet = Fleet("url = '" + server.Url("x") + "'");
  Certify(fleet);
  Session session(fleet);
  OnServer([&](bool certified) { EXPECT_EQ(Proves(fleet), !certified); }, [&] { return Answer(session, SUM); },
           [&] {
             databases_.Run("a.db", STRAY);
             server.DropNamespace("x");
             server.LoadSqliteFile("x", databases_.Path("a.db"));
           });
}

TEST_F(CertificatesTest, ANodeOfRqliteAndItsSecrets) {
  databases_.Run("a.db", ROWS);
  RqliteNode node({"reader", "a-secret-of-this-test"});
  node.LoadSqliteFile(databases_.Path("a.db"));
  std::ofstream(databases_.Path("password")) << "a-secret-of-this-test\n";
  const auto fleet = Fleet("url = '" + node.Url() + "?level=none'\nuser = 'reader'\npassword = { file = 'password' }");
  Certify(fleet);
  EXPECT_FALSE(Contains(State(), "a-secret-of-this-test") || Contains(State(), "reader") ||
               Contains(State(), "password"))
      << State();
  Session session(fleet);
  OnServer([&](bool certified) { EXPECT_EQ(Proves(fleet), !certified); }, [&] { return Answer(session, SUM); },
           [&] {
             databases_.Run("a.db", STRAY);
             node.LoadSqliteFile(databases_.Path("a.db"));
           });
}

TEST_F(CertificatesTest, NothingIsRecorded) {
  const auto fleet = FileFleet();
  const auto unasked = RunShardite({"check", fleet, "--no-record"});
  EXPECT_EQ(unasked.code, 0);
  EXPECT_FALSE(Contains(unasked.out, "certified"));
  const auto glob = RunShardite({"check", databases_.Path("*.db")});
  EXPECT_TRUE(Contains(glob.out, "nothing recorded: only a fleet file has a place for it")) << glob.out;
  EXPECT_FALSE(std::filesystem::exists(fleet + ".state"));
  EXPECT_TRUE(Proves(fleet));
  databases_.Run("a.db", "DROP TABLE t; CREATE TABLE t(i INTEGER) STRICT;");
  EXPECT_TRUE(Contains(RunShardite({"check", fleet}).out, "nothing recorded: there is nothing to certify"));
  EXPECT_FALSE(std::filesystem::exists(fleet + ".state"));
}

TEST_F(CertificatesTest, AStateThatCannotBeWrittenOrRead) {
  const auto fleet = FileFleet();
  std::filesystem::create_directories(fleet + ".state/in the way");
  const auto run = RunShardite({"check", fleet});
  EXPECT_EQ(run.code, 0);
  EXPECT_TRUE(Contains(run.out, "warning  " + fleet + ".state: cannot be written: ")) << run.out;
  std::filesystem::remove_all(fleet + ".state");
  std::ofstream(fleet + ".state") << "otherwise";
  const auto query = RunShardite({"query", fleet, SUM});
  EXPECT_EQ(query.code, 1);
  EXPECT_TRUE(query.err.starts_with("shardite: " + fleet + ".state: is no state that shardite has written ("))
      << query.err;
  EXPECT_EQ(RunShardite({"check", fleet}).code, 0);
  EXPECT_EQ(RunShardite({"query", fleet, SUM, "--format", "csv"}).out, "n\n450\n");
}

}  // namespace
}  // namespace shardite::test
