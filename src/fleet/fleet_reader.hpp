#pragma once
// Reading a fleet file, in three steps: fleet_file.cpp the file and its tables, fleet_shards.cpp its shards and
// series, shard_set.cpp what must hold for all shards together.

#include <map>
#include <string>
#include <vector>

#include "fleet/fleet_spec.hpp"
#include "fleet/toml_section.hpp"

namespace shardite {

/// ParseFleet at another time than now (ns): a series without an end grows with the clock.
FleetSpec ParseFleetAt(const std::string &toml, const std::string &path, int64_t now);

/// A shard as read, before its id is settled.
struct ShardDraft {
  ShardSpec spec;                // id: as given, or the short derived one
  std::vector<std::string> ids;  // longer derived ids, to try in turn while another shard has the same; empty: given
};

/// One [[shards]] entry: one shard, or all of a series. Throws FleetError with file and line.
void ReadShards(const TomlSection &section, const std::string &base, int64_t now, std::vector<ShardDraft> &drafts);

/// Settles ids, marks shards that share a database (clamp), checks overlaps. Throws FleetError naming both shards.
void FinishShards(std::vector<ShardDraft> drafts, FleetSpec &fleet);

/// A path of a fleet file: relative to `base`, its directory, unless it is absolute.
std::string BesideFleetFile(const std::string &path, const std::string &base);

/// What a url is called: the file's stem, the namespace, the host.
std::string ShortName(const ShardUrl &url);
/// Equal for urls that lead to the same database.
std::string DatabaseOf(const ShardUrl &url);

}  // namespace shardite
