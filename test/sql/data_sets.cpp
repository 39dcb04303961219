#include "test/sql/data_sets.hpp"

namespace shardite::test {

FleetDefinition DataSet(const std::string &name) {
  return ReadFleetDefinition(std::string(SHARDITE_SOURCE_DIR "/test/sql/fleets/") + name + ".fleet", name);
}

}  // namespace shardite::test
