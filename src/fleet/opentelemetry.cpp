#include "fleet/opentelemetry.hpp"

#include <algorithm>

#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

struct ListColumn {
  const char *table, *column, *sql_type;
};
constexpr ListColumn LIST_COLUMNS[] = {
    {"otel_metrics_histogram", "bucketcounts", "BIGINT[]"},
    {"otel_metrics_histogram", "explicitbounds", "DOUBLE[]"},
    {"otel_metrics_exponential_histogram", "positivebucketcounts", "BIGINT[]"},
    {"otel_metrics_exponential_histogram", "negativebucketcounts", "BIGINT[]"},
    {"otel_metrics_exponentialhistogram", "positivebucketcounts", "BIGINT[]"},
    {"otel_metrics_exponentialhistogram", "negativebucketcounts", "BIGINT[]"},
};

// Names that mean "when it happened", and such that mean it when nothing of the first list is there.
const std::vector<std::string> USUAL_NAMES = {"timestamp",      "timeunix",       "time",           "ts",
                                              "eventtime",      "event_time",     "time_unix_nano", "timeunixnano",
                                              "timestamp_time", "event_timestamp"};
const std::vector<std::string> NEXT_NAMES = {"created_at", "createdat", "datetime",
                                             "date_time",  "logged_at", "occurred_at"};

bool CanHoldTime(const ShardColumn &column) {
  return column.kind != ColumnKind::BLOB && column.kind != ColumnKind::BOOLEAN;
}

// The one column that has one of the names; nullopt for none or several.
std::optional<std::string> OneNamed(const ShardTable &table, const std::vector<std::string> &names) {
  std::optional<std::string> found;
  for (const ShardColumn &column : table.columns) {
    if (!CanHoldTime(column) || std::find(names.begin(), names.end(), LowerName(column.name)) == names.end()) continue;
    if (found) return std::nullopt;
    found = column.name;
  }
  return found;
}

bool HasAny(const ShardTable &table, const std::vector<std::string> &names) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const ShardColumn &column) {
    return CanHoldTime(column) && std::find(names.begin(), names.end(), LowerName(column.name)) != names.end();
  });
}

}  // namespace

std::string KnownListType(const std::string &table, const std::string &column) {
  for (const ListColumn &known : LIST_COLUMNS) {
    if (LowerName(table) == known.table && LowerName(column) == known.column) return known.sql_type;
  }
  return "";
}

std::optional<LookupSpec> KnownLookup(const LogicalTable &table, const LogicalTable &lookup_table) {
  if (LowerName(table.spec.name) != "otel_traces" || !table.time_column) return std::nullopt;
  if (LowerName(lookup_table.spec.name) != "otel_traces_trace_id_ts") return std::nullopt;
  const auto find = [](const LogicalTable &where, const std::string &name) {
    const auto found = std::find_if(where.columns.begin(), where.columns.end(),
                                    [&](const TableColumn &column) { return LowerName(column.name) == name; });
    return found == where.columns.end() ? nullptr : &*found;
  };
  const auto *key = find(table, "traceid"), *lookup_key = find(lookup_table, "traceid");
  const auto *first = find(lookup_table, "start"), *last = find(lookup_table, "end");
  if (!key || !lookup_key || !first || !last || key->kind != lookup_key->kind) return std::nullopt;
  LookupSpec lookup{lookup_table.spec.name, key->name, first->name, last->name, std::nullopt};
  if (first->kind == ColumnKind::TEXT) lookup.unit = TimeUnit::ISO8601;
  return lookup;
}

std::optional<std::string> FindTimeColumn(const ShardTable &table) {
  const std::string name = LowerName(table.name);
  // Start and End of a trace: it may span slices, and neither says in which slice the row lies.
  if (name == "otel_traces_trace_id_ts") return std::nullopt;
  if (name == "otel_logs" || name == "otel_traces") {
    if (auto found = OneNamed(table, {"timestamp"})) return found;
  }
  if (name.rfind("otel_metrics_", 0) == 0) {
    if (auto found = OneNamed(table, {"timeunix"})) return found;
  }
  if (HasAny(table, USUAL_NAMES)) return OneNamed(table, USUAL_NAMES);
  return OneNamed(table, NEXT_NAMES);
}

}  // namespace shardite
