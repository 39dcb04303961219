#include "translate_bed.hpp"

#include <cstring>
#include <stdexcept>

#include <duckdb/main/appender.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>

#include "engine/translate/scope.hpp"
#include "nasty_values.hpp"

namespace shardite {

using duckdb::LogicalTypeId;

namespace {

const char *OPTIMIZERS_OFF =
    "SET "
    "disabled_optimizers='filter_pullup,filter_pushdown,common_subexpressions,statistics_propagation,unused_columns,"
    "in_clause,column_lifetime,compressed_materialization,join_filter_pushdown,limit_pushdown,top_n,late_"
    "materialization'";

ColumnKind KindOf(const duckdb::LogicalType &type) {
  switch (type.id()) {
    case LogicalTypeId::DOUBLE: return ColumnKind::REAL;
    case LogicalTypeId::VARCHAR: return ColumnKind::TEXT;
    case LogicalTypeId::BLOB: return ColumnKind::BLOB;
    case LogicalTypeId::BOOLEAN: return ColumnKind::BOOLEAN;
    default: return ColumnKind::INTEGER;
  }
}

const char *DeclaredType(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::REAL: return "REAL";
    case ColumnKind::TEXT: return "TEXT";
    case ColumnKind::BLOB: return "BLOB";
    default: return "INTEGER";
  }
}

duckdb::Value ReadCell(sqlite3_stmt *statement, int column, Encoding encoding, const duckdb::LogicalType &type) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return duckdb::Value(type);
    case SQLITE_INTEGER: break;
    case SQLITE_FLOAT:
      if (encoding != Encoding::REAL) throw std::runtime_error("a REAL where none belongs");
      return duckdb::Value::DOUBLE(sqlite3_column_double(statement, column));
    default: {
      const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
      const std::string text(bytes == nullptr ? "" : bytes,
                             static_cast<size_t>(sqlite3_column_bytes(statement, column)));
      if (encoding == Encoding::BLOB) return duckdb::Value::BLOB_RAW(text);
      if (encoding != Encoding::TEXT) throw std::runtime_error("text where none belongs: " + text);
      return duckdb::Value(text).DefaultCastAs(type);
    }
  }
  const int64_t number = sqlite3_column_int64(statement, column);
  if (encoding == Encoding::TEXT || encoding == Encoding::BLOB) throw std::runtime_error("a number where none belongs");
  if (encoding == Encoding::REAL) throw std::runtime_error("an INTEGER where a REAL belongs");
  const bool infinite = number == INT64_MAX || number == -INT64_MAX;
  switch (type.id()) {
    case LogicalTypeId::DATE: return duckdb::Value::DATE(duckdb::date_t(static_cast<int32_t>(number)));
    case LogicalTypeId::TIMESTAMP_NS: {
      const int64_t unit = encoding == Encoding::TICKS_NS ? 1 : encoding == Encoding::TICKS_US ? 1000 : 1000000;
      return duckdb::Value::TIMESTAMPNS(duckdb::timestamp_ns_t(infinite ? number : number * unit));
    }
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ: {
      const int64_t unit = encoding == Encoding::TICKS_US ? 1 : encoding == Encoding::TICKS_MS ? 1000 : 1000000;
      const duckdb::timestamp_t micros(infinite ? number : number * unit);
      if (encoding == Encoding::TICKS_NS) throw std::runtime_error("nanoseconds for a TIMESTAMP");
      if (type.id() == LogicalTypeId::TIMESTAMP) return duckdb::Value::TIMESTAMP(micros);
      return duckdb::Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(micros));
    }
    default: return duckdb::Value::BIGINT(number).DefaultCastAs(type);
  }
}

bool Same(const duckdb::Value &a, const duckdb::Value &b) {
  if (a.IsNull() || b.IsNull()) return a.IsNull() == b.IsNull();
  if (a.type().id() == LogicalTypeId::DOUBLE) {
    const double x = duckdb::DoubleValue::Get(a), y = duckdb::DoubleValue::Get(b);
    return x == y || std::memcmp(&x, &y, sizeof x) == 0;  // a negative zero has no form in SQLite
  }
  return duckdb::Value::NotDistinctFrom(a, b);
}

}  // namespace

struct TranslateBed::Bound {
  duckdb::unique_ptr<duckdb::LogicalOperator> plan;
  const duckdb::Expression *expr = nullptr;
  duckdb::LogicalGet *get = nullptr;
};

TranslateBed::TranslateBed(TimeSetup setup) : duckdb_(nullptr), connection_(duckdb_) {
  const auto columns = NastyColumns(setup.unit, setup.type);
  table_.spec.name = "t";
  table_.spec.time = "ts";
  table_.spec.unit = setup.unit;
  table_.spec.type = setup.type;
  table_.time_column = 0;
  std::string in_duckdb = "CREATE TABLE t(id BIGINT", in_sqlite = "CREATE TABLE t(id INTEGER PRIMARY KEY";
  SchemaVariant variant;
  for (const auto &column : columns) {
    const auto kind =
        variant.sources.size() < 2 && setup.stored != ColumnKind::INTEGER ? setup.stored : KindOf(column.type);
    in_duckdb += ", " + QuoteName(column.name) + " " + column.type.ToString();
    in_sqlite += ", " + QuoteName(column.name) + " " + DeclaredType(kind);
    table_.columns.push_back({column.name, kind, column.type.ToString()});
    variant.sources.push_back({true, column.name, kind});
    row_count_ = std::max(row_count_, column.values.size());
  }
  row_count_ *= 2;
  table_.variants.push_back(variant);
  connection_.Query("SET TimeZone='UTC'");
  connection_.Query(in_duckdb + ")");
  sqlite3_open(":memory:", &sqlite_);
  sqlite3_exec(sqlite_, (in_sqlite + ")").c_str(), nullptr, nullptr, nullptr);
  duckdb::Appender appender(connection_, "t");
  for (size_t row = 0; row < row_count_; row++) {
    appender.BeginRow();
    appender.Append(duckdb::Value::BIGINT(static_cast<int64_t>(row)));
    std::string insert = "INSERT INTO t VALUES (" + std::to_string(row);
    for (size_t i = 0; i < columns.size(); i++) {
      // Each column walks its values at another pace, so that rows pair them differently.
      const auto &values = columns[i].values;
      auto value = values[(row + i * (row / values.size())) % values.size()];
      const bool as_ticks = i >= 2 || setup.stored == ColumnKind::INTEGER;
      insert += ", " + (as_ticks ? StoredLiteral(value, setup.unit) : StoredLiteral(value, setup.stored));
      appender.Append(value);
    }
    appender.EndRow();
    if (sqlite3_exec(sqlite_, (insert + ")").c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(std::string(sqlite3_errmsg(sqlite_)) + ": " + insert);
    }
  }
  appender.Close();
  connection_.Query(OPTIMIZERS_OFF);
}

TranslateBed::~TranslateBed() { sqlite3_close(sqlite_); }

std::unique_ptr<TranslateBed::Bound> TranslateBed::Bind(const std::string &expression) {
  auto bound = std::make_unique<Bound>();
  bound->plan = connection_.ExtractPlan("SELECT " + expression + " FROM t");
  auto *op = bound->plan.get();
  if (op->type != duckdb::LogicalOperatorType::LOGICAL_PROJECTION)
    throw std::runtime_error("no projection: " + expression.substr(0, 80));
  bound->expr = op->expressions[0].get();
  op = op->children[0].get();
  if (op->type != duckdb::LogicalOperatorType::LOGICAL_GET)
    throw std::runtime_error("no scan: " + expression.substr(0, 80));
  bound->get = &op->Cast<duckdb::LogicalGet>();
  return bound;
}

Translator TranslateBed::MakeTranslator(const Bound &bound) const {
  const auto resolve = [get = bound.get](const duckdb::Expression &expr) -> std::optional<size_t> {
    if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_REF) return std::nullopt;
    const auto &column = get->GetColumnIds()[expr.Cast<duckdb::BoundReferenceExpression>().index];
    if (column.IsVirtualColumn() || column.GetPrimaryIndex() == 0) return std::nullopt;
    return column.GetPrimaryIndex() - 1;
  };
  return Translator(table_, resolve, zone);
}

std::vector<duckdb::Value> TranslateBed::InDuckdb(const std::string &expression, std::vector<bool> &raised) {
  std::vector<duckdb::Value> values(row_count_);
  raised.assign(row_count_, false);
  auto all = connection_.Query("SELECT " + expression + " FROM t ORDER BY id");
  for (size_t row = 0; row < row_count_; row++) {
    if (!all->HasError()) {
      values[row] = all->GetValue(0, row);
      continue;
    }
    auto one =
        connection_.Query("SELECT " + expression + " FROM (SELECT * FROM t WHERE id = " + std::to_string(row) + ")");
    raised[row] = one->HasError();
    if (!one->HasError()) values[row] = one->GetValue(0, 0);
  }
  return values;
}

std::string TranslateBed::Sql(const RemoteExpr &expr) const {
  return expr.ToSql([this](size_t column) { return "t." + QuoteName(table_.columns[column].name); }, capabilities);
}

std::vector<std::vector<duckdb::Value>> TranslateBed::InSqlite(
    const std::vector<RemoteExpr> &items, const std::vector<std::pair<Encoding, duckdb::LogicalType>> &shapes,
    std::string &error) {
  std::string sql = "SELECT ";
  for (size_t i = 0; i < items.size(); i++) sql += (i > 0 ? ", " : "") + Sql(items[i]);
  sql += " FROM \"t\" AS t ORDER BY t.id";
  std::vector<std::vector<duckdb::Value>> rows;
  sqlite3_stmt *statement = nullptr;
  if (sqlite3_prepare_v2(sqlite_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    error = std::string(sqlite3_errmsg(sqlite_)) + ": " + sql;
    return rows;
  }
  int status = SQLITE_OK;
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    std::vector<duckdb::Value> row;
    for (size_t i = 0; i < items.size(); i++) {
      try {
        row.push_back(ReadCell(statement, static_cast<int>(i), shapes[i].first, shapes[i].second));
      } catch (const std::exception &failure) {
        row.push_back(duckdb::Value(std::string("unreadable: ") + failure.what()));
      }
    }
    rows.push_back(std::move(row));
  }
  if (status != SQLITE_DONE) error = std::string(sqlite3_errmsg(sqlite_)) + ": " + sql;
  sqlite3_finalize(statement);
  if (rows.size() != row_count_ && error.empty()) error = "rows are missing";
  return rows;
}

namespace {

bool Violated(const std::vector<duckdb::Value> &row) {
  for (size_t i = 1; i < row.size(); i++) {
    if (!row[i].IsNull() && row[i].type().id() == LogicalTypeId::BIGINT && row[i].GetValue<int64_t>() != 0) return true;
  }
  return false;
}

}  // namespace

TranslateBed::Verdict TranslateBed::Value(const std::string &expression) {
  Verdict verdict;
  const auto bound = Bind(expression);
  auto translator = MakeTranslator(*bound);
  const auto translation = translator.Value(*bound->expr);
  verdict.reason = translator.Reason();
  if (!translation) return verdict;
  verdict.translated = verdict.exact = true;
  verdict.witnessed = !translation->witnesses.empty();
  verdict.sql = Sql(translation->expr);
  std::vector<RemoteExpr> items = {translation->expr};
  std::vector<std::pair<Encoding, duckdb::LogicalType>> shapes = {{translation->encoding, translation->type}};
  for (const auto &witness : translation->witnesses) {
    items.push_back(witness.violated);
    shapes.emplace_back(Encoding::INTEGER, duckdb::LogicalType::BIGINT);
  }
  std::vector<bool> raised;
  const auto expected = InDuckdb(expression, raised);
  const auto rows = InSqlite(items, shapes, verdict.mismatch);
  if (!verdict.mismatch.empty()) return verdict;
  for (size_t row = 0; row < row_count_; row++) {
    if (Violated(rows[row])) continue;
    verdict.compared++;
    const auto &value = rows[row][0];
    if (!raised[row] && Same(value, expected[row]) && (value.IsNull() || value.type() == expected[row].type()))
      continue;
    verdict.mismatch = "row " + std::to_string(row) + ": " + (raised[row] ? "an error" : expected[row].ToSQLString()) +
                       " in DuckDB, " + value.ToSQLString() + " in SQLite: " + verdict.sql;
    break;
  }
  return verdict;
}

TranslateBed::Verdict TranslateBed::Filter(const std::string &condition) {
  Verdict verdict;
  const auto bound = Bind(condition);
  auto translator = MakeTranslator(*bound);
  const auto filter = translator.Filter(*bound->expr);
  verdict.reason = translator.Reason();
  if (!filter) return verdict;
  verdict.translated = true;
  verdict.exact = filter->exact;
  verdict.witnessed = !filter->witnesses.empty();
  verdict.sql = Sql(filter->expr);
  const auto truth = RemoteExpr::Case({filter->expr, RemoteExpr::Integer(1), RemoteExpr::Integer(0)});
  std::vector<RemoteExpr> items = {truth};
  std::vector<std::pair<Encoding, duckdb::LogicalType>> shapes = {{Encoding::INTEGER, duckdb::LogicalType::BIGINT}};
  for (const auto &witness : filter->witnesses) {
    items.push_back(witness.violated);
    shapes.emplace_back(Encoding::INTEGER, duckdb::LogicalType::BIGINT);
  }
  std::vector<bool> raised;
  const auto expected = InDuckdb(condition, raised);
  const auto rows = InSqlite(items, shapes, verdict.mismatch);
  if (!verdict.mismatch.empty()) return verdict;
  for (size_t row = 0; row < row_count_; row++) {
    const bool passes = rows[row][0].GetValue<int64_t>() != 0;
    const bool holds = !raised[row] && !expected[row].IsNull() && duckdb::BooleanValue::Get(expected[row]);
    const bool proved = filter->exact || (verdict.witnessed && !Violated(rows[row]));
    if (proved && !raised[row]) verdict.compared++;
    if (raised[row]) continue;  // which conjunct is looked at first is nobody's promise
    if ((holds && !passes) || (passes && !holds && proved)) {
      verdict.mismatch = "row " + std::to_string(row) + ": " +
                         (raised[row] ? "an error" : expected[row].ToSQLString()) + " in DuckDB, " +
                         (passes ? "passes" : "does not pass") + " in SQLite: " + verdict.sql;
      break;
    }
  }
  return verdict;
}

TranslateBed::Verdict TranslateBed::Times(const std::string &condition, TimeSet &times) {
  Verdict verdict;
  const auto bound = Bind(condition);
  auto translator = MakeTranslator(*bound);
  times = translator.Times(*bound->expr);
  verdict.translated = true;
  std::vector<bool> raised;
  const auto expected = InDuckdb(condition, raised);
  std::string error;
  const auto rows = InSqlite({RemoteExpr::Column(0)}, {{Encoding::INTEGER, duckdb::LogicalType::BIGINT}}, error);
  const int64_t unit = *NanosecondsPerTick(EncodingOf(table_, 0));
  for (size_t row = 0; row < row_count_; row++) {
    if (raised[row] || expected[row].IsNull() || !duckdb::BooleanValue::Get(expected[row])) continue;
    const auto &ticks = rows[row][0];
    int64_t instant = 0;
    if (ticks.IsNull()) {
      if (!times.IsAll()) verdict.mismatch = "row " + std::to_string(row) + ": a NULL time qualifies";
      continue;
    }
    if (__builtin_mul_overflow(ticks.GetValue<int64_t>(), unit, &instant)) {
      instant = ticks.GetValue<int64_t>() > 0 ? INT64_MAX - 1 : INT64_MIN;
    }
    const Slice at{instant, instant == INT64_MAX ? Slice::OPEN_UNTIL : instant + 1};
    verdict.compared++;
    if (!times.Meets(at)) {
      verdict.mismatch = "row " + std::to_string(row) + " at " + FormatTime(instant) + " is not in " + times.ToString();
    }
  }
  return verdict;
}

}  // namespace shardite
