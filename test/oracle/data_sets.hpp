#pragma once
// The data that tests share by name: `fleet events` in a .test file.

#include <string>

#include "test/oracle/fleet_definition.hpp"

namespace shardite::test {

/// test/sql/fleets/NAME.fleet, or the generated "otel": the demo's OpenTelemetry tables, small. Throws
/// std::runtime_error when there is no such data set.
FleetDefinition DataSet(const std::string &name);

}  // namespace shardite::test
