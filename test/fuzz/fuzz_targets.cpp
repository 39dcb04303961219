#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {

std::vector<FuzzTarget> AllFuzzTargets() {
  return {PackedReaderTarget(), HranaCodecTarget(), RqliteCodecTarget(),   FleetFileTarget(),
          ShardUrlTarget(),     TimeTextTarget(),   IntrospectionTarget(), SelectGuardTarget()};
}

}  // namespace shardite::test
