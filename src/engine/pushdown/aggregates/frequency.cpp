// Aggregates over values instead of rows. The arguments become group keys on the shards, or the parts of them that
// translate, and the aggregate itself is evaluated here:
//
//   count(DISTINCT x), approx_count_distinct(x)   over the keys: each value counts once, however often it comes
//   median(x), mode(x), sum(f(x)), ..             over the keys and count(*): each value taken as often as rows have it
//
// The latter is the same as over the rows for an aggregate that does not look at their order; it pays only where values
// repeat: PartialScan::NeedFewGroups leaves that to a sample.

#include "engine/pushdown/aggregates/split.hpp"
#include "engine/pushdown/weighted_aggregate.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using Local = std::shared_ptr<const duckdb::BoundAggregateExpression>;

// The aggregate over keys of the new scan.
Local OverKeys(PartialScan &scan, const duckdb::BoundAggregateExpression &aggregate) {
  scan.NeedsGroups();
  const auto refuse = [&]() {
    scan.Refuse(aggregate.ToString() + ": " + scan.Reason());
    return nullptr;
  };
  auto copy = aggregate.Copy();
  auto &local = copy->Cast<duckdb::BoundAggregateExpression>();
  for (auto &argument : local.children) {
    argument = scan.OverKeys(std::move(argument));
    if (!argument) return refuse();
  }
  for (size_t i = 0; local.order_bys && i < local.order_bys->orders.size(); i++) {
    auto &order = local.order_bys->orders[i].expression;
    order = scan.OverKeys(std::move(order));
    if (!order) return refuse();
  }
  if (local.filter) {
    local.filter = scan.OverKeys(std::move(local.filter));
    if (!local.filter) return refuse();
  }
  return Local(duckdb::unique_ptr_cast<Expression, duckdb::BoundAggregateExpression>(std::move(copy)));
}

}  // namespace

// Where a shard has whole groups it may have counted the values itself, and sends none of them.
std::optional<AggregateSplit> SplitDistinct(duckdb::ClientContext &context, PartialScan &scan,
                                            const duckdb::BoundAggregateExpression &aggregate) {
  const auto local = OverKeys(scan, aggregate);
  if (!local) return std::nullopt;
  const bool counts = aggregate.function.name == "count" && aggregate.children.size() == 1 && !aggregate.filter;
  const auto key = counts ? scan.KeyOf(*local->children[0]) : std::nullopt;
  if (!key) return MergedBy([local]() { return local->Copy(); });
  scan.NoteDistinctCount(*key);
  return AggregateSplit{[&context, &scan, local, key = *key]() {
    FinalAggregate final;
    final.merges.push_back(local->Copy());
    const auto counted = scan.DistinctCountOf(key);
    if (counted) final.merges.push_back(Aggregate(context, "sum", scan.PartialReference(*counted)));
    final.finish = [&context, counted](Expressions merged) {
      if (!counted) return std::move(merged[0]);
      Expressions sum;
      sum.push_back(std::move(merged[1]));
      sum.push_back(Constant(duckdb::Value::HUGEINT(0)));
      auto here = CastTo(context, std::move(merged[0]), duckdb::LogicalType::HUGEINT);
      return CastTo(context, Call(context, "+", std::move(here), Coalesce(std::move(sum))),
                    duckdb::LogicalType::BIGINT);
    };
    return final;
  }};
}

std::optional<AggregateSplit> SplitByFrequency(PartialScan &scan, const duckdb::BoundAggregateExpression &aggregate,
                                               const std::string &why_no_partial) {
  const auto local = OverKeys(scan, aggregate);
  if (!local) return std::nullopt;
  scan.NeedFewGroups(why_no_partial);
  return WithCounts(scan, local);
}

AggregateSplit WithCounts(PartialScan &scan, std::shared_ptr<const duckdb::BoundAggregateExpression> over_keys) {
  scan.NeedsGroups();
  const auto weight = scan.AddPartial(RemoteExpr::Aggregate("count", {}), duckdb::LogicalType::BIGINT,
                                      Encoding::INTEGER, {}, Constant(duckdb::Value::BIGINT(1)));
  return MergedBy([over_keys, weight, &scan]() {
    auto copy = duckdb::unique_ptr_cast<Expression, duckdb::BoundAggregateExpression>(over_keys->Copy());
    return Weighted(std::move(copy), scan.PartialReference(weight));
  });
}

}  // namespace shardite
