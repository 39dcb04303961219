#include "engine/pushdown/aggregate_table.hpp"

#include <algorithm>
#include <array>

#include "engine/pushdown/aggregates/split.hpp"

namespace shardite {

namespace {

using Split = std::optional<AggregateSplit> (*)(const SplitInput &);

// What to do when the shards cannot compute a partial: take the values as group keys, or leave the rows to DuckDB.
enum class Otherwise { REFUSE, BY_VALUE, BY_FREQUENCY };

struct AggregateRow {
  std::string_view name;
  size_t arguments = 1;
  Split split = nullptr;  // null: there is no partial
  Otherwise otherwise = Otherwise::BY_FREQUENCY;
};

constexpr AggregateRow TABLE[] = {
    {"count_star", 0, SplitCount},
    {"count", 1, SplitCount},
    {"sum", 1, SplitSum},
    {"count_if", 1, SplitSum},  // of booleans: NULL without any
    {"countif", 1, SplitSum},
    {"avg", 1, SplitAverage},
    {"mean", 1, SplitAverage},
    {"min", 1, SplitMin},
    {"max", 1, SplitMax},
    {"bool_and", 1, SplitMin},
    {"bool_or", 1, SplitMax},
    {"any_value", 1, SplitAnyValue},
    {"first", 1, SplitFirst, Otherwise::REFUSE},
    {"last", 1, SplitFirst, Otherwise::REFUSE},
    {"arbitrary", 1, SplitFirst, Otherwise::REFUSE},
    {"arg_min", 2, SplitArgMin, Otherwise::REFUSE},
    {"argmin", 2, SplitArgMin, Otherwise::REFUSE},
    {"min_by", 2, SplitArgMin, Otherwise::REFUSE},
    {"arg_min_null", 2, SplitArgMin, Otherwise::REFUSE},
    {"arg_max", 2, SplitArgMax, Otherwise::REFUSE},
    {"argmax", 2, SplitArgMax, Otherwise::REFUSE},
    {"max_by", 2, SplitArgMax, Otherwise::REFUSE},
    {"arg_max_null", 2, SplitArgMax, Otherwise::REFUSE},
    // Of centred moments.
    {"stddev", 1, SplitMoments},
    {"stddev_samp", 1, SplitMoments},
    {"stddev_pop", 1, SplitMoments},
    {"variance", 1, SplitMoments},
    {"var_samp", 1, SplitMoments},
    {"var_pop", 1, SplitMoments},
    {"sem", 1, SplitMoments},
    {"covar_samp", 2, SplitMoments},
    {"covar_pop", 2, SplitMoments},
    {"corr", 2, SplitMoments},
    {"regr_count", 2, SplitPairCount},
    {"regr_avgx", 2, SplitMoments},
    {"regr_avgy", 2, SplitMoments},
    {"regr_sxx", 2, SplitMoments},
    {"regr_syy", 2, SplitMoments},
    {"regr_sxy", 2, SplitMoments},
    {"regr_slope", 2, SplitMoments},
    {"regr_intercept", 2, SplitMoments},
    {"regr_r2", 2, SplitMoments},
    {"approx_quantile", 1, SplitApproxQuantile},
    // Each value once is enough.
    {"approx_count_distinct", 1, nullptr, Otherwise::BY_VALUE},
    // The shards count how often each value comes. SQLite has no bit_and, and of 64 maxima it is not worth making one.
    {"bit_and", 1},
    {"bit_or", 1},
    {"bit_xor", 1},
    {"median", 1},
    {"quantile", 1},
    {"quantile_disc", 1},
    {"quantile_cont", 1},
    {"mad", 1},
    {"mode", 1},
    {"entropy", 1},
    {"histogram", 1},
    {"histogram", 2},
    {"histogram_exact", 2},
    {"kurtosis", 1},
    {"kurtosis_pop", 1},
    {"skewness", 1},
    {"product", 1},
    {"favg", 1},
    {"fsum", 1},
    {"kahan_sum", 1},
    {"sumkahan", 1},
};

const AggregateRow *FindRow(const duckdb::BoundAggregateExpression &aggregate) {
  const auto *row = std::find_if(std::begin(TABLE), std::end(TABLE), [&](const AggregateRow &candidate) {
    return candidate.name == aggregate.function.name && candidate.arguments == aggregate.children.size();
  });
  return row == std::end(TABLE) ? nullptr : row;
}

std::optional<AggregateSplit> SplitIntoPartials(duckdb::ClientContext &context, PartialScan &scan,
                                                const duckdb::BoundAggregateExpression &aggregate, Split split) {
  SplitInput input{context, scan, aggregate, {}, std::nullopt};
  for (size_t i = 0; i < aggregate.children.size(); i++) {
    auto argument = scan.Value(i == 1 ? KeyArgument(aggregate) : *aggregate.children[i]);
    if (!argument) return input.Refuse(scan.TranslationReason());
    input.arguments.push_back(std::move(*argument));
  }
  if (aggregate.filter) {
    input.filter = scan.ExactFilter(*aggregate.filter);
    if (!input.filter) return std::nullopt;
  }
  return split(input);
}

}  // namespace

std::optional<AggregateSplit> SplitAggregate(duckdb::ClientContext &context, PartialScan &scan,
                                             const duckdb::BoundAggregateExpression &aggregate) {
  const auto refuse = [&](const std::string &why) {
    scan.Refuse(aggregate.ToString() + ": " + why);
    return std::nullopt;
  };
  // Each value once, in whatever order: DuckDB takes an order of the arguments only.
  if (aggregate.IsDistinct()) return SplitDistinct(context, scan, aggregate);
  if (aggregate.order_bys && !aggregate.order_bys->orders.empty())
    return refuse("ORDER BY inside an aggregate is not split");
  if (OrdersBySeveralKeys(aggregate)) return refuse("ORDER BY several keys inside an aggregate is not split");
  const auto *row = FindRow(aggregate);
  if (row == nullptr) return refuse("this aggregate is not split");
  auto why_no_partial = aggregate.ToString();
  if (row->split != nullptr) {
    const auto mark = scan.Now();
    auto split = SplitIntoPartials(context, scan, aggregate, row->split);
    if (split || row->otherwise == Otherwise::REFUSE) return split;
    why_no_partial = scan.Reason();
    scan.Return(mark);
  }
  if (row->otherwise == Otherwise::BY_VALUE) return SplitDistinct(context, scan, aggregate);
  return SplitByFrequency(scan, aggregate, why_no_partial);
}

}  // namespace shardite
