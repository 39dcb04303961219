#pragma once
// A .test file: DuckDB's sqllogictest format, with the shards' data in it (test/oracle/fleet_definition.hpp) and with
// plain DuckDB as the judge. test/README.md describes the format for people who write tests.

#include <string>
#include <vector>

#include "test/oracle/fleet_definition.hpp"

namespace shardite::test {

struct SqlCommand {
  enum Kind {
    STATEMENT_OK,
    STATEMENT_ERROR,       // ours fails with the expected text in its message; the oracle does not run it
    STATEMENT_ERROR_BOTH,  // DuckDB refuses it as well
    QUERY,                 // ours is the oracle's answer, and the expected rows where the file gives them
    QUERY_EXPECTED,        // only the expected rows count: what plain DuckDB cannot answer (now() against nanoseconds)
  };
  enum Order { AUTO, ROWSORT, NOSORT };  // AUTO: ordered when the query says ORDER BY

  Kind kind = QUERY;
  Order order = AUTO;
  bool needs_pruning = false;  // not asked with pushdown none: it must not see the shards that it prunes
  int line = 0;
  std::string columns;  // a letter each, or *; R: a floating point sum, compared with a tolerance
  std::string sql;
  std::vector<std::string> expected;  // lines after ----
};

struct SqlTest {
  std::string name;  // path below test/sql, without .test
  FleetDefinition fleet;
  std::vector<SqlCommand> commands;
};

/// Reads a .test file. Throws std::runtime_error naming file and line for what it does not understand.
SqlTest ReadSqlTest(const std::string &path, const std::string &name);

}  // namespace shardite::test
