// Statements for shardite_scatter: what the guard lets pass, SQLite must know as one statement that only reads.

#include <memory>

#include <sqlite3.h>

#include "sqlite/select_guard.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

sqlite3 *Database() {
  static const std::unique_ptr<sqlite3, int (*)(sqlite3 *)> DATABASE(
      [] {
        sqlite3 *opened = nullptr;
        sqlite3_open(":memory:", &opened);
        sqlite3_exec(opened, "CREATE TABLE t (a, b)", nullptr, nullptr, nullptr);
        return opened;
      }(),
      sqlite3_close);
  return DATABASE.get();
}

void Run(std::string_view input) {
  const std::string sql(input);
  if (RefuseUnlessSelect(sql)) return;
  sqlite3_stmt *statement = nullptr;
  const char *rest = nullptr;
  if (sqlite3_prepare_v2(Database(), sql.c_str(), -1, &statement, &rest) != SQLITE_OK) return;
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> owner(statement, sqlite3_finalize);
  if (!statement) return;
  Require(sqlite3_stmt_readonly(statement) != 0, "a statement that writes was let pass");
  sqlite3_stmt *second = nullptr;
  if (sqlite3_prepare_v2(Database(), rest, -1, &second, nullptr) == SQLITE_OK) {
    const bool more = second != nullptr;
    sqlite3_finalize(second);
    Require(!more, "a second statement was let pass");
  }
}

}  // namespace

FuzzTarget SelectGuardTarget() {
  return {"select_guard",
          Run,
          {"SELECT a, 'x;y' FROM t; -- done", "WITH c AS (SELECT 1) SELECT * FROM c", "VALUES (1), (2)",
           "/* c */ SELECT \"a;b\" FROM t WHERE a = '--'", "WITH c(x) AS (VALUES(1)) DELETE FROM t",
           "SELECT 1; DELETE FROM t", "INSERT INTO t SELECT 1, 2", "SELECT `a`, [b] FROM t"},
          {"DELETE FROM t",
           "INSERT INTO t VALUES(1,2)",
           "WITH c AS (SELECT 1)",
           ";",
           "--",
           "\n",
           "/*",
           "*/",
           "'",
           "\"",
           "`",
           "[",
           "]",
           "SELECT 1",
           "(",
           ")",
           " ",
           "\t",
           "\0",
           "PRAGMA user_version=1",
           "REPLACE INTO t",
           "UPDATE t SET a=1",
           "EXPLAIN",
           "RETURNING a"}};
}

}  // namespace shardite::test
