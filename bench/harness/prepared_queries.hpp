#pragma once
// The queries of a .test file (test/sql/tsbs.test, test/sql/otel.test) for measuring: what is proved exact there is
// what is timed here.

#include <string>
#include <vector>

namespace shardite::bench {

struct PreparedQuery {
  std::string name;
  std::string prepare;  // PREPARE name AS ..
  std::string execute;  // EXECUTE name(since := '2026-11-20 00:30:00', ..)
};

/// Every PREPARE of the file with the EXECUTE that follows it. Throws std::runtime_error when there is none.
std::vector<PreparedQuery> ReadPreparedQueries(const std::string &path);

}  // namespace shardite::bench
