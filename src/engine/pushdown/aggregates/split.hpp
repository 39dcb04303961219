#pragma once
// What the rows of the aggregate table share: the aggregate that is being split, the partials that several of them
// use, and the shapes that merges take. aggregate_table.cpp has the table; one file beside this per family.

#include <optional>
#include <vector>

#include "engine/pushdown/aggregate_table.hpp"
#include "engine/pushdown/bind.hpp"

namespace shardite {

using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

struct SplitInput {
  duckdb::ClientContext &context;
  PartialScan &scan;
  const duckdb::BoundAggregateExpression &aggregate;
  std::vector<Translation> arguments;  // empty for count(*)
  std::optional<RemoteExpr> filter;

  const Translation &Argument() const { return arguments[0]; }
  /// Everything that must hold for the arguments to be exact.
  std::vector<RemoteQuery::Witness> Witnesses() const;
  /// The argument as DuckDB has it.
  duckdb::unique_ptr<duckdb::Expression> LocalArgument(size_t number = 0) const;
  /// `value` where the aggregate's FILTER holds, `otherwise` elsewhere: the partial of one row.
  duckdb::unique_ptr<duckdb::Expression> OfOneRow(duckdb::unique_ptr<duckdb::Expression> value,
                                                  duckdb::Value otherwise) const;
  /// name(arguments) [FILTER ..] on the shards, with the witnesses of the arguments; `plain`: see ScanColumn.
  size_t AddPartial(const char *name, std::vector<RemoteExpr> remote, duckdb::LogicalType type, Encoding encoding,
                    duckdb::unique_ptr<duckdb::Expression> row_value,
                    std::optional<RemoteExpr> plain = std::nullopt) const;
  std::nullopt_t Refuse(const std::string &why) const {
    scan.Refuse(aggregate.ToString() + ": " + why);
    return std::nullopt;
  }
};

/// count(*) or count(argument), with the FILTER: BIGINT.
size_t AddCount(const SplitInput &input);

/// count(*) with the FILTER, and the condition on it for merges that must leave out groups without a row.
size_t AddRowCount(const SplitInput &input);
duckdb::unique_ptr<duckdb::Expression> HasRows(const SplitInput &input, size_t row_count);
/// Whether SQLite orders values of this encoding as DuckDB orders the type.
bool SortsOnShards(Encoding encoding);

/// name(partial), an aggregate of DuckDB's.
duckdb::unique_ptr<duckdb::Expression> Merge(const SplitInput &input, const std::string &name, size_t partial);
/// The merge of one aggregate whose result is the answer.
AggregateSplit MergedBy(std::function<duckdb::unique_ptr<duckdb::Expression>()> merge);
/// name(partial) is the answer, and of a whole group the partial already is.
AggregateSplit MergedInOrder(const SplitInput &input, std::string name, size_t partial);

/// Counts and sums: sums.cpp.
std::optional<AggregateSplit> SplitCount(const SplitInput &input);
std::optional<AggregateSplit> SplitPairCount(const SplitInput &input);
std::optional<AggregateSplit> SplitSum(const SplitInput &input);
std::optional<AggregateSplit> SplitAverage(const SplitInput &input);
/// min, max and what is one value of the group: extremes.cpp.
std::optional<AggregateSplit> SplitMin(const SplitInput &input);
std::optional<AggregateSplit> SplitMax(const SplitInput &input);
std::optional<AggregateSplit> SplitAnyValue(const SplitInput &input);
std::optional<AggregateSplit> SplitFirst(const SplitInput &input);
/// arg_min and arg_max, first and last with ORDER BY: arg_extremes.cpp.
const duckdb::Expression &KeyArgument(const duckdb::BoundAggregateExpression &aggregate);  // without create_sort_key()
bool OrdersBySeveralKeys(const duckdb::BoundAggregateExpression &aggregate);
std::optional<AggregateSplit> SplitArgMin(const SplitInput &input);
std::optional<AggregateSplit> SplitArgMax(const SplitInput &input);
/// stddev, variance, covar, corr, regr: moments.cpp.
std::optional<AggregateSplit> SplitMoments(const SplitInput &input);
/// approx_quantile.cpp.
std::optional<AggregateSplit> SplitApproxQuantile(const SplitInput &input);
/// Over values as group keys, with or without their number: frequency.cpp.
std::optional<AggregateSplit> SplitDistinct(duckdb::ClientContext &context, PartialScan &scan,
                                            const duckdb::BoundAggregateExpression &aggregate);
std::optional<AggregateSplit> SplitByFrequency(PartialScan &scan, const duckdb::BoundAggregateExpression &aggregate,
                                               const std::string &why_no_partial);
/// An aggregate over keys of the new scan, each as often as rows have it.
AggregateSplit WithCounts(PartialScan &scan, std::shared_ptr<const duckdb::BoundAggregateExpression> over_keys);

}  // namespace shardite
