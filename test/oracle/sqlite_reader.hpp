#pragma once
// Reads SQLite files row by row with SQLite's own library: what the oracle stands on.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace shardite::test {

struct SqliteCell {
  enum Storage { NONE, INTEGER, REAL, TEXT, BLOB };
  Storage storage = NONE;
  int64_t integer = 0;
  double real = 0;
  std::string bytes;  // TEXT and BLOB; for numbers SQLite's text of them
};

struct SqliteColumn {
  std::string name;
  std::string declared_type;
};

struct SqliteTable {
  std::string name;
  std::vector<SqliteColumn> columns;
};

struct SqliteRow {
  const std::vector<SqliteColumn> *columns = nullptr;
  std::vector<SqliteCell> cells;
  /// The cell of a column, whatever the case of its name; nullptr when this file has none.
  const SqliteCell *Find(const std::string &name) const;
};

/// The tables and views of a file, in the order they were created; SQLite's own are left out.
std::vector<SqliteTable> ReadTables(const std::string &file);
/// All rows of a table, in SQLite's order; none when the file has no such table.
void ReadRows(const std::string &file, const std::string &table, const std::function<void(const SqliteRow &)> &each);

}  // namespace shardite::test
