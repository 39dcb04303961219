// Shards that change while a fleet is attached: a query is right or says what to do, on files and on servers.

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
    "CREATE TABLE t(ts INTEGER NOT NULL, s TEXT NOT NULL, v INTEGER NOT NULL) STRICT;"
    "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < 99)"
    " INSERT INTO t SELECT x, CASE x % 2 WHEN 0 THEN 'a' ELSE 'A' END, x % 10 FROM n;";
constexpr const char *DECLARED_OTHERWISE =
    "table \"t\" is declared otherwise than when the fleet was attached: attach the fleet again (.attach in the shell)";

bool Contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

// The table with the same rows, declared otherwise.
std::string Rebuilt(const std::string &columns, const std::string &select = "SELECT * FROM t") {
  return "CREATE TABLE t2(" + columns + "; INSERT INTO t2 " + select + "; DROP TABLE t; ALTER TABLE t2 RENAME TO t;";
}

struct Change {
  const char *what;
  std::string sql;
  const char *query;
};

// What SQLite would answer to the same question is wrong for every one of these.
const std::vector<Change> &Changes() {
  static const std::vector<Change> changes = {
      {"numbers become text", Rebuilt("ts INTEGER NOT NULL, s TEXT NOT NULL, v TEXT NOT NULL) STRICT"),
       "SELECT count(*) FROM t WHERE v > 5"},
      {"no longer STRICT", Rebuilt("ts, s, v)", "SELECT ts, s, CASE v WHEN 1 THEN 'one' ELSE v END FROM t"),
       "SELECT count(*) FROM t WHERE v > 5"},
      {"another collation", Rebuilt("ts INTEGER NOT NULL, s TEXT NOT NULL COLLATE NOCASE, v INTEGER NOT NULL) STRICT"),
       "SELECT count(*) FROM t WHERE s = 'a'"},
      {"nothing matches any more", Rebuilt("ts INTEGER, s BLOB, v INTEGER)", "SELECT ts, CAST(s AS BLOB), v FROM t"),
       "SELECT v FROM t WHERE s = 'a'"},
      {"a column more", "ALTER TABLE t ADD COLUMN w INTEGER;", "SELECT * FROM t"},
      {"a view", "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u WHERE v > 5;", "SELECT count(*) FROM t"}};
  return changes;
}

class ChangedShardsTest : public testing::Test {
 protected:
  void SetUp() override { databases_.Run("a.db", ROWS); }

  std::string Fleet(const std::string &url) const {
    std::ofstream(databases_.Path("fleet.toml")) << "[[shards]]\nid = 'a'\nurl = '" << url << "'\n";
    return databases_.Path("fleet.toml");
  }
  // The answer as text, or the error.
  static std::string Answer(Session &session, const std::string &sql) {
    const auto result = session.Run(sql);
    std::string text;
    while (!result->HasError()) {
      const auto chunk = result->Fetch();
      if (!chunk || chunk->size() == 0) break;
      for (duckdb::idx_t row = 0; row < chunk->size(); row++) text += chunk->GetValue(0, row).ToString() + ";";
    }
    return result->HasError() ? result->GetErrorObject().RawMessage() : text;
  }
  // `change` applies what the SQL does to a.db, or a copy of it.
  static void EachChangeStopsQueries(const std::string &fleet, const std::function<void(const std::string &)> &change,
                                     const std::function<void()> &restore) {
    for (const auto &[what, sql, query] : Changes()) {
      restore();
      Session session(fleet);
      EXPECT_FALSE(Contains(Answer(session, query), "shard")) << what;
      change(sql);
      const auto answer = Answer(session, query);
      EXPECT_TRUE(answer.starts_with("shard \"a\" (") && answer.ends_with(DECLARED_OTHERWISE))
          << what << ": " << answer;
    }
  }
  void MakeAnew() const {
    std::filesystem::remove(databases_.Path("a.db"));
    databases_.Run("a.db", ROWS);
  }

  ScratchDatabases databases_{"changed"};
};

TEST_F(ChangedShardsTest, AFileThatIsDeclaredOtherwise) {
  EachChangeStopsQueries(
      Fleet("sqlite:a.db"), [&](const std::string &sql) { databases_.Run("a.db", sql); }, [&] { MakeAnew(); });
}

TEST_F(ChangedShardsTest, ANamespaceOfSqldThatIsDeclaredOtherwise) {
  SqldServer server;
  server.CreateNamespace("x");
  const auto load = [&] {
    server.DropNamespace("x");
    server.LoadSqliteFile("x", databases_.Path("a.db"));
  };
  EachChangeStopsQueries(
      Fleet(server.Url("x")),
      [&](const std::string &sql) {
        databases_.Run("a.db", sql);
        load();
      },
      [&] {
        MakeAnew();
        load();
      });
}

TEST_F(ChangedShardsTest, ANodeOfRqliteThatIsDeclaredOtherwise) {
  RqliteNode node;
  const auto load = [&] { node.LoadSqliteFile(databases_.Path("a.db")); };
  EachChangeStopsQueries(
      Fleet(node.Url()),
      [&](const std::string &sql) {
        databases_.Run("a.db", sql);
        load();
      },
      [&] {
        MakeAnew();
        load();
      });
}

TEST_F(ChangedShardsTest, WhatChangesNoTableStopsNoQuery) {
  Session session(Fleet("sqlite:a.db"));
  const std::string query = "SELECT count(*) FROM t WHERE v > 5";
  for (const auto *change : {"CREATE INDEX t_v ON t(v)", "VACUUM", "CREATE TABLE u(x)", "DROP INDEX t_v", "ANALYZE"}) {
    databases_.Run("a.db", change);
    EXPECT_EQ(Answer(session, query), "40;") << change;
  }
  databases_.Run("a.db", "INSERT INTO t VALUES (100, 'b', 9)");
  EXPECT_EQ(Answer(session, query), "41;");
}

// The rest of a result that was begun before `change`.
std::string AnswerAcross(Session &session, const std::string &sql, const std::function<void()> &change) {
  const auto result = session.Run(sql);
  if (result->HasError()) return result->GetErrorObject().RawMessage();
  auto chunk = result->Fetch();
  change();
  while (chunk && chunk->size() > 0 && !result->HasError()) chunk = result->Fetch();
  return result->HasError() ? result->GetErrorObject().RawMessage() : "read to its end";
}

TEST_F(ChangedShardsTest, RowsThatAreNumberedAnewWhileTheyAreRead) {
  const auto rows = [](const std::string &key) {
    return "CREATE TABLE t(" + key +
           "s TEXT NOT NULL) STRICT;"
           "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 150000)"
           " INSERT INTO t(s) SELECT printf('%0100d', x) FROM n; DELETE FROM t WHERE rowid < 1000;";
  };
  const auto fleet = Fleet("sqlite:a.db");
  const std::string sql = "SELECT s FROM t";
  const auto vacuum = [&] { databases_.Run("a.db", "PRAGMA busy_timeout = 20000; VACUUM"); };
  const auto open = [&](const std::string &key) {
    std::filesystem::remove(databases_.Path("a.db"));
    databases_.Run("a.db", rows(key));
    auto session = std::make_unique<Session>(fleet);
    EXPECT_FALSE(session->Run("SET shardite_memory_window = 1")->HasError());
    return session;
  };
  const auto answer = AnswerAcross(*open(""), sql, vacuum);
  EXPECT_TRUE(
      answer.ends_with("may have been numbered anew (by VACUUM or ALTER TABLE) while it was read: run it again"))
      << answer;
  EXPECT_EQ(AnswerAcross(*open("id INTEGER PRIMARY KEY, "), sql, vacuum), "read to its end");
  const auto replaced = AnswerAcross(*open("id INTEGER PRIMARY KEY, "), sql, [&] {
    databases_.Run("b.db", rows("id INTEGER PRIMARY KEY, "));
    std::filesystem::rename(databases_.Path("b.db"), databases_.Path("a.db"));
  });
  EXPECT_TRUE(replaced.ends_with("was replaced by another file while it was read: run it again")) << replaced;
}

TEST_F(ChangedShardsTest, NamesAndDeclarationsOfAnyKind) {
  databases_.Run("a.db",
                 "CREATE TABLE \"it's é\"(\"ü\" INTEGER NOT NULL DEFAULT 1 /* 'quoted' \"twice\" \\ \x01 */) STRICT;"
                 "INSERT INTO \"it's é\" VALUES (7);"
                 "CREATE VIEW w AS SELECT \"ü\" AS u, 'É' AS e FROM \"it's é\"");
  SqldServer sqld;
  sqld.LoadSqliteFile("x", databases_.Path("a.db"));
  RqliteNode rqlite;
  rqlite.LoadSqliteFile(databases_.Path("a.db"));
  for (const auto &url : {std::string("sqlite:a.db"), sqld.Url("x"), rqlite.Url()}) {
    Session session(Fleet(url));
    EXPECT_EQ(Answer(session, "SELECT sum(\"ü\") FROM \"it's é\""), "7;") << url;
    EXPECT_EQ(Answer(session, "SELECT e FROM w"), "É;") << url;
  }
}

TEST_F(ChangedShardsTest, TheShellAttachesAgain) {
  const auto fleet = Fleet("sqlite:a.db");
  databases_.Run("b.db", "CREATE TABLE t(ts INTEGER) STRICT; INSERT INTO t VALUES (5)");
  std::ofstream(databases_.Path("other.toml")) << "[[shards]]\nurl = 'sqlite:b.db'\n";
  const auto run = RunShardite({"shell", "--format", "csv", fleet},
                               "SELECT count(*) AS n FROM t;\nATTACH '" + databases_.Path("other.toml") +
                                   "' AS other (TYPE shardite);\n.attach\nSELECT count(*) AS n FROM t;\n"
                                   "SELECT count(*) AS n FROM other.t;\nBEGIN;\n.attach\n");
  EXPECT_EQ(run.out, "n\n100\nn\n100\nn\n1\n");
  EXPECT_EQ(run.err, "shardite: a transaction is open, which sees the fleet as it is: COMMIT or ROLLBACK first\n");
}

TEST_F(ChangedShardsTest, WhatIsGoneIsSaidWithItsRemedy) {
  Session session(Fleet("sqlite:a.db"));
  databases_.Run("a.db", "ALTER TABLE t RENAME COLUMN v TO w");
  const auto answer = Answer(session, "SELECT sum(v) FROM t");
  EXPECT_TRUE(
      answer.ends_with("no such column: t.v; the schema has changed since the fleet was attached: attach the "
                       "fleet again (.attach in the shell)"))
      << answer;
  session.AttachAgain();
  EXPECT_EQ(Answer(session, "SELECT sum(w) FROM t"), "450;");
}

}  // namespace
}  // namespace shardite::test
