#pragma once
// A parser of text that shardite does not trust (answers of servers, files, statements), as a function of bytes. A
// target takes any input at all; what must hold beside "no crash, no hang" it throws as std::logic_error. One file for
// each target. unit_tests runs all of them over damaged seeds (fuzz_test.cpp).

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace shardite::test {

struct FuzzTarget {
  const char *name;
  void (*run)(std::string_view input);
  std::vector<std::string> seeds;  // sound inputs, to be damaged
  std::vector<std::string> words;  // what a random change may put in
};

FuzzTarget PackedReaderTarget();
FuzzTarget HranaCodecTarget();
FuzzTarget RqliteCodecTarget();
FuzzTarget FleetFileTarget();
FuzzTarget ShardUrlTarget();
FuzzTarget TimeTextTarget();
FuzzTarget IntrospectionTarget();
FuzzTarget SelectGuardTarget();

std::vector<FuzzTarget> AllFuzzTargets();

/// Throws std::logic_error(what) unless it holds.
inline void Require(bool holds, const char *what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace shardite::test
