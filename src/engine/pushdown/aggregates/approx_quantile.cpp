// approx_quantile: the shards count values rounded to three digits, here they go into DuckDB's own sketch:
//
//   approx_quantile(x, q)   =>   GROUP BY CAST(printf('%.2e', x) AS REAL), count(*)   =>   approx_quantile, weighted
//
// Rounding moves no value past another and each by at most 0.5 % of itself, so the answer is within 0.5 % of one that
// the sketch could give over the rows. Whole numbers up to 999 stay as they are. printf is part of every SQLite; its
// logarithm is not. Only for BIGINT and DOUBLE: narrower types overflow, and of an instant 0.5 % is months.

#include "engine/pushdown/aggregates/split.hpp"

namespace shardite {

namespace {

// Beyond it three digits may round to infinity, which the sketch leaves out.
constexpr double LARGEST = 1e308;

std::optional<Translation> Rounded(const Translation &argument) {
  const auto &x = argument.expr;
  auto result = argument;
  auto digits = RemoteExpr::Cast(RemoteExpr::Call("printf", {RemoteExpr::Text("%.2e"), x}), "REAL");
  if (argument.encoding == Encoding::INTEGER && argument.type == duckdb::LogicalType::BIGINT) {
    digits = RemoteExpr::Cast(std::move(digits), "INTEGER");
  } else if (argument.encoding == Encoding::REAL) {
    result.witnesses.push_back({RemoteExpr::Or({RemoteExpr::Infix(">", x, RemoteExpr::Literal(LARGEST)),
                                                RemoteExpr::Infix("<", x, RemoteExpr::Literal(-LARGEST))}),
                                "infinity"});
  } else {
    return std::nullopt;
  }
  result.expr = RemoteExpr::Case({RemoteExpr::Postfix(x, "IS NULL"), RemoteExpr::Null(), std::move(digits)});
  return result;
}

}  // namespace

std::optional<AggregateSplit> SplitApproxQuantile(const SplitInput &input) {
  const auto rounded = Rounded(input.Argument());
  if (!rounded) return input.Refuse("approximate quantiles of " + input.Argument().type.ToString() + " are not split");
  auto copy = input.aggregate.Copy();
  auto &local = copy->Cast<duckdb::BoundAggregateExpression>();
  local.children[0] = input.scan.AddKeyOf(*rounded, *input.LocalArgument());
  if (!local.children[0]) return input.Refuse(input.scan.Reason());
  if (local.filter) {
    local.filter = input.scan.OverKeys(std::move(local.filter));
    if (!local.filter) return input.Refuse(input.scan.Reason());
  }
  input.scan.NeedFewGroups(input.aggregate.ToString());
  return WithCounts(
      input.scan, std::shared_ptr<const duckdb::BoundAggregateExpression>(
                      duckdb::unique_ptr_cast<duckdb::Expression, duckdb::BoundAggregateExpression>(std::move(copy))));
}

}  // namespace shardite
