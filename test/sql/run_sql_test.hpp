#pragma once
// Holds a .test file against plain DuckDB.

#include <string>
#include <vector>

#include "test/oracle/sql_test.hpp"
#include "test/oracle/test_bed.hpp"

namespace shardite::test {

/// Runs a test in every pushdown mode. What fails, each with file, line, mode, query and both answers; empty: it
/// passed.
std::vector<std::string> RunSqlTest(const SqlTest &test, TestBed &bed);

}  // namespace shardite::test
