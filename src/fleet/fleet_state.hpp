#pragma once
// What `shardite check` has found out about a fleet's shards, in a file beside the fleet file (fleet.toml.state): the
// columns of tables that are not STRICT whose values all have their type's storage class. A certificate says which rows
// were read; where they may have changed since, it is void (certificate.hpp). docs/fleet-file.md has the format.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shardite {

/// How a SQLite file was found without a write-ahead log. Equal at two moments, the first of which was well after the
/// last change: nobody has written in between.
struct FileState {
  int64_t size = 0;               // bytes
  int64_t inode = 0;              // another file under the same name has another
  int64_t changed = 0;            // ns since 1970: when the system last saw a change, which no program can set back
  int64_t change_counter = 0;     // bytes 24 to 27 of the header: counts transactions, but not those through a log
  int64_t version_valid_for = 0;  // bytes 92 to 95
  bool operator==(const FileState &) const = default;
};

struct TableCertificate {
  std::string table;                            // as the shard spells it
  std::string structure;                        // FingerprintOf the table
  std::optional<int64_t> min_rowid, max_rowid;  // of the rows that were read; absent: no rowid or no rows
  std::vector<std::string> columns;             // as the shard spells them
  bool operator==(const TableCertificate &) const = default;
};

struct ShardCertificate {
  std::string shard;              // its id: for readers
  std::string url;                // CertifiedUrl of the shard
  std::optional<FileState> file;  // absent: a server
  std::vector<TableCertificate> tables;
  bool operator==(const ShardCertificate &) const = default;
};

struct FleetState {
  std::vector<ShardCertificate> shards;
  size_t ColumnCount() const;
};

/// The state as JSON, one line for each table.
std::string FormatFleetState(const FleetState &state);
/// Throws FleetError naming `path` when the text is no such state.
FleetState ParseFleetState(const std::string &json, const std::string &path);

/// The file's state; empty when there is no such file, or none that may be read. Throws as ParseFleetState does.
FleetState ReadFleetState(const std::string &path);
/// Replaces the file at once, or removes it where nothing is certified. Returns why that failed, "" when it did not.
std::string WriteFleetState(const std::string &path, const FleetState &state);

}  // namespace shardite
