#pragma once
// A .plan file: queries, and after each one what its scans did: shards kept and pruned with the reason, the SQL for
// each kind of shard, what is pushed, what stays local and why. Rows alone cannot show that a pushdown died; this
// can. `make golden` rewrites what is expected, and the diff is for a person to read.
//
//   fleet events                   the data, as in a .test file
//
//   driver sqld                    file when not given; servers are asked in packed pages
//
//   plan
//   SELECT count(*) FROM events
//   ----
//   events: all 6 shards
//   pushed: aggregate
//   sql: SELECT count(*) FROM "events" AS t

#include <string>
#include <vector>

#include "engine/session.hpp"
#include "test/oracle/test_bed.hpp"

namespace shardite::test {

class PlanFile {
 public:
  /// Throws std::runtime_error when the file cannot be read or is none.
  explicit PlanFile(const std::string &path);
  Driver Kind() const { return driver_; }

  struct Result {
    std::string text;                   // the file as it should be
    std::vector<std::string> failures;  // where it is not, each with line, query, expected and got
  };
  Result Run(TestBed &bed) const;

 private:
  struct Block {
    size_t first_line = 0, last_line = 0;  // of the file's lines
    std::string sql;
    std::vector<std::string> expected;
  };

  std::string path_;
  std::vector<std::string> lines_;
  std::vector<Block> blocks_;
  FleetDefinition fleet_;
  Driver driver_ = Driver::FILE;
};

/// The lines that describe the scans of a session's last statement.
std::vector<std::string> DescribeScans(const std::vector<ScanExplanation> &scans);

}  // namespace shardite::test
