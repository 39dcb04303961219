#pragma once
// What the tests of src/remote share: clients made from urls, cells as text, SQLite files made on the spot.

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "remote/driver_registry.hpp"
#include "test/support/process.hpp"

namespace shardite::test {

inline ShardSpec ShardAt(const std::string &url, const std::string &id = "shard-1") {
  ShardSpec shard;
  shard.id = id;
  shard.url = ParseShardUrl(url, ".");
  return shard;
}

inline std::shared_ptr<ShardClient> ClientAt(const std::string &url, const FleetSpec &fleet = {}) {
  return DefaultDrivers()->Connect(ShardAt(url), fleet);
}

inline CallOptions Within(std::chrono::milliseconds time) { return {Deadline::After(time), CancelToken()}; }

inline Result<ResultPage> Ask(ShardClient &client, const std::string &sql, StatementKind kind = StatementKind::PAGE,
                              std::chrono::milliseconds time = std::chrono::seconds(20)) {
  return SendAndWait(client, {sql, kind}, Within(time));
}

/// A cell as unambiguous text: NULL, 5, 1.5r (real), 'text', x'00ff'.
inline std::string CellText(const Cell &cell) {
  char buffer[64];
  switch (cell.storage) {
    case StorageClass::NONE: return "NULL";
    case StorageClass::INTEGER: return std::to_string(cell.integer);
    case StorageClass::REAL: std::snprintf(buffer, sizeof buffer, "%.17gr", cell.real); return buffer;
    case StorageClass::TEXT: return "'" + std::string(cell.bytes) + "'";
    case StorageClass::BLOB: break;
  }
  std::string text = "x'";
  for (const char c : cell.bytes) {
    std::snprintf(buffer, sizeof buffer, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += buffer;
  }
  return text + "'";
}

/// Rows separated by " | ", cells by ", "; the error's line when there are none.
inline std::string PageText(const Result<ResultPage> &page) {
  if (!page) return page.Error().ToString();
  std::string text;
  for (size_t row = 0; row < page->row_count; row++) {
    if (row > 0) text += " | ";
    for (size_t column = 0; column < page->columns.size(); column++) {
      text += (column > 0 ? ", " : "") + CellText(page->columns[column].At(row));
    }
  }
  return text;
}

inline void WriteDatabase(const std::string &path, const std::string &sql) {
  sqlite3 *database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
  char *message = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
  sqlite3_free(message);
  sqlite3_close(database);
}

/// A table with one value of every difficult kind.
inline constexpr const char *DIFFICULT_VALUES =
    "CREATE TABLE v (id INTEGER PRIMARY KEY, value); "
    "INSERT INTO v (value) VALUES (9007199254740993), (9223372036854775807), (-9223372036854775807 - 1), (0.1), "
    "(5e-324), (1.7976931348623157e308), (-0.0), (1e22), (2.0), (NULL), (''), ('\xC3\xA9 \xF0\x9F\x98\x80'), "
    "('a' || char(0) || 'b'), ('quote \" back \\ slash'), (x''), (x'00ff'); CREATE INDEX by_value ON v (value);";
inline constexpr const char *DIFFICULT_VALUES_TEXT =
    "9007199254740993 | 9223372036854775807 | -9223372036854775808 | 0.10000000000000001r | 4.9406564584124654e-324r | "
    "1.7976931348623157e+308r | -0r | 1e+22r | 2r | NULL | '' | '\xC3\xA9 \xF0\x9F\x98\x80' | ";

}  // namespace shardite::test
