// Before:  JOIN a.k = b.k                After:  JOIN a.k = b.k
//            SCAN a                                SCAN a WHERE k IN (the keys that b turned out to have)
//            SCAN b                                SHARDITE_JOIN_KEYS b.k
//                                                    SCAN b
//
// DuckDB gives a scan on the probe side the minimum and maximum of the keys, and a list only where the build side has
// few rows. Here the distinct keys are collected on their way into the join, and the scan asks its shards for those.
// Also through a GROUP BY that the shards answer: it waits for the keys. A correlated EXISTS joins by IS NOT DISTINCT
// FROM: its keys are sent as long as none is NULL.
//
// Safe because a row without one of the keys leaves nothing above an INNER, SEMI, RIGHT, RIGHT SEMI or RIGHT ANTI join
// (it does in LEFT, FULL, ANTI and MARK joins), and because only operators lie between that look at the key's rows
// alone: DuckDB's own search for the scan passes those, and some that choose rows, which are left out here. Not inside
// a recursive CTE, where the same plan runs again with other keys.

#include <algorithm>

#include <duckdb/execution/operator/join/join_filter_pushdown.hpp>
#include <duckdb/optimizer/join_filter_pushdown_optimizer.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/pushdown/row_choice.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/scan/key_collector.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperatorType;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

bool DropsRowsWithoutMatch(duckdb::JoinType type) {
  switch (type) {
    case duckdb::JoinType::INNER:
    case duckdb::JoinType::SEMI:
    case duckdb::JoinType::RIGHT:
    case duckdb::JoinType::RIGHT_SEMI:
    case duckdb::JoinType::RIGHT_ANTI: return true;
    default: return false;
  }
}

// Such a join is always a hash join: its build side ends before its probe side begins.
bool IsHashJoin(const duckdb::LogicalComparisonJoin &join) {
  duckdb::idx_t ranges = 0;
  return join.HasEquality(ranges) && ranges < 2;
}

// The logical column that a column of the scan is; a grouped scan's keys tell by what they are for a single row.
std::optional<size_t> LogicalColumn(const ShardScanBindData &bind_data, size_t column) {
  const auto &spec = bind_data.spec;
  if (!spec.grouped) return spec.columns[column].value.expr.ColumnNumber();
  if (column >= spec.group_keys) return std::nullopt;
  const auto &row_value = *spec.columns[column].row_value;
  if (row_value.GetExpressionClass() != duckdb::ExpressionClass::BOUND_REF) return std::nullopt;
  return row_value.Cast<duckdb::BoundReferenceExpression>().index;
}

// Whether all rows of a value of the column stay or go together, where the shards choose the first rows of each key.
bool IsChosenByKey(const ScanSpec &spec, size_t column) {
  if (!spec.first_of_each) return true;
  const auto &keys = spec.first_of_each->keys;
  return std::any_of(keys.begin(), keys.end(), [&](const RemoteExpr &key) { return key.ColumnNumber() == column; });
}

// A list is of use where the shards can compare the column with constants, or where it prunes slices.
bool TakesKeys(const ShardScanBindData &bind_data, size_t column, const duckdb::LogicalType &key_type) {
  const auto &logical = bind_data.table->logical;
  const auto encoding = EncodingOf(logical, column);
  if (SqlTypeOf(logical, column) != key_type) return false;
  return logical.time_column == column || (encoding != Encoding::ANY_TEXT && encoding != Encoding::CAST_TEXT);
}

// DuckDB answers INTERSECT and EXCEPT by joins of their own, whose build sides have to end before the keys are
// complete: a scan there would wait for keys that wait for it.
bool LiesInSetOperation(const duckdb::LogicalOperator &top, const duckdb::LogicalGet &scan, bool inside = false) {
  if (&top == &scan) return inside;
  inside =
      inside || top.type == LogicalOperatorType::LOGICAL_INTERSECT || top.type == LogicalOperatorType::LOGICAL_EXCEPT;
  return std::any_of(top.children.begin(), top.children.end(),
                     [&](const auto &child) { return LiesInSetOperation(*child, scan, inside); });
}

bool IsEquality(duckdb::ExpressionType comparison) {
  return comparison == duckdb::ExpressionType::COMPARE_EQUAL ||
         comparison == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM;
}

// The scans that `condition` can spare rows, each with the logical column that has to be one of the keys.
std::vector<std::pair<ShardScanBindData *, size_t>> ScansOf(const duckdb::LogicalComparisonJoin &join,
                                                            const duckdb::JoinCondition &condition) {
  std::vector<std::pair<ShardScanBindData *, size_t>> scans;
  if (!IsEquality(condition.comparison)) return scans;
  if (condition.left->GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return scans;
  if (condition.right->IsVolatile()) return scans;  // the join would see other keys than were collected
  duckdb::JoinFilterPushdownColumn column;
  column.probe_column_index = condition.left->Cast<duckdb::BoundColumnRefExpression>().binding;
  duckdb::vector<duckdb::PushdownFilterTarget> targets;
  duckdb::JoinFilterPushdownOptimizer::GetPushdownFilterTargets(*join.children[0], {column}, targets);
  for (const auto &target : targets) {
    if (!IsShardScan(target.get) || ChoosesRowsAbove(*join.children[0], target.get)) continue;
    if (LiesInSetOperation(*join.children[0], target.get)) continue;
    const auto position = target.columns[0].probe_column_index.column_index;
    const auto id = target.get.GetColumnIds()[position].GetPrimaryIndex();
    if (duckdb::IsVirtualColumn(id)) continue;
    auto &bind_data = target.get.bind_data->Cast<ShardScanBindData>();
    if (bind_data.spec.limit) continue;  // the shards choose rows themselves
    const auto logical = LogicalColumn(bind_data, id);
    if (logical && !IsChosenByKey(bind_data.spec, *logical)) continue;
    if (logical && TakesKeys(bind_data, *logical, condition.right->return_type)) {
      scans.emplace_back(&bind_data, *logical);
    }
  }
  return scans;
}

void CollectKeys(duckdb::LogicalComparisonJoin &join) {
  Expressions expressions;
  std::vector<std::shared_ptr<JoinKeys>> collected;
  for (const auto &condition : join.conditions) {
    const auto scans = ScansOf(join, condition);
    if (scans.empty()) continue;
    const bool null_matches = condition.comparison == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM;
    const auto keys = std::make_shared<JoinKeys>(null_matches);
    for (const auto &[bind_data, column] : scans) {
      bind_data->spec.join_keys.push_back({keys, column});
      auto &pushed = bind_data->spec.pushed;
      const auto note = "join keys on " + bind_data->table->logical.columns[column].name;
      if (std::find(pushed.begin(), pushed.end(), note) == pushed.end()) pushed.push_back(note);
    }
    expressions.push_back(condition.right->Copy());
    collected.push_back(keys);
  }
  if (collected.empty()) return;
  auto &build = join.children[1];
  build = duckdb::make_uniq<LogicalKeyCollector>(std::move(build), std::move(expressions), std::move(collected));
}

}  // namespace

void SendJoinKeys(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  if (plan->type == LogicalOperatorType::LOGICAL_RECURSIVE_CTE) return;
  if (plan->type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN) {
    auto &join = plan->Cast<duckdb::LogicalComparisonJoin>();
    if (DropsRowsWithoutMatch(join.join_type) && IsHashJoin(join)) CollectKeys(join);
  }
  for (auto &child : plan->children) SendJoinKeys(input, child);
}

}  // namespace shardite
