#pragma once
// A .counts file: what each prepared query of a .test file costs the shards, so that a pushdown that is lost fails a
// test even where rows and plans look right. `make golden` rewrites the numbers, and the diff is for a person to read.
//
//   test tsbs                      test/sql/tsbs.test; its EXECUTEs are counted, in order
//
//   driver sqld                    file when not given
//
//   lastpoint: 7 shards, 7 requests, 231 rows, 47124 bytes
//
// Requests are sent one after the other by one thread, so that an early stop comes at the same place every time. Rows
// are rows or partial groups. Shards and requests are exact. Rows and bytes may be half as many or half as many again:
// how far a TopN's k-th key has come before the next request is sent depends on timing, and servers put times into
// their answers. A pushdown that is lost changes them by more.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/statistics.hpp"
#include "test/oracle/sql_test.hpp"
#include "test/oracle/test_bed.hpp"

namespace shardite::test {

class CountsFile {
 public:
  /// Throws std::runtime_error when the file cannot be read or names no test.
  explicit CountsFile(const std::string &path);
  Driver Kind() const { return driver_; }

  struct Result {
    std::string text;                   // the file as it should be
    std::vector<std::string> failures;  // where it is not
  };
  Result Run(TestBed &bed) const;

 private:
  static bool IsSame(const std::string &expected, const std::string &got);

  std::string path_;
  std::string heading_;                // comments, test and driver: everything ahead of the counts
  std::vector<std::string> expected_;  // the counts
  SqlTest test_;
  Driver driver_ = Driver::FILE;
};

}  // namespace shardite::test
