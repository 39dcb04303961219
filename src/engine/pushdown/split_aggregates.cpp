// Before:  AGGREGATE g, f(x)                       After:  PROJECTION g, finish(..)
//            PROJECTION* FILTER*                             AGGREGATE g, merge(partial)
//              SCAN rows                                       [FILTER what is not exact]
//                                                                SCAN g', partial  (GROUP BY g' on every shard)
//
// Safe because a group of the scan never mixes two groups of the aggregate (g is computed from g', and filters that are
// not exact are checked over g'), and because merging the partials of any partition of the rows gives the whole.
// HAVING, ORDER BY and LIMIT stay above: a group may span shards.

#include <set>

#include <duckdb/optimizer/column_binding_replacer.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/logical_aggregate.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>

#include "engine/pushdown/aggregate_table.hpp"
#include "engine/pushdown/partial_scan.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"

namespace shardite {

namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;

void Refuse(const ScanChain &chain, const std::string &what, const std::string &why) {
  chain.Get().bind_data->Cast<ShardScanBindData>().spec.refused.push_back(what + ": " + why);
}

// The pieces of a split aggregate, complete before the plan is touched.
struct Pieces {
  Expressions groups;                   // over the new scan
  std::vector<Expressions> aggregates;  // inlined originals, which the splits refer to
  std::vector<AggregateSplit> splits;
};

std::optional<Pieces> Cut(RuleInput &input, const ScanChain &chain, PartialScan &scan,
                          const duckdb::LogicalAggregate &aggregate) {
  Pieces pieces;
  if (!scan.TakeConditions()) return std::nullopt;
  if (!aggregate.groups.empty()) scan.NeedsGroups();
  for (const auto &group : aggregate.groups) {
    auto over_keys = scan.OverKeys(chain.Inline(*group));
    if (!over_keys) return std::nullopt;
    pieces.groups.push_back(std::move(over_keys));
  }
  for (const auto &expr : aggregate.expressions) {
    auto inlined = chain.Inline(*expr);
    auto split = SplitAggregate(input.context, scan, inlined->Cast<duckdb::BoundAggregateExpression>());
    if (!split) return std::nullopt;
    pieces.splits.push_back(std::move(*split));
    pieces.aggregates.emplace_back();
    pieces.aggregates.back().push_back(std::move(inlined));
  }
  return pieces;
}

// The projection takes the place of the aggregate; its columns replace the aggregate's in everything above.
void Commit(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan, PartialScan &scan, Pieces pieces) {
  auto &old = plan->Cast<duckdb::LogicalAggregate>();
  SplitGroups record;
  const bool one_set =
      old.grouping_sets.empty() || (old.grouping_sets.size() == 1 && old.grouping_sets[0].size() == old.groups.size());
  record.keys_are_groups = !scan.ChecksConditions() && one_set;
  for (const auto &group : pieces.groups) {
    const auto key = scan.KeyOf(*group);
    record.columns.emplace_back();
    if (!key) {
      record.keys_are_groups = false;
      continue;
    }
    record.keys.push_back(*key);
    record.columns.back().push_back({RemoteExpr::Column(*key), scan.Keys()[*key].value.encoding});
  }
  const std::set<size_t> distinct_keys(record.keys.begin(), record.keys.end());
  record.keys_are_groups = record.keys_are_groups && distinct_keys.size() == scan.Keys().size();
  auto source = scan.Build("aggregate");
  const auto projection_index = input.binder.GenerateTableIndex();
  record.projection_index = projection_index;
  record.scan = &(IsShardScan(*source) ? *source : *source->children[0]).Cast<duckdb::LogicalGet>();
  auto merged = duckdb::make_uniq<duckdb::LogicalAggregate>(input.binder.GenerateTableIndex(),
                                                            input.binder.GenerateTableIndex(), Expressions());
  merged->groupings_index = input.binder.GenerateTableIndex();
  merged->grouping_sets = old.grouping_sets;
  merged->grouping_functions = old.grouping_functions;

  Expressions columns;
  duckdb::ColumnBindingReplacer replacer;
  const auto replace = [&](duckdb::idx_t table_index, duckdb::idx_t column) {
    replacer.replacement_bindings.emplace_back(ColumnBinding(table_index, column),
                                               ColumnBinding(projection_index, columns.size() - 1));
  };
  for (duckdb::idx_t i = 0; i < pieces.groups.size(); i++) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(pieces.groups[i]->return_type,
                                                                  ColumnBinding(merged->group_index, i)));
    merged->groups.push_back(std::move(pieces.groups[i]));
    replace(old.group_index, i);
  }
  for (duckdb::idx_t i = 0; i < pieces.splits.size(); i++) {
    auto final = pieces.splits[i].merge();
    record.columns.push_back(std::move(final.sort_keys));
    Expressions references;
    for (auto &merge : final.merges) {
      references.push_back(duckdb::make_uniq<BoundColumnRefExpression>(
          merge->return_type, ColumnBinding(merged->aggregate_index, merged->expressions.size())));
      merged->expressions.push_back(std::move(merge));
    }
    auto finished = final.finish(std::move(references));
    if (finished->return_type != old.expressions[i]->return_type) {
      throw duckdb::InternalException("split of %s gives %s", old.expressions[i]->ToString(),
                                      finished->return_type.ToString());
    }
    columns.push_back(std::move(finished));
    replace(old.aggregate_index, i);
  }
  for (duckdb::idx_t i = 0; i < merged->grouping_functions.size(); i++) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(duckdb::LogicalType::BIGINT,
                                                                  ColumnBinding(merged->groupings_index, i)));
    replace(old.groupings_index, i);
  }
  merged->children.push_back(std::move(source));
  if (old.has_estimated_cardinality) merged->SetEstimatedCardinality(old.estimated_cardinality);
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(projection_index, std::move(columns));
  if (old.has_estimated_cardinality) projection->SetEstimatedCardinality(old.estimated_cardinality);
  projection->children.push_back(std::move(merged));
  replacer.stop_operator = projection.get();
  plan = std::move(projection);
  replacer.VisitOperator(*input.root);
  input.splits.push_back(std::move(record));
}

void SplitAggregate(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  auto &aggregate = plan->Cast<duckdb::LogicalAggregate>();
  const auto chain = ScanChain::Find(*plan->children[0]);
  if (!chain || chain->Get().bind_data->Cast<ShardScanBindData>().spec.grouped) return;
  PartialScan scan(input, *chain);
  auto pieces = Cut(input, *chain, scan, aggregate);
  if (!pieces) return Refuse(*chain, "aggregate", scan.Reason());
  Commit(input, plan, scan, std::move(*pieces));
}

// SELECT DISTINCT: the shards send each row once; DISTINCT stays above, for rows that several shards have.
void SplitDistinct(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  const auto &distinct = plan->Cast<duckdb::LogicalDistinct>();
  auto &child = plan->children[0];
  const bool fits = distinct.distinct_type == duckdb::DistinctType::DISTINCT &&
                    child->type == duckdb::LogicalOperatorType::LOGICAL_PROJECTION;
  if (!fits) return;
  const auto chain = ScanChain::Find(*child);
  if (!chain || chain->Get().bind_data->Cast<ShardScanBindData>().spec.grouped) return;
  auto &projection = child->Cast<duckdb::LogicalProjection>();
  const auto below = ScanChain::Find(*projection.children[0]);
  PartialScan scan(input, *below);
  Expressions columns;
  scan.NeedsGroups();
  bool cut = scan.TakeConditions();
  for (size_t i = 0; cut && i < projection.expressions.size(); i++) {
    columns.push_back(scan.OverKeys(below->Inline(*projection.expressions[i])));
    cut = columns.back() != nullptr;
  }
  if (!cut) return Refuse(*chain, "distinct", scan.Reason());
  auto source = scan.Build("distinct");
  projection.expressions = std::move(columns);
  projection.children[0] = std::move(source);
}

}  // namespace

void SplitAggregates(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) SplitAggregates(input, child);
  if (plan->type == duckdb::LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) return SplitAggregate(input, plan);
  if (plan->type == duckdb::LogicalOperatorType::LOGICAL_DISTINCT) return SplitDistinct(input, plan);
}

}  // namespace shardite
