#pragma once
// A SQLite file being filled as fast as SQLite can: no journal, no sync, one transaction. It is written under a
// temporary name and renamed by Finish(), so that an interrupted run leaves no half file. One thread only.

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace shardite {

class SqliteWriter {
 public:
  /// Throws FleetError when the file cannot be made.
  explicit SqliteWriter(const std::string &path);
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter &) = delete;
  SqliteWriter &operator=(const SqliteWriter &) = delete;

  void Execute(const std::string &sql);
  /// Commits and gives the file its name, in place of an older one.
  void Finish();

  /// A prepared INSERT: Bind the columns from left to right, then Insert.
  class Inserter {
   public:
    Inserter(SqliteWriter &writer, const std::string &sql);
    ~Inserter();
    Inserter(const Inserter &) = delete;
    Inserter &operator=(const Inserter &) = delete;

    Inserter &Integer(int64_t value);
    Inserter &Real(double value);
    /// The text must live until Insert().
    Inserter &Text(std::string_view value);
    void Insert();

   private:
    SqliteWriter &writer_;
    sqlite3_stmt *statement_ = nullptr;
    int column_ = 0;
  };

 private:
  void Check(int code);

  std::string path_;
  std::string partial_path_;
  sqlite3 *db_ = nullptr;
};

}  // namespace shardite
