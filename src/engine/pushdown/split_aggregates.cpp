// Before:  AGGREGATE g, f(x)                       After:  PROJECTION g, finish(..)
//            PROJECTION* FILTER*                             AGGREGATE g, merge(partial)
//              SCAN rows                                       [FILTER what is not exact]
//                                                                SCAN g', partial  (GROUP BY g' on every shard)
//
// Safe because a group of the scan never mixes two groups of the aggregate (g is computed from g', and filters that are
// not exact are checked over g'), and because merging the partials of any partition of the rows gives the whole.
// HAVING, ORDER BY and LIMIT stay above: a group may span shards. SELECT DISTINCT, UNION, INTERSECT and EXCEPT (not
// ALL) stay where they are; each of their sides sends its rows grouped by all columns. Aggregates that cannot share one
// query of the shards are computed by several scans over the same rows, united below the merge (part_union.hpp).
//
// Before:  AGGREGATE b.g, f(a.x)                   After:  PROJECTION b.g, finish(..)
//            JOIN a.k = b.k                                  AGGREGATE b.g, merge(partial)
//              SCAN a                                          JOIN a.k = b.k
//              b                                                 SCAN a.k, partial  (GROUP BY k on every shard)
//                                                                b
//
// Safe because a join by equality gives all rows of one k the same rows of b: a partial of them stands for each as
// often as its rows would. Only where a sample says that there are fewer k than rows.

#include <algorithm>
#include <set>

#include <duckdb/optimizer/column_binding_replacer.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/logical_aggregate.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
#include <duckdb/planner/operator/logical_set_operation.hpp>

#include "engine/pushdown/cut_aggregate.hpp"
#include "engine/pushdown/part_union.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/pushdown/top_n.hpp"

namespace shardite {

namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;
using Part = AggregatePart;
using Pieces = AggregatePieces;

void Refuse(const ScanChain &chain, const std::string &what, const std::string &why) {
  chain.Get().bind_data->Cast<ShardScanBindData>().spec.refused.push_back(what + ": " + why);
}

bool HasOneGroupingSet(const duckdb::LogicalAggregate &aggregate) {
  return aggregate.grouping_sets.empty() ||
         (aggregate.grouping_sets.size() == 1 && aggregate.grouping_sets[0].size() == aggregate.groups.size());
}

// The keys of the scan that the groups are; nullopt where they are anything else, or differ in what is equal.
std::optional<std::set<size_t>> KeysOfGroups(const duckdb::LogicalAggregate &aggregate, const Part &part) {
  if (!HasOneGroupingSet(aggregate)) return std::nullopt;
  std::set<size_t> keys;
  for (const auto &group : part.groups) {
    const auto key = part.scan->KeyOf(*group);
    if (!key || !GroupsAlike(part.scan->Keys()[*key].value.encoding)) return std::nullopt;
    keys.insert(*key);
  }
  return keys;
}

// For the rules that choose among groups; its columns are completed with the merges' own.
SplitGroups RecordOf(const duckdb::LogicalAggregate &aggregate, const Part &part) {
  const auto &scan = *part.scan;
  SplitGroups record;
  // Without GROUP BY there is one group, also where no shard sends one.
  const auto keys = KeysOfGroups(aggregate, part);
  record.keys_are_groups =
      keys && keys->size() == scan.Keys().size() && !scan.ChecksConditions() && !part.groups.empty();
  for (const auto &group : part.groups) {
    const auto key = scan.KeyOf(*group);
    record.columns.emplace_back();
    if (!key) continue;
    record.keys.push_back(*key);
    record.columns.back().push_back({RemoteExpr::Column(*key), scan.Keys()[*key].value.encoding});
  }
  return record;
}

// The scans of all parts; notes the only one in `record`.
PartUnion BuildScans(RuleInput &input, const duckdb::LogicalAggregate &aggregate, const ScanChain &chain,
                     std::vector<Part> &parts, SplitGroups &record) {
  std::vector<UnitedPart> sources;
  for (auto &part : parts) {
    const auto keys = chain.HasJoins() ? std::nullopt : KeysOfGroups(aggregate, part);
    if (keys) part.scan->CountDistinctInWholeGroups(*keys);
    auto source = part.scan->Build(chain.HasJoins() ? "aggregate below a join" : "aggregate");
    record.scan = &(IsShardScan(*source) ? *source : *source->children[0]).Cast<duckdb::LogicalGet>();
    sources.push_back({std::move(source), part.scan->TableIndex(), part.scan->Types(), std::move(part.groups)});
  }
  return {input, std::move(sources)};
}

// The final value of `original`, over merges of one part's partials that it adds to `merged`.
duckdb::unique_ptr<Expression> Finish(FinalAggregate final, const Expression &original, const PartUnion &united,
                                      size_t part, duckdb::LogicalAggregate &merged) {
  Expressions references;
  for (auto &merge : final.merges) {
    united.Adapt(merge, part);
    references.push_back(duckdb::make_uniq<BoundColumnRefExpression>(
        merge->return_type, ColumnBinding(merged.aggregate_index, merged.expressions.size())));
    merged.expressions.push_back(std::move(merge));
  }
  auto finished = final.finish(std::move(references));
  if (finished->return_type != original.return_type) {
    throw duckdb::InternalException("split of %s gives %s", original.ToString(), finished->return_type.ToString());
  }
  return finished;
}

// The projection takes the place of the aggregate; its columns replace the aggregate's in everything above.
void Commit(RuleInput &input, const ScanChain &chain, duckdb::unique_ptr<duckdb::LogicalOperator> &plan,
            Pieces pieces) {
  auto &old = plan->Cast<duckdb::LogicalAggregate>();
  const bool whole = pieces.parts.size() == 1 && !chain.HasJoins();
  auto record = whole ? RecordOf(old, pieces.parts[0]) : SplitGroups();
  auto join_keys = std::move(pieces.parts[0].join_keys);
  auto united = BuildScans(input, old, chain, pieces.parts, record);
  const auto projection_index = input.binder.GenerateTableIndex();
  record.projection_index = projection_index;
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
  merged->groups = united.TakeGroups();
  for (duckdb::idx_t i = 0; i < merged->groups.size(); i++) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(merged->groups[i]->return_type,
                                                                  ColumnBinding(merged->group_index, i)));
    replace(old.group_index, i);
  }
  for (duckdb::idx_t i = 0; i < pieces.splits.size(); i++) {
    auto final = pieces.splits[i].merge();
    record.columns.push_back(std::move(final.sort_keys));
    columns.push_back(Finish(std::move(final), *old.expressions[i], united, pieces.part_of[i], *merged));
    replace(old.aggregate_index, i);
  }
  for (duckdb::idx_t i = 0; i < merged->grouping_functions.size(); i++) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(duckdb::LogicalType::BIGINT,
                                                                  ColumnBinding(merged->groupings_index, i)));
    replace(old.groupings_index, i);
  }
  auto source = united.TakeSource();
  if (chain.HasJoins())
    source = chain.PutBelowJoins(std::move(old.children[0]), std::move(source), std::move(join_keys));
  merged->children.push_back(std::move(source));
  if (old.has_estimated_cardinality) merged->SetEstimatedCardinality(old.estimated_cardinality);
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(projection_index, std::move(columns));
  if (old.has_estimated_cardinality) projection->SetEstimatedCardinality(old.estimated_cardinality);
  projection->children.push_back(std::move(merged));
  replacer.stop_operator = projection.get();
  plan = std::move(projection);
  replacer.VisitOperator(*input.root);
  if (whole) input.splits.push_back(std::move(record));
}

void SplitBelowJoins(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  const auto &aggregate = plan->Cast<duckdb::LogicalAggregate>();
  for (const auto &chain : ScanChain::FindBelowJoins(*plan->children[0])) {
    const auto &spec = chain.Get().bind_data->Cast<ShardScanBindData>().spec;
    const auto tables = TablesAggregated(chain, aggregate);
    const bool reads = tables.empty() || tables.count(chain.Get().table_index) > 0;
    if (!chain.HasJoins() || spec.grouped || !reads) continue;
    std::string reason;
    auto pieces = CutBelowJoins(input, chain, aggregate, reason);
    if (pieces) return Commit(input, chain, plan, std::move(*pieces));
    Refuse(chain, "aggregate", reason);
  }
}

// What stands above an aggregate: HAVING, ORDER BY .. LIMIT may go to the shards with the groups, and leave few of
// them.
enum class Above { TAKES_ALL_GROUPS, CHOOSES_GROUPS };

Above BelowOperator(const duckdb::LogicalOperator &op, Above above) {
  switch (op.type) {
    case duckdb::LogicalOperatorType::LOGICAL_FILTER:
    case duckdb::LogicalOperatorType::LOGICAL_LIMIT:
    case duckdb::LogicalOperatorType::LOGICAL_TOP_N: return Above::CHOOSES_GROUPS;
    case duckdb::LogicalOperatorType::LOGICAL_PROJECTION: return above;
    default: return Above::TAKES_ALL_GROUPS;
  }
}

void SplitAggregate(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan, Above above) {
  auto &aggregate = plan->Cast<duckdb::LogicalAggregate>();
  const auto chain = ScanChain::Find(*plan->children[0], Unnests::ONE);
  if (!chain) return SplitBelowJoins(input, plan);
  if (chain->Get().bind_data->Cast<ShardScanBindData>().spec.grouped) return;
  std::string reason;
  auto pieces = CutAggregate(input, *chain, aggregate, reason);
  if (!pieces) return Refuse(*chain, "aggregate", reason);
  auto &scan = *pieces->parts.front().scan;
  if (above == Above::TAKES_ALL_GROUPS && pieces->parts.size() == 1 && scan.GroupsAreNearlyRows()) {
    return Refuse(*chain, "aggregate", scan.Reason());
  }
  Commit(input, *chain, plan, std::move(*pieces));
}

// The shards send each row of a projection once. Only below what takes equal rows for one: several shards may have it.
void SendOnce(RuleInput &input, const duckdb::unique_ptr<duckdb::LogicalOperator> &child) {
  if (child->type != duckdb::LogicalOperatorType::LOGICAL_PROJECTION) return;
  const auto chain = ScanChain::Find(*child, Unnests::ONE);
  if (!chain || chain->Get().bind_data->Cast<ShardScanBindData>().spec.grouped) return;
  auto &projection = child->Cast<duckdb::LogicalProjection>();
  const auto below = ScanChain::Find(*projection.children[0], Unnests::ONE);
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

bool TakesEqualRowsForOne(const duckdb::LogicalOperator &op) {
  switch (op.type) {
    case duckdb::LogicalOperatorType::LOGICAL_DISTINCT:
      return op.Cast<duckdb::LogicalDistinct>().distinct_type == duckdb::DistinctType::DISTINCT;
    case duckdb::LogicalOperatorType::LOGICAL_UNION:
    case duckdb::LogicalOperatorType::LOGICAL_INTERSECT:
    case duckdb::LogicalOperatorType::LOGICAL_EXCEPT: return !op.Cast<duckdb::LogicalSetOperation>().setop_all;
    default: return false;
  }
}

void SplitBelow(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan, Above above) {
  for (auto &child : plan->children) SplitBelow(input, child, BelowOperator(*plan, above));
  if (plan->type == duckdb::LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) {
    return SplitAggregate(input, plan, above);
  }
  if (!TakesEqualRowsForOne(*plan)) return;
  for (const auto &child : plan->children) SendOnce(input, child);
}

}  // namespace

void SplitAggregates(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  SplitBelow(input, plan, Above::TAKES_ALL_GROUPS);
}

}  // namespace shardite
