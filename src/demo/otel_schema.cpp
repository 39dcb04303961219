#include "demo/otel_schema.hpp"

#include <string_view>

namespace shardite {

namespace {

std::string Quoted(const char *name) { return "\"" + std::string(name) + "\""; }

OtelTable LogsTable(OtelSchemaAge age) {
  OtelTable table{"otel_logs",
                  {{"Timestamp", "INTEGER"},
                   {"TraceId", "TEXT"},
                   {"SpanId", "TEXT"},
                   {"TraceFlags", "INTEGER"},
                   {"SeverityText", "TEXT"},
                   {"SeverityNumber", "INTEGER"},
                   {"ServiceName", "TEXT"},
                   {"Body", "TEXT"},
                   {"ResourceSchemaUrl", "TEXT"},
                   {"ResourceAttributes", "TEXT"},
                   {"ScopeSchemaUrl", "TEXT"},
                   {"ScopeName", "TEXT"},
                   {"ScopeVersion", "TEXT"},
                   {"ScopeAttributes", "TEXT"},
                   {"LogAttributes", "TEXT"}},
                  {{"ServiceName", "Timestamp"}, {"TraceId"}, {"Timestamp"}}};
  if (age == OtelSchemaAge::NEW) table.columns.push_back({"EventName", "TEXT"});
  return table;
}

OtelTable TracesTable() {
  return {"otel_traces",
          {{"Timestamp", "INTEGER"},     {"TraceId", "TEXT"},      {"SpanId", "TEXT"},
           {"ParentSpanId", "TEXT"},     {"TraceState", "TEXT"},   {"SpanName", "TEXT"},
           {"SpanKind", "TEXT"},         {"ServiceName", "TEXT"},  {"ResourceAttributes", "TEXT"},
           {"ScopeName", "TEXT"},        {"ScopeVersion", "TEXT"}, {"SpanAttributes", "TEXT"},
           {"Duration", "INTEGER"},      {"StatusCode", "TEXT"},   {"StatusMessage", "TEXT"},
           {"Events.Timestamp", "TEXT"}, {"Events.Name", "TEXT"},  {"Events.Attributes", "TEXT"},
           {"Links.TraceId", "TEXT"},    {"Links.SpanId", "TEXT"}, {"Links.TraceState", "TEXT"},
           {"Links.Attributes", "TEXT"}},
          {{"ServiceName", "SpanName", "Timestamp"}, {"ServiceName", "Timestamp"}, {"TraceId"}, {"Timestamp"}}};
}

/// What the three metrics tables share, and each one's own columns behind it.
OtelTable MetricsTable(const char *name, std::vector<OtelColumn> own) {
  OtelTable table{name,
                  {{"ResourceAttributes", "TEXT"},
                   {"ResourceSchemaUrl", "TEXT"},
                   {"ScopeName", "TEXT"},
                   {"ScopeVersion", "TEXT"},
                   {"ScopeAttributes", "TEXT"},
                   {"ServiceName", "TEXT"},
                   {"MetricName", "TEXT"},
                   {"MetricDescription", "TEXT"},
                   {"MetricUnit", "TEXT"},
                   {"Attributes", "TEXT"},
                   {"StartTimeUnix", "INTEGER"},
                   {"TimeUnix", "INTEGER"},
                   {"Flags", "INTEGER"}},
                  {{"ServiceName", "MetricName", "TimeUnix"}, {"TimeUnix"}}};
  table.columns.insert(table.columns.end(), own.begin(), own.end());
  return table;
}

OtelTable MakeTable(OtelTableId id, OtelSchemaAge age) {
  switch (id) {
    case OtelTableId::LOGS: return LogsTable(age);
    case OtelTableId::TRACES: return TracesTable();
    case OtelTableId::TRACE_TIMES:
      return {
          "otel_traces_trace_id_ts", {{"TraceId", "TEXT"}, {"Start", "INTEGER"}, {"End", "INTEGER"}}, {{"TraceId"}}};
    case OtelTableId::GAUGE: return MetricsTable("otel_metrics_gauge", {{"Value", "REAL"}});
    case OtelTableId::SUM:
      return MetricsTable("otel_metrics_sum",
                          {{"Value", "REAL"}, {"AggregationTemporality", "INTEGER"}, {"IsMonotonic", "BOOLEAN"}});
    case OtelTableId::HISTOGRAM: break;
  }
  return MetricsTable("otel_metrics_histogram", {{"Count", "INTEGER"},
                                                 {"Sum", "REAL"},
                                                 {"BucketCounts", "TEXT"},
                                                 {"ExplicitBounds", "TEXT"},
                                                 {"Min", "REAL"},
                                                 {"Max", "REAL"},
                                                 {"AggregationTemporality", "INTEGER"}});
}

}  // namespace

const OtelTable &GetOtelTable(OtelTableId id, OtelSchemaAge age) {
  static const std::vector<OtelTable> TABLES = [] {
    std::vector<OtelTable> tables;
    for (const auto made_age : {OtelSchemaAge::OLD, OtelSchemaAge::NEW}) {
      for (const auto made : OTEL_TABLES) tables.push_back(MakeTable(made, made_age));
    }
    return tables;
  }();
  return TABLES[static_cast<size_t>(age) * std::size(OTEL_TABLES) + static_cast<size_t>(id)];
}

std::string CreateTableSql(const OtelTable &table, bool strict) {
  std::string sql = "CREATE TABLE " + Quoted(table.name) + " (";
  for (const auto &column : table.columns) {
    if (&column != &table.columns.front()) sql += ", ";
    const bool unknown_to_strict = strict && std::string_view(column.type) == "BOOLEAN";
    sql += Quoted(column.name) + " " + (unknown_to_strict ? "INTEGER" : column.type);
  }
  return sql + (strict ? ") STRICT;" : ");");
}

std::string InsertSql(const OtelTable &table) {
  std::string sql = "INSERT INTO " + Quoted(table.name) + " VALUES (";
  for (size_t i = 0; i < table.columns.size(); i++) sql += i ? ",?" : "?";
  return sql + ")";
}

std::string CreateIndexesSql(const OtelTable &table) {
  std::string sql;
  for (const auto &index : table.indexes) {
    std::string name = table.name;
    std::string columns;
    for (const char *column : index) {
      name += "_" + std::string(column);
      columns += (columns.empty() ? "" : ", ") + Quoted(column);
    }
    sql += "CREATE INDEX " + Quoted(name.c_str()) + " ON " + Quoted(table.name) + " (" + columns + ");";
  }
  return sql;
}

}  // namespace shardite
