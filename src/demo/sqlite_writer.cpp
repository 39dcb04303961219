#include "demo/sqlite_writer.hpp"

#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"

namespace shardite {

SqliteWriter::SqliteWriter(const std::string &path) : path_(path), partial_path_(path + ".partial") {
  std::error_code ignored;
  std::filesystem::remove(partial_path_, ignored);
  const int code = sqlite3_open_v2(partial_path_.c_str(), &db_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    Check(code);
    Execute(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-65536; BEGIN");
  } catch (...) {  // the destructor does not run for a constructor that throws
    sqlite3_close(db_);
    throw;
  }
}

SqliteWriter::~SqliteWriter() {
  if (!db_) return;
  sqlite3_close(db_);
  std::error_code ignored;
  std::filesystem::remove(partial_path_, ignored);
}

void SqliteWriter::Check(int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  throw FleetError(path_ + ": " + (db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code)));
}

void SqliteWriter::Execute(const std::string &sql) { Check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr)); }

void SqliteWriter::Finish() {
  Execute("COMMIT");
  Check(sqlite3_close(db_));
  db_ = nullptr;
  std::error_code failed;
  std::filesystem::rename(partial_path_, path_, failed);
  if (failed) throw FleetError(path_ + ": " + failed.message());
}

SqliteWriter::Inserter::Inserter(SqliteWriter &writer, const std::string &sql) : writer_(writer) {
  writer_.Check(sqlite3_prepare_v3(writer_.db_, sql.c_str(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                   &statement_, nullptr));
}

SqliteWriter::Inserter::~Inserter() { sqlite3_finalize(statement_); }

SqliteWriter::Inserter &SqliteWriter::Inserter::Integer(int64_t value) {
  sqlite3_bind_int64(statement_, ++column_, value);
  return *this;
}

SqliteWriter::Inserter &SqliteWriter::Inserter::Real(double value) {
  sqlite3_bind_double(statement_, ++column_, value);
  return *this;
}

SqliteWriter::Inserter &SqliteWriter::Inserter::Text(std::string_view value) {
  // A null pointer would bind NULL; the empty text is a value of its own.
  sqlite3_bind_text(statement_, ++column_, value.empty() ? "" : value.data(), static_cast<int>(value.size()),
                    SQLITE_STATIC);
  return *this;
}

void SqliteWriter::Inserter::Insert() {
  writer_.Check(sqlite3_step(statement_));
  sqlite3_reset(statement_);
  column_ = 0;
}

}  // namespace shardite
