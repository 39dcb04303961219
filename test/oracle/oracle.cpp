#include "test/oracle/oracle.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include <duckdb/main/appender.hpp>

#include "test/oracle/sqlite_reader.hpp"

namespace shardite::test {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;

std::string Quoted(const std::string &name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

bool SameName(const std::string &a, const std::string &b) { return duckdb::StringUtil::CIEquals(a, b); }

struct OracleColumn {
  std::string name;
  LogicalType type;  // as SQL shows it
  bool from_json = false;
};

struct OracleTable {
  std::string name;
  const TableSpec *spec = nullptr;
  std::vector<OracleColumn> columns;
};

/// SQLite's affinity rules, with BOOL read as BOOLEAN and what has no clear type shown as text.
LogicalType TypeOfDeclared(const std::string &declared) {
  const std::string upper = duckdb::StringUtil::Upper(declared);
  const auto has = [&](const char *part) { return upper.find(part) != std::string::npos; };
  if (has("BOOL")) return LogicalType::BOOLEAN;
  if (has("INT")) {  // INTERVAL and FLOATING POINT hold no integers
    const bool other = has("INTERVAL") || has("POINT") || has("CHAR") || has("TEXT") || has("REAL") || has("BLOB");
    return other ? LogicalType::VARCHAR : LogicalType::BIGINT;
  }
  if (has("CHAR") || has("CLOB") || has("TEXT")) return LogicalType::VARCHAR;
  if (has("BLOB")) return LogicalType::BLOB;
  if (has("REAL") || has("FLOA") || has("DOUB")) return LogicalType::DOUBLE;
  return LogicalType::VARCHAR;
}

LogicalType TypeOfTime(TimeType type) {
  switch (type) {
    case TimeType::TIMESTAMP_NS: return LogicalType::TIMESTAMP_NS;
    case TimeType::TIMESTAMP: return LogicalType::TIMESTAMP;
    case TimeType::TIMESTAMPTZ: return LogicalType::TIMESTAMP_TZ;
    case TimeType::BIGINT: return LogicalType::BIGINT;
  }
  throw std::runtime_error("unknown time type");
}

LogicalType Widened(const OracleColumn &column, const LogicalType &other) {
  if (column.type == other) return other;
  const auto is = [&](LogicalTypeId a, LogicalTypeId b) {
    return (column.type.id() == a && other.id() == b) || (column.type.id() == b && other.id() == a);
  };
  if (is(LogicalTypeId::BIGINT, LogicalTypeId::DOUBLE)) return LogicalType::DOUBLE;
  if (is(LogicalTypeId::BIGINT, LogicalTypeId::BOOLEAN)) return LogicalType::BIGINT;
  throw std::runtime_error("the oracle cannot unite " + column.name + ": " + column.type.ToString() + " and " +
                           other.ToString());
}

OracleColumn ColumnOf(const OracleTable &table, const SqliteColumn &column) {
  OracleColumn result{column.name, TypeOfDeclared(column.declared_type)};
  if (!table.spec) return result;
  if (SameName(column.name, table.spec->time)) result.type = TypeOfTime(table.spec->type);
  for (const auto &[name, type] : table.spec->columns) {
    if (!SameName(name, column.name)) continue;
    result.type =
        duckdb::StringUtil::CIEquals(type, "json") ? LogicalType::JSON() : duckdb::TransformStringToLogicalType(type);
    result.from_json = result.type.IsNested();
  }
  return result;
}

/// An instant as the stored unit has it, in nanoseconds.
int64_t Nanoseconds(const SqliteCell &cell, TimeUnit unit) {
  if (unit == TimeUnit::ISO8601) {
    return Value(cell.bytes).DefaultCastAs(LogicalType::TIMESTAMP_NS).GetValue<duckdb::timestamp_ns_t>().value;
  }
  static const std::map<TimeUnit, int64_t> SCALE = {
      {TimeUnit::NS, 1}, {TimeUnit::US, 1'000}, {TimeUnit::MS, 1'000'000}, {TimeUnit::S, 1'000'000'000}};
  const int64_t scale = SCALE.at(unit);
  if (cell.storage == SqliteCell::REAL) {
    // Through microseconds: a double of seconds since 1970 has no nanoseconds to give.
    return scale < 1000 ? static_cast<int64_t>(cell.real)
                        : std::llround(cell.real * static_cast<double>(scale / 1000)) * 1000;
  }
  return cell.integer * scale;
}

/// As DuckDB casts TIMESTAMP_NS to TIMESTAMP: toward 1970.
int64_t ToMicroseconds(int64_t nanoseconds) { return nanoseconds / 1000; }

Value TimeValue(const SqliteCell &cell, TimeUnit unit, const LogicalType &type) {
  const int64_t nanoseconds = Nanoseconds(cell, unit);
  switch (type.id()) {
    case LogicalTypeId::TIMESTAMP: return Value::TIMESTAMP(duckdb::timestamp_t(ToMicroseconds(nanoseconds)));
    case LogicalTypeId::TIMESTAMP_TZ: return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(ToMicroseconds(nanoseconds)));
    case LogicalTypeId::TIMESTAMP_MS: return Value::TIMESTAMPMS(duckdb::timestamp_ms_t(nanoseconds / 1'000'000));
    case LogicalTypeId::TIMESTAMP_SEC: return Value::TIMESTAMPSEC(duckdb::timestamp_sec_t(nanoseconds / 1'000'000'000));
    default: return Value::TIMESTAMPNS(duckdb::timestamp_ns_t(nanoseconds));
  }
}

Value CellValue(const SqliteCell &cell, const OracleColumn &column, const TableSpec *spec) {
  if (cell.storage == SqliteCell::NONE) return Value();
  if (spec && SameName(spec->time, column.name)) {
    return spec->type == TimeType::BIGINT ? Value::BIGINT(cell.integer) : TimeValue(cell, spec->unit, column.type);
  }
  switch (column.type.id()) {
    case LogicalTypeId::BOOLEAN: return Value::BOOLEAN(cell.integer != 0);
    case LogicalTypeId::BIGINT: return Value::BIGINT(cell.integer);
    case LogicalTypeId::DOUBLE:
      return Value::DOUBLE(cell.storage == SqliteCell::REAL ? cell.real : static_cast<double>(cell.integer));
    case LogicalTypeId::BLOB: return Value::BLOB_RAW(cell.bytes);
    case LogicalTypeId::VARCHAR: return Value(cell.bytes);  // SQLite's own text, whatever the class
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
    case LogicalTypeId::TIMESTAMP_NS:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_SEC: {
      const bool text = cell.storage == SqliteCell::TEXT;
      const auto unit = text ? TimeUnit::ISO8601 : cell.storage == SqliteCell::REAL ? TimeUnit::S : spec->unit;
      return TimeValue(cell, unit, column.type);
    }
    default: break;
  }
  // A type that the fleet file gives: integers and text cast as DuckDB casts them.
  Value stored = cell.storage == SqliteCell::INTEGER ? Value::BIGINT(cell.integer) : Value(cell.bytes);
  if (column.from_json || stored.DefaultTryCastAs(column.type)) return stored;
  return Value(column.type);  // what is none of the type's values must stop our queries, and the oracle is not asked
}

/// The shards' numbers, newest slice first: columns come in the order of the newest shard that has the table, then
/// those that only older shards have (docs/fleet-file.md).
std::vector<size_t> NewestFirst(const FleetSpec &spec) {
  std::vector<size_t> order(spec.shards.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const Slice &left = spec.shards[a].slice, &right = spec.shards[b].slice;
    return std::tuple(left.until, left.from, a) > std::tuple(right.until, right.from, b);
  });
  return order;
}

std::vector<OracleTable> TablesOf(const FleetSpec &spec, const std::vector<std::string> &files) {
  std::vector<OracleTable> tables;
  for (const size_t shard : NewestFirst(spec)) {
    for (const auto &found : ReadTables(files[shard])) {
      auto table =
          std::find_if(tables.begin(), tables.end(), [&](const auto &t) { return SameName(t.name, found.name); });
      if (table == tables.end()) {
        tables.push_back({found.name, nullptr, {}});
        table = tables.end() - 1;
        for (const auto &candidate : spec.tables) {
          if (SameName(candidate.name, found.name)) table->spec = &candidate;
        }
      }
      for (const auto &column : found.columns) {
        const OracleColumn mine = ColumnOf(*table, column);
        auto known = std::find_if(table->columns.begin(), table->columns.end(),
                                  [&](const auto &c) { return SameName(c.name, column.name); });
        if (known == table->columns.end()) {
          table->columns.push_back(mine);
        } else {
          known->type = Widened(*known, mine.type);
        }
      }
    }
  }
  return tables;
}

void Fill(duckdb::Connection &connection, const std::string &database, const OracleTable &table,
          const std::vector<std::string> &files) {
  // JSON text becomes lists and structs by DuckDB's own cast, in a second step.
  std::string definition, selection;
  for (const auto &column : table.columns) {
    const std::string name = Quoted(column.name), type = column.from_json ? "VARCHAR" : column.type.ToString();
    definition += (definition.empty() ? "" : ", ") + name + " " + type;
    selection +=
        (selection.empty() ? "" : ", ") +
        (column.from_json ? "CAST(CAST(" + name + " AS JSON) AS " + column.type.ToString() + ") AS " + name : name);
  }
  const auto run = [&](const std::string &sql) {
    const auto result = connection.Query(sql);
    if (result->HasError()) throw std::runtime_error("oracle: " + result->GetError() + "\n" + sql);
  };
  run("CREATE TABLE " + Quoted(database) + ".main.shardite_staging (" + definition + ")");
  {
    duckdb::Appender appender(connection, database, "main", "shardite_staging");
    for (const auto &file : files) {
      ReadRows(file, table.name, [&](const SqliteRow &row) {
        appender.BeginRow();
        for (const auto &column : table.columns) {
          const SqliteCell *cell = row.Find(column.name);
          appender.Append<Value>(cell ? CellValue(*cell, column, table.spec) : Value());
        }
        appender.EndRow();
      });
    }
    appender.Close();
  }
  run("CREATE TABLE " + Quoted(database) + ".main." + Quoted(table.name) + " AS SELECT " + selection + " FROM " +
      Quoted(database) + ".main.shardite_staging");
  run("DROP TABLE " + Quoted(database) + ".main.shardite_staging");
}

}  // namespace

Oracle::Oracle(const FleetSpec &spec, const std::vector<std::string> &files)
    : database_(nullptr), connection_(std::make_unique<duckdb::Connection>(database_)) {
  const auto run = [&](const std::string &sql) {
    const auto result = connection_->Query(sql);
    if (result->HasError()) throw std::runtime_error("oracle: " + result->GetError() + "\n" + sql);
  };
  run("ATTACH ':memory:' AS " + Quoted(spec.name));
  for (const auto &table : TablesOf(spec, files)) Fill(*connection_, spec.name, table, files);
  run("USE " + Quoted(spec.name));
  // DuckDB 1.4.4 hands the filter that a join finds down through a LIMIT to the scan below, where it changes which rows
  // the LIMIT sees, depending on timing; TopN's own filter likewise. The oracle answers by the query's meaning.
  run("SET disabled_optimizers = 'join_filter_pushdown,top_n'");
}

}  // namespace shardite::test
