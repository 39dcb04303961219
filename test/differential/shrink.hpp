#pragma once
// Makes a failing case small: fewer shards, rows and columns, a smaller query, as long as it still fails in the same
// way. For a person to read, and to keep as a .test file.

#include <chrono>
#include <string>

#include "test/differential/judge.hpp"

namespace shardite::test {

struct FailingCase {
  RandomFleet fleet;
  RandomQuery query;
  Verdict verdict;

  /// The case as a .test file that sql_tests runs.
  std::string ToTest(const std::string &comment) const;
};

/// Where it stands after at most `patience`; the case itself when nothing smaller fails.
FailingCase Shrink(FailingCase failing, TestBed &bed, std::chrono::seconds patience);

}  // namespace shardite::test
