// A fleet without a file: SQLite files that match a pattern, or one shard's url.

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/fleet_spec.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

constexpr const char *GLOB_NAME = "fleet";

bool EndsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// What SQLite keeps beside a database.
bool IsCompanion(const std::string &path) {
  return EndsWith(path, "-wal") || EndsWith(path, "-shm") || EndsWith(path, "-journal");
}

std::vector<std::string> MatchingPaths(const std::string &pattern) {
  // A file may be called "a[1].db", and a shell hands over names that it has expanded.
  std::error_code error;
  if (std::filesystem::is_regular_file(pattern, error)) return {pattern};
  glob_t matches{};
  const int code = ::glob(pattern.c_str(), GLOB_BRACE, nullptr, &matches);
  const std::unique_ptr<glob_t, void (*)(glob_t *)> release(&matches, [](glob_t *all) { ::globfree(all); });
  std::vector<std::string> paths;
  if (code != 0 && code != GLOB_NOMATCH) throw FleetError("\"" + pattern + "\" cannot be searched");
  if (code == 0) paths.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  std::erase_if(paths, IsCompanion);
  return paths;
}

// The last `parts` components of a path.
std::string PathEnd(const std::filesystem::path &path, size_t parts) {
  std::filesystem::path end;
  auto at = path.end();
  for (; parts > 0 && at != path.begin(); --parts) --at;
  for (; at != path.end(); ++at) end /= *at;
  return end.string();
}

// The shortest ends of the paths, without extension, that tell all of them apart; whole paths when nothing less does.
std::vector<std::string> DistinctEnds(const std::vector<std::string> &paths) {
  std::vector<std::string> ends(paths.size());
  const size_t deepest = 64;
  for (size_t parts = 1; parts <= deepest; ++parts) {
    std::map<std::string, int> uses;
    for (size_t i = 0; i < paths.size(); ++i) {
      ends[i] = PathEnd(std::filesystem::path(paths[i]).replace_extension(), parts);
      ++uses[ends[i]];
    }
    if (uses.size() == paths.size()) return ends;
  }
  return paths;
}

bool LooksLikeText(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  char head[512];
  stream.read(head, sizeof head);
  const auto length = static_cast<size_t>(stream.gcount());
  return length > 0 && std::string_view(head, length).rfind("SQLite format 3", 0) != 0 &&
         std::none_of(head, head + length, [](char c) { return c == 0; });
}

bool IsFleetFile(const std::string &path) {
  if (EndsWith(LowerName(path), ".toml")) return true;
  // A damaged or encrypted database should be called that, not a bad fleet file.
  for (const char *extension : {".db", ".sqlite", ".sqlite3", ".db3"}) {
    if (EndsWith(LowerName(path), extension)) return false;
  }
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && LooksLikeText(path);
}

FleetSpec FleetFromUrl(const std::string &url) {
  FleetSpec fleet;
  fleet.name = GLOB_NAME;
  fleet.path = url;
  ShardSpec shard;
  shard.url = ParseShardUrl(url, "");
  shard.id = ShortName(shard.url);
  fleet.shards.push_back(std::move(shard));
  return fleet;
}

}  // namespace

FleetSpec FleetFromGlob(const std::string &pattern) {
  std::vector<std::string> paths;
  std::map<std::string, std::string> seen;  // a file reached by two names would count twice
  for (const std::string &path : MatchingPaths(pattern)) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      throw FleetError(
          "\"" + path + "\" is not a regular file" +
          (std::filesystem::is_directory(path, error) ? " but a directory: try \"" + path + "/*.db\"" : ""));
    }
    if (seen.emplace(std::filesystem::canonical(path, error).string(), path).second) paths.push_back(path);
  }
  if (paths.empty()) {
    const bool is_pattern = pattern.find_first_of("*?[{") != std::string::npos;
    throw FleetError(is_pattern ? "no file matches \"" + pattern + "\"" : "\"" + pattern + "\": no such file");
  }
  FleetSpec fleet;
  fleet.name = GLOB_NAME;
  fleet.path = pattern;
  fleet.overlap = true;  // nothing is known of their slices
  const auto ids = DistinctEnds(paths);
  for (size_t i = 0; i < paths.size(); ++i) {
    ShardSpec shard;
    shard.id = ids[i];
    shard.url = ParseShardUrl("sqlite:" + paths[i], "");
    fleet.shards.push_back(std::move(shard));
  }
  return fleet;
}

FleetSpec OpenFleet(const std::string &fleet) {
  if (fleet.empty()) throw FleetError("the fleet's name is empty: give a fleet file or a pattern of SQLite files");
  if (fleet.rfind("sqlite:", 0) == 0 || fleet.find("://") != std::string::npos) return FleetFromUrl(fleet);
  return IsFleetFile(fleet) ? LoadFleetFile(fleet) : FleetFromGlob(fleet);
}

}  // namespace shardite
