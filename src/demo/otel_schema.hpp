#pragma once
// The OpenTelemetry tables as a SQLite user of the ClickHouse exporter's layout has them.

#include <string>
#include <vector>

namespace shardite {

struct OtelColumn {
  const char *name;
  const char *type;  // as declared
};

struct OtelTable {
  const char *name;
  std::vector<OtelColumn> columns;
  std::vector<std::vector<const char *>> indexes;
};

enum class OtelTableId { LOGS, TRACES, TRACE_TIMES, GAUGE, SUM, HISTOGRAM };
constexpr OtelTableId OTEL_TABLES[] = {OtelTableId::LOGS,  OtelTableId::TRACES, OtelTableId::TRACE_TIMES,
                                       OtelTableId::GAUGE, OtelTableId::SUM,    OtelTableId::HISTOGRAM};

/// The newest form of the schema, or the one of before otel_logs had EventName.
enum class OtelSchemaAge { OLD, NEW };

const OtelTable &GetOtelTable(OtelTableId id, OtelSchemaAge age = OtelSchemaAge::NEW);

/// `strict`: a STRICT table; BOOLEAN, which STRICT does not know, is then INTEGER.
std::string CreateTableSql(const OtelTable &table, bool strict);
/// "INSERT INTO .. VALUES (?,?,..)" with all columns in order.
std::string InsertSql(const OtelTable &table);
/// All CREATE INDEX statements.
std::string CreateIndexesSql(const OtelTable &table);

}  // namespace shardite
