#pragma once
// What `shardite explain --format json` says, for tools; docs/explain.md lists the keys, which stay.

#include <string>
#include <vector>

#include "engine/statistics.hpp"

namespace shardite {

/// An array with one object for each scan.
std::string ScansToJson(const std::vector<ScanExplanation> &scans);

}  // namespace shardite
