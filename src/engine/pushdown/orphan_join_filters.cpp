// DuckDB 1.4.4 hands the filters that a join or TopN finds while running down through LIMIT, TOP_N, SAMPLE and
// DISTINCT ON to the scan below. There they change which rows those operators see, and so the result:
//
//   JOIN a.k = b.k              the join's filter on a.k must not reach SCAN a below the LIMIT
//     LIMIT 10
//       SCAN a
//     SCAN b
//
// This rule takes such filters away from the join, which still applies them itself. Inside a recursive CTE, where the
// plan runs again and again, a scan that does not wait for the join would find the filter of the round before.

#include <algorithm>

#include <duckdb/execution/operator/join/join_filter_pushdown.hpp>
#include <duckdb/planner/filter/conjunction_filter.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/pushdown/row_choice.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/scan/runtime_filters.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperatorType;

void DropHints(duckdb::TableFilterSet &filters) {
  for (auto entry = filters.filters.begin(); entry != filters.filters.end();) {
    bool nothing_left = IsHint(*entry->second);
    if (entry->second->filter_type == duckdb::TableFilterType::CONJUNCTION_AND) {
      auto &parts = entry->second->Cast<duckdb::ConjunctionAndFilter>().child_filters;
      parts.erase(std::remove_if(parts.begin(), parts.end(), [](const auto &part) { return IsHint(*part); }),
                  parts.end());
      nothing_left = parts.empty();
    }
    entry = nothing_left ? filters.filters.erase(entry) : std::next(entry);
  }
}

const duckdb::LogicalGet *FindScan(const duckdb::LogicalOperator &op, const duckdb::DynamicTableFilterSet *filters) {
  if (op.type == LogicalOperatorType::LOGICAL_GET) {
    const auto &get = op.Cast<duckdb::LogicalGet>();
    return get.dynamic_filters.get() == filters ? &get : nullptr;
  }
  for (const auto &child : op.children) {
    if (const auto *get = FindScan(*child, filters)) return get;
  }
  return nullptr;
}

// Whether the rows of a scan come to `top` as they are read, so that the scan starts after the build side of a join
// there has ended.
bool Streams(const duckdb::LogicalOperator &top, const duckdb::LogicalGet &scan) {
  const auto *op = &top;
  while (op != &scan) {
    switch (op->type) {
      case LogicalOperatorType::LOGICAL_PROJECTION:
      case LogicalOperatorType::LOGICAL_FILTER:
      case LogicalOperatorType::LOGICAL_CROSS_PRODUCT:
      case LogicalOperatorType::LOGICAL_COMPARISON_JOIN: op = op->children[0].get(); break;
      default: return false;
    }
  }
  return true;
}

void OrphanFiltersOf(duckdb::LogicalComparisonJoin &join, bool repeated) {
  if (!join.filter_pushdown) return;
  auto &probes = join.filter_pushdown->probe_info;
  const auto &probe_side = *join.children[0];
  const auto misled = [&](const duckdb::JoinFilterPushdownFilter &probe) {
    const auto *scan = FindScan(probe_side, probe.dynamic_filters.get());
    return scan == nullptr || ChoosesRowsAbove(probe_side, *scan) || (repeated && !Streams(probe_side, *scan));
  };
  probes.erase(std::remove_if(probes.begin(), probes.end(), misled), probes.end());
}

// `choices`: operators that choose rows, above this one. `repeated`: below a recursive CTE.
void Visit(duckdb::LogicalOperator &op, int choices, bool repeated) {
  repeated = repeated || op.type == LogicalOperatorType::LOGICAL_RECURSIVE_CTE;
  if (op.type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN) {
    OrphanFiltersOf(op.Cast<duckdb::LogicalComparisonJoin>(), repeated);
  }
  // One TOP_N above a scan has planted its own hint; of two, the outer one's is wrong.
  if (IsShardScan(op) && (choices > 1 || repeated)) DropHints(op.Cast<duckdb::LogicalGet>().table_filters);
  if (ChoosesRows(op)) choices++;
  for (auto &child : op.children) Visit(*child, choices, repeated);
}

}  // namespace

void OrphanJoinFilters(RuleInput &, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) { Visit(*plan, 0, false); }

}  // namespace shardite
