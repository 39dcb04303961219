#include "fleet/fleet_state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/json_text.hpp"

namespace shardite {

namespace {

constexpr int64_t VERSION = 1;
constexpr const char *REMEDY = ": run `shardite check` again, or delete it";

std::string OrNull(const std::optional<int64_t> &number) { return number ? std::to_string(*number) : "null"; }

std::string FormatTable(const TableCertificate &table) {
  std::string columns;
  for (const std::string &column : table.columns) columns += (columns.empty() ? "" : ", ") + JsonString(column);
  return "{\"table\": " + JsonString(table.table) + ", \"structure\": " + JsonString(table.structure) +
         ", \"min_rowid\": " + OrNull(table.min_rowid) + ", \"max_rowid\": " + OrNull(table.max_rowid) +
         ", \"columns\": [" + columns + "]}";
}

std::string FormatFile(const FileState &file) {
  return "{\"size\": " + std::to_string(file.size) + ", \"inode\": " + std::to_string(file.inode) +
         ", \"changed\": " + std::to_string(file.changed) +
         ", \"change_counter\": " + std::to_string(file.change_counter) +
         ", \"version_valid_for\": " + std::to_string(file.version_valid_for) + "}";
}

std::string FormatShard(const ShardCertificate &shard) {
  std::string tables;
  for (const TableCertificate &table : shard.tables)
    tables += (tables.empty() ? "\n   " : ",\n   ") + FormatTable(table);
  return "{\"shard\": " + JsonString(shard.shard) + ", \"url\": " + JsonString(shard.url) +
         (shard.file ? ", \"file\": " + FormatFile(*shard.file) : "") + ", \"tables\": [" + tables + "]}";
}

using Element = simdjson::dom::element;

std::string Text(const Element &object, const char *key) { return std::string(std::string_view(object[key])); }

std::optional<int64_t> Number(const Element &object, const char *key) {
  const Element value = object[key];
  return value.is_null() ? std::nullopt : std::make_optional(int64_t(value));
}

TableCertificate ReadTable(const Element &object) {
  TableCertificate table{
      Text(object, "table"), Text(object, "structure"), Number(object, "min_rowid"), Number(object, "max_rowid"), {}};
  for (const auto column : simdjson::dom::array(object["columns"]))
    table.columns.emplace_back(std::string_view(column));
  return table;
}

FileState ReadFile(const Element &object) {
  return {int64_t(object["size"]), int64_t(object["inode"]), int64_t(object["changed"]),
          int64_t(object["change_counter"]), int64_t(object["version_valid_for"])};
}

ShardCertificate ReadShard(const Element &object) {
  ShardCertificate shard{Text(object, "shard"), Text(object, "url"), std::nullopt, {}};
  Element file;
  if (object["file"].get(file) == simdjson::SUCCESS) shard.file = ReadFile(file);
  for (const auto table : simdjson::dom::array(object["tables"])) shard.tables.push_back(ReadTable(table));
  return shard;
}

// False when not all of it could be written, for the reason in errno.
bool WriteAll(const std::string &path, const std::string &text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) break;
    if (count > 0) written += static_cast<size_t>(count);
  }
  // After a crash the new name must not stand for an empty file.
  const bool done = written == text.size() && ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  errno = why;
  return done;
}

}  // namespace

size_t FleetState::ColumnCount() const {
  size_t count = 0;
  for (const ShardCertificate &shard : shards) {
    for (const TableCertificate &table : shard.tables) count += table.columns.size();
  }
  return count;
}

std::string FormatFleetState(const FleetState &state) {
  std::string shards;
  for (const ShardCertificate &shard : state.shards) shards += (shards.empty() ? "\n  " : ",\n  ") + FormatShard(shard);
  return "{\"shardite_state\": " + std::to_string(VERSION) + ",\n \"certified\": [" + shards + "]}\n";
}

FleetState ParseFleetState(const std::string &json, const std::string &path) {
  int64_t version = 0;
  try {
    simdjson::dom::parser parser;
    const Element root = parser.parse(json);
    version = root["shardite_state"];
    if (version == VERSION) {
      FleetState state;
      for (const auto shard : simdjson::dom::array(root["certified"])) state.shards.push_back(ReadShard(shard));
      return state;
    }
  } catch (const simdjson::simdjson_error &error) {
    throw FleetError(path + ": is no state that shardite has written (" + error.what() + ")" + REMEDY);
  }
  throw FleetError(path + ": is of version " + std::to_string(version) + ", this shardite reads version " +
                   std::to_string(VERSION) + REMEDY);
}

FleetState ReadFleetState(const std::string &path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw FleetError(path + ": is no file" + REMEDY);
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return {};
  const std::string json{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return ParseFleetState(json, path);
}

std::string WriteFleetState(const std::string &path, const FleetState &state) {
  if (state.shards.empty()) {
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? "" : std::strerror(errno);
  }
  const std::string fresh = path + "." + std::to_string(::getpid()) + ".tmp";
  if (WriteAll(fresh, FormatFleetState(state)) && std::rename(fresh.c_str(), path.c_str()) == 0) return "";
  std::string why = std::strerror(errno);
  ::unlink(fresh.c_str());
  return why;
}

}  // namespace shardite
