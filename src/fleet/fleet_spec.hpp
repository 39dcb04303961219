#pragma once
// What a fleet is, as its file (or a glob) says, before any shard has been asked. Plain values, immutable once loaded.
// docs/fleet-file.md is the reference of the format.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/slice.hpp"

namespace shardite {

enum class TimeUnit { NS, US, MS, S, ISO8601 };
enum class TimeType { TIMESTAMP_NS, TIMESTAMP, TIMESTAMPTZ, BIGINT };
const char *TimeUnitName(TimeUnit unit);    // "ns", "us", "ms", "s", "iso8601"
int64_t NanosecondsPerUnit(TimeUnit unit);  // 0 for iso8601
const char *TimeTypeName(TimeType type);    // "timestamp_ns", "timestamp", "timestamptz", "bigint"

/// Where a secret is found; never the secret itself, so that a spec can be printed.
struct SecretSource {
  std::string environment;  // name of a variable, or
  std::string file;         // path of a file whose first line it is
  bool IsSet() const { return !environment.empty() || !file.empty(); }
  /// The secret. Throws FleetError naming the variable or file (never its content) when it is missing or empty.
  std::string Read() const;
};

/// A parsed shard url.
///   sqlite:PATH                                    a file, relative to the fleet file
///   libsql://HOST[:PORT][/dev/NS]                  Hrana over TLS;  libsql+http:// without
///   rqlite://HOST[:PORT]                           rqlite over TLS; rqlite+http:// without
/// A query string carries driver settings (rqlite: level, freshness).
struct ShardUrl {
  std::string text;    // as written, for messages (a url never holds a secret)
  std::string scheme;  // what the driver registry looks up: "sqlite", "libsql", "libsql+http", "rqlite", ...
  std::string path;    // sqlite: the file, absolute or relative to the working directory
  std::string host;
  uint16_t port = 0;  // 0: the scheme's default
  bool tls = false;
  std::string name_space;  // libsql: from /dev/NS; empty: the Host header decides
  std::map<std::string, std::string> settings;
};

struct ShardSpec {
  std::string id;  // given, or made from the url and the slice: unique in the fleet
  ShardUrl url;
  SecretSource token;  // Bearer token (libsql)
  std::string user;    // basic auth (rqlite)
  SecretSource password;
  std::vector<ShardUrl> replicas;
  Slice slice;
  /// Several shards of a series may lie in one database (a series url without placeholders): each is then the rows
  /// inside its slice only, and every statement carries the slice as a condition.
  bool clamp = false;
  int line = 0;  // in the fleet file; 0 for a glob
};

/// The user's promise that another table knows when the rows of a key happened: every row of the table whose column
/// `key` is that of some rows there lies from the least `first` to the greatest `last` of those, both included. Nothing
/// is promised of a key without such a row.
struct LookupSpec {
  std::string table;
  std::string key;               // the column's name, in both tables
  std::string first, last;       // columns of the look-up table
  std::optional<TimeUnit> unit;  // of these two; nullopt: that of the table's time column
  int line = 0;
};

struct TableSpec {
  std::string name;
  std::string time;  // the column that slices follow; "" : none, the table is never pruned
  TimeUnit unit = TimeUnit::NS;
  TimeType type = TimeType::TIMESTAMP_NS;
  bool unit_given = false, type_given = false;  // false: what introspection finds is better than the default
  int64_t lateness = 0;                         // ns: rows may lie this far outside their shard's slice
  std::map<std::string, std::string> columns;   // column -> DuckDB type to show it as, e.g. BucketCounts = "bigint[]"
  std::optional<LookupSpec> lookup;
  int line = 0;
};

struct ServerSettings {
  std::optional<int> max_in_flight;   // per server
  std::optional<int64_t> timeout_ms;  // one request
  std::string ca;                     // a PEM file: who may sign the server's certificate; "": the system's authorities
};

struct FleetSpec {
  std::string name;
  std::string path;               // of the fleet file; for messages
  std::string state_path;         // of the file beside it (fleet_state.hpp); "": there is none, as for a glob
  std::vector<TableSpec> tables;  // empty: every table that the shards have
  std::vector<ShardSpec> shards;
  bool overlap = false;                           // slices may overlap
  std::map<std::string, ServerSettings> servers;  // by "host:port"; "" applies to all
};

/// Reads a fleet file. Throws FleetError "fleet.toml:12: unknown key ..." for everything that is wrong with it.
FleetSpec LoadFleetFile(const std::string &path);
/// The same from text; `path` names it in errors and is what relative paths are relative to.
FleetSpec ParseFleet(const std::string &toml, const std::string &path);
/// A quick look: every SQLite file that matches becomes a shard, its id the shortest distinct end of its path.
/// Throws FleetError when nothing matches or a match is no regular file.
FleetSpec FleetFromGlob(const std::string &pattern);
/// FLEET as commands take it: a path ending in .toml (or any file that is no SQLite database) is a fleet file,
/// otherwise a glob.
FleetSpec OpenFleet(const std::string &fleet);

/// Parses a shard url; throws FleetError (message without file and line). `base` is the directory of the fleet file.
ShardUrl ParseShardUrl(const std::string &text, const std::string &base);

}  // namespace shardite
