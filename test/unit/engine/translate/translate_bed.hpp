#pragma once
// The judge of translations: one table of nasty values, in DuckDB and in SQLite. An expression is bound by DuckDB,
// translated, evaluated by both on every row, and compared: value, type, NULL, and, for filters, truth.

#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>
#include <duckdb.hpp>

#include "engine/translate/translate.hpp"

namespace shardite {

/// The column types and values of the table; columns are the same for every unit but for the times' encoding.
struct TimeSetup {
  TimeUnit unit = TimeUnit::NS;
  TimeType type = TimeType::TIMESTAMP_NS;
  ColumnKind stored = ColumnKind::INTEGER;  // or REAL seconds or ISO 8601 TEXT (TIMESTAMP in microseconds then)
};

class TranslateBed {
 public:
  explicit TranslateBed(TimeSetup setup = {});
  ~TranslateBed();

  /// What became of one expression over all rows.
  struct Verdict {
    bool translated = false;
    bool exact = false;      // filters: FilterTranslation::exact
    bool witnessed = false;  // carries witnesses
    size_t compared = 0;     // rows that no witness excluded
    std::string sql;         // of the translation
    std::string reason;      // why not
    std::string mismatch;    // the first difference; "" when there is none
  };
  Verdict Value(const std::string &expression);
  Verdict Filter(const std::string &condition);
  /// Checks that every row that satisfies the condition lies in the time set; `times` receives it.
  Verdict Times(const std::string &condition, TimeSet &times);

  LogicalTable &Table() { return table_; }
  Capabilities capabilities;  // none: the forms that every SQLite has
  SessionZone zone = SessionZone::UNKNOWN;

 private:
  struct Bound;  // an expression with the plan that owns it
  std::unique_ptr<Bound> Bind(const std::string &expression);
  std::vector<duckdb::Value> InDuckdb(const std::string &expression, std::vector<bool> &raised);
  /// One row per row of the table, the items as SQLite gives them, read as `shapes` say.
  std::vector<std::vector<duckdb::Value>> InSqlite(const std::vector<RemoteExpr> &items,
                                                   const std::vector<std::pair<Encoding, duckdb::LogicalType>> &shapes,
                                                   std::string &error);
  std::string Sql(const RemoteExpr &expr) const;
  Translator MakeTranslator(const Bound &bound) const;

  duckdb::DuckDB duckdb_;
  duckdb::Connection connection_;
  sqlite3 *sqlite_ = nullptr;
  LogicalTable table_;
  size_t row_count_ = 0;
};

}  // namespace shardite
