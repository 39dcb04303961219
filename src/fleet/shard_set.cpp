// What must hold for all shards of a fleet together: unique ids, no database counted twice, no undeclared overlap.

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

[[noreturn]] void FailAt(const FleetSpec &fleet, const ShardSpec &shard, const std::string &message) {
  throw FleetError(fleet.path + ":" + std::to_string(shard.line) + ": " + message);
}

std::string Named(const ShardSpec &shard) {
  return "\"" + shard.id + "\" (line " + std::to_string(shard.line) + ", " + FormatSlice(shard.slice) + ")";
}

// Derived ids that clash step aside for given ones and become longer together: "a" and "a" become "x/a" and "y/a".
void SettleIds(std::vector<ShardDraft> &drafts) {
  for (size_t attempt = 0; attempt < 2; ++attempt) {
    std::map<std::string, int> uses;
    for (const ShardDraft &draft : drafts) ++uses[draft.spec.id];
    for (ShardDraft &draft : drafts) {
      if (uses[draft.spec.id] > 1 && attempt < draft.ids.size()) draft.spec.id = draft.ids[attempt];
    }
  }
}

void CheckIds(const FleetSpec &fleet) {
  std::map<std::string, const ShardSpec *> seen;
  for (const ShardSpec &shard : fleet.shards) {
    const auto [other, fresh] = seen.emplace(shard.id, &shard);
    if (!fresh) {
      FailAt(fleet, shard,
             "duplicate id \"" + shard.id + "\", also of the shard at line " + std::to_string(other->second->line) +
                 ": give each its own \"id\"");
    }
  }
}

// Calls `found` for two shards that overlap, among those in `numbers`.
template <class Found>
void FindOverlap(const std::vector<ShardSpec> &shards, std::vector<size_t> numbers, Found found) {
  std::sort(numbers.begin(), numbers.end(), [&](size_t a, size_t b) {
    return shards[a].slice.from != shards[b].slice.from ? shards[a].slice.from < shards[b].slice.from : a < b;
  });
  for (size_t i = 1, longest = 0; i < numbers.size(); ++i) {
    if (shards[numbers[longest]].slice.Overlaps(shards[numbers[i]].slice)) {
      const auto [first, second] = std::minmax(numbers[longest], numbers[i]);
      found(shards[first], shards[second]);
    }
    if (shards[numbers[i]].slice.until > shards[numbers[longest]].slice.until) longest = i;
  }
}

// Shards that share a database are each only the rows inside their slice; overlapping ones would count rows twice.
void ClampSharedDatabases(FleetSpec &fleet) {
  std::map<std::string, std::vector<size_t>> by_database;
  for (size_t i = 0; i < fleet.shards.size(); ++i) by_database[DatabaseOf(fleet.shards[i].url)].push_back(i);
  for (const auto &[database, numbers] : by_database) {
    if (numbers.size() < 2) continue;
    for (const size_t number : numbers) fleet.shards[number].clamp = true;
    FindOverlap(fleet.shards, numbers, [&](const ShardSpec &a, const ShardSpec &b) {
      FailAt(fleet, b,
             "shards " + Named(a) + " and " + Named(b) +
                 " lie in the same database and overlap: their rows would count twice");
    });
  }
}

void CheckOverlaps(const FleetSpec &fleet) {
  if (fleet.overlap) return;
  std::vector<size_t> numbers(fleet.shards.size());
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  FindOverlap(fleet.shards, numbers, [&](const ShardSpec &a, const ShardSpec &b) {
    FailAt(fleet, b,
           "shards " + Named(a) + " and " + Named(b) +
               " overlap: correct \"from\" and \"until\", or declare overlap = true at the top");
  });
}

}  // namespace

std::string ShortName(const ShardUrl &url) {
  if (url.scheme == "sqlite") return std::filesystem::path(url.path).stem().string();
  if (!url.name_space.empty()) return url.name_space;
  return url.port == 0 ? url.host : url.host + ":" + std::to_string(url.port);
}

std::string DatabaseOf(const ShardUrl &url) {
  if (url.scheme == "sqlite") return url.path;
  return url.host + (url.port == 0 ? "" : ":" + std::to_string(url.port)) +
         (url.name_space.empty() ? "" : "/" + url.name_space) + url.path;
}

void FinishShards(std::vector<ShardDraft> drafts, FleetSpec &fleet) {
  SettleIds(drafts);
  fleet.shards.reserve(drafts.size());
  for (ShardDraft &draft : drafts) fleet.shards.push_back(std::move(draft.spec));
  CheckIds(fleet);
  ClampSharedDatabases(fleet);
  CheckOverlaps(fleet);
}

}  // namespace shardite
