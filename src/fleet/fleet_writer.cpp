#include "fleet/fleet_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "fleet/time_text.hpp"

namespace shardite {

namespace {

std::string Quoted(const std::string &text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == 127) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned char>(c));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// A name as a TOML key: bare where that is allowed.
std::string Key(const std::string &name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || c == '_' || c == '-');
  });
  return bare ? name : Quoted(name);
}

// Comments are wrapped at the width of the code; a word is never cut.
void AppendComments(const std::vector<std::string> &comments, std::string &toml) {
  constexpr size_t WIDTH = 100;
  for (std::string line : comments) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
    while (line.size() > WIDTH) {
      const size_t space = line.rfind(' ', WIDTH);
      if (space == std::string::npos || space < WIDTH / 2) break;
      toml += "# " + line.substr(0, space) + "\n";
      line = "  " + line.substr(space + 1);
    }
    toml += "# " + line + "\n";
  }
}

template <class Map>
void AppendCommentsOf(const Map &comments, const std::string &name, std::string &toml) {
  const auto found = comments.find(name);
  if (found != comments.end()) AppendComments(found->second, toml);
}

void AppendLine(const std::string &key, const std::string &value, std::string &toml) {
  toml += key + " = " + value + "\n";
}

std::string LookupText(const LookupSpec &lookup) {
  std::string text = "{ table = " + Quoted(lookup.table) + ", key = " + Quoted(lookup.key) +
                     ", first = " + Quoted(lookup.first) + ", last = " + Quoted(lookup.last);
  if (lookup.unit) text += std::string(", unit = ") + Quoted(TimeUnitName(*lookup.unit));
  return text + " }";
}

void AppendTable(const TableSpec &table, std::string &toml) {
  toml += "[tables." + Key(table.name) + "]\n";
  if (!table.time.empty()) {
    AppendLine("time", Quoted(table.time), toml);
    if (table.unit_given) AppendLine("unit", Quoted(TimeUnitName(table.unit)), toml);
    if (table.type_given) AppendLine("type", Quoted(TimeTypeName(table.type)), toml);
    if (table.lateness != 0) AppendLine("lateness", Quoted(FormatDuration(table.lateness)), toml);
    if (table.lookup) AppendLine("lookup", LookupText(*table.lookup), toml);
  }
  if (table.columns.empty()) return;
  std::string columns;
  for (const auto &[column, type] : table.columns) {
    columns += (columns.empty() ? " " : ", ") + Key(column) + " = " + Quoted(type);
  }
  AppendLine("columns", "{" + columns + " }", toml);
}

// A path as it stands in a file in `base`.
std::string PathText(const std::string &path, const std::string &base) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path near = fs::proximate(fs::absolute(path), fs::absolute(base.empty() ? "." : base), error);
  if (error) return path;
  std::string relative = near.lexically_normal().string();
  // A long way up and down again says less than the place itself.
  if (relative.rfind("../../..", 0) == 0) return fs::absolute(path).lexically_normal().string();
  return relative;
}

std::string UrlText(const ShardUrl &url, const std::string &base) {
  return url.scheme == "sqlite" ? "sqlite:" + PathText(url.path, base) : url.text;
}

std::string SecretText(const SecretSource &secret) {
  return secret.environment.empty() ? "{ file = " + Quoted(secret.file) + " }"
                                    : "{ env = " + Quoted(secret.environment) + " }";
}

void AppendShard(const ShardSpec &shard, const std::string &base, std::string &toml) {
  toml += "[[shards]]\n";
  AppendLine("id", Quoted(shard.id), toml);
  AppendLine("url", Quoted(UrlText(shard.url, base)), toml);
  if (shard.slice.from != Slice::OPEN_FROM) AppendLine("from", FormatTime(shard.slice.from), toml);
  if (shard.slice.until != Slice::OPEN_UNTIL) AppendLine("until", FormatTime(shard.slice.until), toml);
  if (shard.token.IsSet()) AppendLine("token", SecretText(shard.token), toml);
  if (!shard.user.empty()) AppendLine("user", Quoted(shard.user), toml);
  if (shard.password.IsSet()) AppendLine("password", SecretText(shard.password), toml);
  if (shard.replicas.empty()) return;
  std::string replicas;
  for (const ShardUrl &replica : shard.replicas) {
    replicas += (replicas.empty() ? "" : ", ") + Quoted(UrlText(replica, base));
  }
  AppendLine("replicas", "[" + replicas + "]", toml);
}

void AppendServer(const std::string &name, const ServerSettings &settings, const std::string &base, std::string &toml) {
  toml += name.empty() ? "\n[server]\n" : "\n[servers." + Quoted(name) + "]\n";
  if (settings.max_in_flight) AppendLine("max_in_flight", std::to_string(*settings.max_in_flight), toml);
  if (settings.timeout_ms) AppendLine("timeout", Quoted(FormatDuration(*settings.timeout_ms * 1'000'000)), toml);
  if (!settings.ca.empty()) AppendLine("ca", Quoted(PathText(settings.ca, base)), toml);
}

}  // namespace

std::string WriteFleetFile(const FleetSpec &fleet, const std::string &base, const FleetComments &comments) {
  std::string toml;
  AppendComments(comments.top, toml);
  if (!comments.top.empty()) toml += "\n";
  AppendLine("name", Quoted(fleet.name), toml);
  if (fleet.overlap) AppendLine("overlap", "true", toml);
  for (const TableSpec &table : fleet.tables) {
    toml += "\n";
    AppendCommentsOf(comments.tables, table.name, toml);
    AppendTable(table, toml);
  }
  for (const ShardSpec &shard : fleet.shards) {
    toml += "\n";
    AppendCommentsOf(comments.shards, shard.id, toml);
    AppendShard(shard, base, toml);
  }
  for (const auto &[name, settings] : fleet.servers) AppendServer(name, settings, base, toml);
  return toml;
}

}  // namespace shardite
