#pragma once
// Random queries against plain DuckDB: each is asked with pushdown all, filter and none, and every answer must be the
// oracle's. A run is fixed by its seed; a failure prints it with the query, both answers, and writes the whole case as
// a .test file that sql_tests runs.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "test/oracle/test_bed.hpp"

namespace shardite::test {

struct DifferentialOptions {
  uint64_t seed = 1;
  size_t queries = 100;
  size_t queries_per_fleet = 100;
  size_t most_failures = 5;                  // stop after so many
  std::chrono::seconds shrink_patience{60};  // for each failure
  std::string report_directory;              // where failing cases are written
};

struct DifferentialReport {
  size_t asked = 0;
  size_t refused_by_duckdb = 0;  // no answer to compare with: overflow, a failing cast
  size_t answered_alone = 0;     // by us, where DuckDB has an error
  size_t documented_refusals = 0;
  std::vector<std::string> failures;
};

DifferentialReport RunDifferential(const DifferentialOptions &options, Driver driver);

}  // namespace shardite::test
