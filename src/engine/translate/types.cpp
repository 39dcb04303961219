#include <duckdb/parser/parser.hpp>

#include "engine/translate/constants.hpp"
#include "engine/translate/translate.hpp"

namespace shardite {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

Encoding TicksOf(TimeUnit unit, LogicalTypeId type) {
  switch (unit) {
    case TimeUnit::NS: return Encoding::TICKS_NS;
    case TimeUnit::US: return Encoding::TICKS_US;
    case TimeUnit::MS: return Encoding::TICKS_MS;
    case TimeUnit::S: return Encoding::TICKS_S;
    case TimeUnit::ISO8601: break;  // an INTEGER column beside a text one: the type's own unit
  }
  switch (type) {
    case LogicalTypeId::TIMESTAMP_NS: return Encoding::TICKS_NS;
    case LogicalTypeId::TIMESTAMP_MS: return Encoding::TICKS_MS;
    case LogicalTypeId::TIMESTAMP_SEC: return Encoding::TICKS_S;
    default: return Encoding::TICKS_US;
  }
}

bool IsTimestamp(LogicalTypeId type) {
  switch (type) {
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
    case LogicalTypeId::TIMESTAMP_NS:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_SEC: return true;
    default: return false;
  }
}

LogicalType ParseType(const std::string &text) {
  const auto id = duckdb::TransformStringToLogicalTypeId(text);
  switch (id) {
    case LogicalTypeId::USER:
    case LogicalTypeId::DECIMAL:
    case LogicalTypeId::ENUM:
    case LogicalTypeId::LIST:
    case LogicalTypeId::STRUCT:
    case LogicalTypeId::MAP:
    case LogicalTypeId::UNION:
    case LogicalTypeId::ARRAY: break;
    default: return LogicalType(id);
  }
  auto type = duckdb::Parser::ParseColumnList("shown " + text).GetColumn(duckdb::LogicalIndex(0)).Type();
  if (type.id() == LogicalTypeId::USER && duckdb::StringUtil::CIEquals(text, "json")) return LogicalType::JSON();
  return type;
}

}  // namespace

LogicalType SqlTypeOf(const LogicalTable &table, size_t column) {
  if (table.time_column == column) {
    switch (table.spec.type) {
      case TimeType::TIMESTAMP_NS: return LogicalType::TIMESTAMP_NS;
      case TimeType::TIMESTAMP: return LogicalType::TIMESTAMP;
      case TimeType::TIMESTAMPTZ: return LogicalType::TIMESTAMP_TZ;
      case TimeType::BIGINT: return LogicalType::BIGINT;
    }
  }
  const auto &shown = table.columns[column];
  if (!shown.sql_type.empty()) return ParseType(shown.sql_type);
  switch (shown.kind) {
    case ColumnKind::INTEGER: return LogicalType::BIGINT;
    case ColumnKind::REAL: return LogicalType::DOUBLE;
    case ColumnKind::BLOB: return LogicalType::BLOB;
    case ColumnKind::BOOLEAN: return LogicalType::BOOLEAN;
    case ColumnKind::TEXT:
    case ColumnKind::ANY: break;
  }
  return LogicalType::VARCHAR;
}

Encoding EncodingOf(const LogicalTable &table, size_t column) {
  const auto kind = table.columns[column].kind;
  const auto type = SqlTypeOf(table, column).id();
  if (IsTimestamp(type)) {
    if (kind == ColumnKind::INTEGER) return TicksOf(table.spec.unit, type);
    if (kind == ColumnKind::REAL) return Encoding::REAL_SECONDS;
    if (kind == ColumnKind::TEXT) return Encoding::ISO8601;
    return Encoding::CAST_TEXT;
  }
  switch (kind) {
    case ColumnKind::INTEGER:
      if (LimitsOf(type)) return Encoding::INTEGER;
      if (type == LogicalTypeId::DATE) return Encoding::DAYS;
      break;
    case ColumnKind::BOOLEAN:
      if (type == LogicalTypeId::BOOLEAN) return Encoding::BOOLEAN;
      if (LimitsOf(type)) return Encoding::INTEGER;
      break;
    case ColumnKind::REAL:
      if (type == LogicalTypeId::DOUBLE) return Encoding::REAL;
      break;
    case ColumnKind::TEXT:
      if (type == LogicalTypeId::VARCHAR) return Encoding::TEXT;
      break;
    case ColumnKind::BLOB:
      if (type == LogicalTypeId::BLOB) return Encoding::BLOB;
      break;
    case ColumnKind::ANY: break;
  }
  return type == LogicalTypeId::VARCHAR ? Encoding::ANY_TEXT : Encoding::CAST_TEXT;
}

Packing PackingOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::REAL:
    case Encoding::REAL_SECONDS:
    case Encoding::BLOB:
    case Encoding::ANY_TEXT:
    case Encoding::CAST_TEXT: return Packing::QUOTED;
    default: return Packing::JSON;
  }
}

}  // namespace shardite
