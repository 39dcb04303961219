// The second request: the extents of a shard's tables, in rowids and in time.

#include <algorithm>
#include <cstdlib>

#include <simdjson.h>

#include "base/error.hpp"
#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_extent.hpp"

namespace shardite {

namespace {

constexpr size_t TABLES_PER_STATEMENT = 100;  // SQLite allows 500 parts of a UNION ALL

// A value as [class, text] that every JSON layer keeps: integers and doubles as SQL writes them, text as hex.
std::string PackedValue(const std::string &query) {
  return "(SELECT json_array(typeof(v), CASE WHEN typeof(v) IN ('text', 'blob') THEN hex(substr(v, 1, 64))"
         " ELSE quote(v) END) FROM (" +
         query + "))";
}

std::string MeasureOneSql(const ShardTable &table, const std::string &time, MeasureDepth depth) {
  const std::string from = " FROM " + QuoteName(table.name) + " t";
  std::string object = "SELECT json_object('name', " + QuoteText(table.name);
  if (table.has_rowid) {
    object += ", 'min_rowid', (SELECT min(t.rowid)" + from + "), 'max_rowid', (SELECT max(t.rowid)" + from + ")";
  }
  if (depth == MeasureDepth::FULL) object += ", 'rows', (SELECT count(*)" + from + ")";
  if (!time.empty()) {
    const std::string column = "t." + QuoteName(time);
    object += ", 'sample', json(" +
              PackedValue("SELECT " + column + " AS v" + from + (table.has_rowid ? " ORDER BY t.rowid DESC" : "") +
                          " LIMIT 1") +
              ")";
    if (depth == MeasureDepth::FULL)
      object += ", 'null_times', (SELECT count(*)" + from + " WHERE " + column + " IS NULL)";
    const TimeExtentSql extent = MakeTimeExtentSql(table, time, PackedValue);
    const std::string when = depth == MeasureDepth::FULL ? "1" : extent.cheap;
    object += ", 'cheap', " + extent.cheap + ", 'first', json(CASE WHEN " + when + " THEN " + extent.first +
              " END), 'last', json(CASE WHEN " + when + " THEN " + extent.last + " END)";
  }
  return object + ") AS o";
}

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtol(std::string(hex.substr(i, 2)).c_str(), nullptr, 16));
  }
  return bytes;
}

SqliteValue ReadPackedValue(const simdjson::dom::array &packed) {
  const std::string_view storage = packed.at(0);
  const std::string_view text = packed.at(1);
  if (storage == "integer") return static_cast<int64_t>(std::strtoll(std::string(text).c_str(), nullptr, 10));
  if (storage == "real") return std::strtod(std::string(text).c_str(), nullptr);  // Inf is 9.0e+999
  if (storage == "text") return SqliteText{FromHex(text)};
  if (storage == "blob") return SqliteBlob{FromHex(text)};
  return std::monostate{};
}

std::optional<int64_t> OptionalNumber(const simdjson::dom::element &object, const char *key) {
  int64_t number = 0;
  if (object[key].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

// False when the value was not measured.
bool OptionalValue(const simdjson::dom::element &object, const char *key, SqliteValue &value) {
  simdjson::dom::array packed;
  if (object[key].get(packed) != simdjson::SUCCESS) return false;
  value = ReadPackedValue(packed);
  return true;
}

TimeUnit UnitOf(const ShardTable &table, const std::vector<TableSpec> &specs) {
  for (const TableSpec &spec : specs) {
    if (LowerName(spec.name) == LowerName(table.name) && spec.unit_given) return spec.unit;
  }
  const auto named = LowerName(TimeColumnOf(table, specs));
  const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                   [&](const ShardColumn &each) { return LowerName(each.name) == named; });
  const ColumnKind kind = column == table.columns.end() ? ColumnKind::ANY : column->kind;
  return GuessTimeUnit(kind, {table.stored_min_time, table.stored_max_time, table.sample_time});
}

void ReadMeasure(const simdjson::dom::element &object, const std::vector<TableSpec> &specs, ShardTable &table) {
  table.min_rowid = OptionalNumber(object, "min_rowid");
  table.max_rowid = OptionalNumber(object, "max_rowid");
  table.row_count = OptionalNumber(object, "rows");
  table.null_times = OptionalNumber(object, "null_times");
  table.time_is_cheap = OptionalNumber(object, "cheap").value_or(0) != 0;
  OptionalValue(object, "sample", table.sample_time);
  const bool first_known = OptionalValue(object, "first", table.stored_min_time);
  if (!first_known || !OptionalValue(object, "last", table.stored_max_time)) return;
  const TimeUnit unit = UnitOf(table, specs);
  table.min_time = StoredTimeToNanoseconds(table.stored_min_time, unit);
  table.max_time = StoredTimeToNanoseconds(table.stored_max_time, unit);
  const bool no_times = std::holds_alternative<std::monostate>(table.stored_min_time);
  table.time_measured = no_times || (table.min_time && table.max_time);
}

}  // namespace

std::string TimeColumnOf(const ShardTable &table, const std::vector<TableSpec> &specs) {
  std::string wanted;
  if (specs.empty()) wanted = FindTimeColumn(table).value_or("");
  for (const TableSpec &spec : specs) {
    if (LowerName(spec.name) == LowerName(table.name)) wanted = spec.time;
  }
  for (const ShardColumn &column : table.columns) {
    if (!wanted.empty() && LowerName(column.name) == LowerName(wanted)) return column.name;
  }
  return "";
}

std::vector<std::string> MeasureTablesSql(const std::vector<ShardTable> &tables, const std::vector<TableSpec> &specs,
                                          MeasureDepth depth) {
  std::vector<std::string> statements;
  for (size_t begin = 0; begin < tables.size(); begin += TABLES_PER_STATEMENT) {
    std::string parts;
    for (size_t i = begin; i < std::min(begin + TABLES_PER_STATEMENT, tables.size()); ++i) {
      parts += (parts.empty() ? "" : " UNION ALL ") + MeasureOneSql(tables[i], TimeColumnOf(tables[i], specs), depth);
    }
    statements.push_back("SELECT json_group_array(json(o)) FROM (" + parts + ")");
  }
  return statements;
}

void ReadMeasures(const std::string &json, const std::vector<TableSpec> &specs, std::vector<ShardTable> &tables) {
  try {
    simdjson::dom::parser parser;
    for (const auto object : simdjson::dom::array(parser.parse(json))) {
      const std::string_view name = object["name"];
      for (ShardTable &table : tables) {
        if (table.name == name) ReadMeasure(object, specs, table);
      }
    }
  } catch (const simdjson::simdjson_error &) {
    throw FleetError("the answer is no measure of tables");
  }
}

}  // namespace shardite
