// DuckDB 1.4.4 hands the filters that a join or TopN finds while running down through LIMIT, TOP_N, SAMPLE and
// DISTINCT ON to the scan below. There they change which rows those operators see, and so the result:
//
//   JOIN a.k = b.k              the join's filter on a.k must not reach SCAN a below the LIMIT
//     LIMIT 10
//       SCAN a
//     SCAN b
//
// This rule takes such filters away from the scan; the join itself still applies them.

#include <algorithm>

#include <duckdb/planner/filter/conjunction_filter.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

bool ChoosesRows(const duckdb::LogicalOperator &op) {
  switch (op.type) {
    case duckdb::LogicalOperatorType::LOGICAL_LIMIT:
    case duckdb::LogicalOperatorType::LOGICAL_TOP_N:
    case duckdb::LogicalOperatorType::LOGICAL_SAMPLE: return true;
    case duckdb::LogicalOperatorType::LOGICAL_DISTINCT:
      return op.Cast<duckdb::LogicalDistinct>().distinct_type == duckdb::DistinctType::DISTINCT_ON;
    default: return false;
  }
}

bool IsJoin(const duckdb::LogicalOperator &op) {
  return op.type == duckdb::LogicalOperatorType::LOGICAL_COMPARISON_JOIN ||
         op.type == duckdb::LogicalOperatorType::LOGICAL_DELIM_JOIN ||
         op.type == duckdb::LogicalOperatorType::LOGICAL_ASOF_JOIN;
}

bool IsHint(const duckdb::TableFilter &filter) {
  return filter.filter_type == duckdb::TableFilterType::OPTIONAL_FILTER ||
         filter.filter_type == duckdb::TableFilterType::DYNAMIC_FILTER;
}

void DropHints(duckdb::TableFilterSet &filters) {
  for (auto entry = filters.filters.begin(); entry != filters.filters.end();) {
    if (entry->second->filter_type == duckdb::TableFilterType::CONJUNCTION_AND) {
      auto &parts = entry->second->Cast<duckdb::ConjunctionAndFilter>().child_filters;
      parts.erase(std::remove_if(parts.begin(), parts.end(), [](const auto &part) { return IsHint(*part); }),
                  parts.end());
    }
    entry = IsHint(*entry->second) ? filters.filters.erase(entry) : std::next(entry);
  }
}

// What lies above a node: whether a join does, with a choosing operator in between, and how many choosing operators.
struct Above {
  bool join = false;
  bool choice_below_join = false;
  int choices = 0;
};

void Visit(duckdb::LogicalOperator &op, Above above) {
  if (IsShardScan(op)) {
    auto &get = op.Cast<duckdb::LogicalGet>();
    if (above.choice_below_join) get.dynamic_filters.reset();
    // One TOP_N above a scan has planted its own hint; of two, the outer one's is wrong.
    if (above.choices > 1) DropHints(get.table_filters);
    return;
  }
  if (ChoosesRows(op)) {
    above.choices++;
    above.choice_below_join = above.choice_below_join || above.join;
  }
  above.join = above.join || IsJoin(op);
  for (auto &child : op.children) Visit(*child, above);
}

}  // namespace

void OrphanJoinFilters(RuleInput &, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) { Visit(*plan, {}); }

}  // namespace shardite
