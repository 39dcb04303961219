#pragma once
// A FleetSpec as the text of a fleet file that a person would be glad to edit. ParseFleet reads it back as the same
// spec (a series as the single shards it stood for).

#include <map>
#include <string>
#include <vector>

#include "fleet/fleet_spec.hpp"

namespace shardite {

/// Lines that stand as comments above what they are about; without "# ".
struct FleetComments {
  std::vector<std::string> top;
  std::map<std::string, std::vector<std::string>> tables;  // by name
  std::map<std::string, std::vector<std::string>> shards;  // by id
};

/// `base`: the directory that the file will stand in; the paths of SQLite files are written relative to it when they
/// lie in or beside it.
std::string WriteFleetFile(const FleetSpec &fleet, const std::string &base, const FleetComments &comments = {});

}  // namespace shardite
