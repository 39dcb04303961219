#include "test/oracle/sqlite_reader.hpp"

#include <sqlite3.h>
#include <strings.h>

#include <memory>
#include <stdexcept>

namespace shardite::test {
namespace {

struct CloseDatabase {
  void operator()(sqlite3 *database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Database Open(const std::string &file) {
  sqlite3 *handle = nullptr;
  const int opened = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
  Database database(handle);
  if (opened != SQLITE_OK) throw std::runtime_error("cannot open " + file);
  return database;
}

Statement Prepare(const Database &database, const std::string &sql) {
  sqlite3_stmt *handle = nullptr;
  if (sqlite3_prepare_v2(database.get(), sql.c_str(), -1, &handle, nullptr) != SQLITE_OK) {
    throw std::runtime_error(std::string(sqlite3_errmsg(database.get())) + ": " + sql);
  }
  return Statement(handle);
}

/// True while there are rows; throws on an error.
bool Step(const Database &database, const Statement &statement) {
  const int code = sqlite3_step(statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw std::runtime_error(sqlite3_errmsg(database.get()));
}

SqliteCell CellAt(const Statement &statement, int column) {
  SqliteCell cell;
  sqlite3_stmt *row = statement.get();
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL: return cell;
    case SQLITE_INTEGER:
      cell.storage = SqliteCell::INTEGER;
      cell.integer = sqlite3_column_int64(row, column);
      break;
    case SQLITE_FLOAT:
      cell.storage = SqliteCell::REAL;
      cell.real = sqlite3_column_double(row, column);
      break;
    case SQLITE_TEXT: cell.storage = SqliteCell::TEXT; break;
    default: cell.storage = SqliteCell::BLOB; break;
  }
  // For a number this converts to text, so it comes last.
  const auto *bytes = cell.storage == SqliteCell::BLOB ? sqlite3_column_blob(row, column)
                                                       : static_cast<const void *>(sqlite3_column_text(row, column));
  if (bytes)
    cell.bytes.assign(static_cast<const char *>(bytes), static_cast<size_t>(sqlite3_column_bytes(row, column)));
  return cell;
}

std::string Quoted(const std::string &name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::vector<SqliteColumn> ColumnsOf(const Database &database, const std::string &table) {
  std::vector<SqliteColumn> columns;
  const auto statement = Prepare(database, "PRAGMA table_info(" + Quoted(table) + ")");
  while (Step(database, statement)) columns.push_back({CellAt(statement, 1).bytes, CellAt(statement, 2).bytes});
  return columns;
}

}  // namespace

const SqliteCell *SqliteRow::Find(const std::string &name) const {
  for (size_t i = 0; i < columns->size(); ++i) {
    if (strcasecmp((*columns)[i].name.c_str(), name.c_str()) == 0) return &cells[i];
  }
  return nullptr;
}

std::vector<SqliteTable> ReadTables(const std::string &file) {
  const auto database = Open(file);
  std::vector<SqliteTable> tables;
  const auto statement = Prepare(database,
                                 "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND "
                                 "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid");
  while (Step(database, statement)) {
    const std::string name = CellAt(statement, 0).bytes;
    tables.push_back({name, ColumnsOf(database, name)});
  }
  return tables;
}

void ReadRows(const std::string &file, const std::string &table, const std::function<void(const SqliteRow &)> &each) {
  const auto database = Open(file);
  const auto columns = ColumnsOf(database, table);
  if (columns.empty()) return;
  std::string list;
  for (const auto &column : columns) list += (list.empty() ? "" : ", ") + ("t." + Quoted(column.name));
  const auto statement = Prepare(database, "SELECT " + list + " FROM " + Quoted(table) + " AS t");
  SqliteRow row;
  row.columns = &columns;
  while (Step(database, statement)) {
    row.cells.clear();
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) row.cells.push_back(CellAt(statement, i));
    each(row);
  }
}

}  // namespace shardite::test
