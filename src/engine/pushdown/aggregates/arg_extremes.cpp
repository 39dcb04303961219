// The value in the row with the lowest or highest key. SQLite takes a bare column from the row that holds the only
// min() or max() of its query:
//
//   arg_max(x, k) FILTER (WHERE p)   =>   max(CASE WHEN x IS NOT NULL AND p THEN k END), x   =>   arg_max(x, k)
//
// DuckDB leaves out rows where k is NULL, and where x is NULL too unless it is arg_max_null. first(x ORDER BY k)
// arrives as arg_min_null(x, create_sort_key(k, 'ASC NULLS LAST')): there a NULL key counts, first or last; a witness
// counts such rows, which are then left to DuckDB. Of rows with equal keys either side may take any.

#include "engine/pushdown/aggregates/split.hpp"

#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>

namespace shardite {

namespace {

using duckdb::Expression;

enum class Side { LOWEST, HIGHEST };

bool IsSortKey(const Expression &expr) {
  return expr.GetExpressionClass() == duckdb::ExpressionClass::BOUND_FUNCTION &&
         expr.Cast<duckdb::BoundFunctionExpression>().function.name == "create_sort_key";
}

// 'DESC NULLS LAST' turns the sides around; where NULLs go is up to the witness.
bool SortsDescending(const Expression &sort_key) {
  const auto &specifier = *sort_key.Cast<duckdb::BoundFunctionExpression>().children[1];
  return specifier.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT &&
         duckdb::StringUtil::StartsWith(specifier.Cast<duckdb::BoundConstantExpression>().value.ToString(), "DESC");
}

// The conditions under which a row takes part at all, on the shard and here.
struct Candidates {
  std::vector<RemoteExpr> remote;
  Expressions local;
};

Candidates CandidatesOf(const SplitInput &input, bool skips_null) {
  Candidates candidates;
  if (input.filter) {
    candidates.remote.push_back(*input.filter);
    candidates.local.push_back(input.aggregate.filter->Copy());
  }
  if (skips_null) {
    candidates.remote.push_back(RemoteExpr::Postfix(input.Argument().expr, "IS NOT NULL"));
    candidates.local.push_back(IsNotNull(input.LocalArgument()));
  }
  return candidates;
}

size_t AddCandidateCount(const SplitInput &input, const Candidates &candidates) {
  std::optional<RemoteExpr> filter;
  if (!candidates.remote.empty()) filter = RemoteExpr::And(candidates.remote);
  auto local = Constant(duckdb::Value::BIGINT(1));
  for (const auto &condition : candidates.local) {
    local = Case(condition->Copy(), std::move(local), Constant(duckdb::Value::BIGINT(0)));
  }
  return input.scan.AddPartial(RemoteExpr::Aggregate("count", {}, std::move(filter)), duckdb::LogicalType::BIGINT,
                               Encoding::INTEGER, input.Witnesses(), std::move(local));
}

size_t AddBestKey(const SplitInput &input, Side side, bool of_sort_key, Candidates candidates) {
  const auto &key = input.arguments[1];
  auto witnesses = input.Witnesses();
  if (of_sort_key) {
    auto without_key = candidates.remote;
    without_key.push_back(RemoteExpr::Postfix(key.expr, "IS NULL"));
    witnesses.push_back({RemoteExpr::And(std::move(without_key)), "rows without a key to order by"});
  }
  auto remote = key.expr;
  auto local = KeyArgument(input.aggregate).Copy();
  if (!candidates.remote.empty()) {
    remote = RemoteExpr::Case({RemoteExpr::And(candidates.remote), remote, RemoteExpr::Null()});
  }
  for (auto &condition : candidates.local) {
    local = Case(std::move(condition), std::move(local), Constant(duckdb::Value(key.type)));
  }
  const auto best = RemoteExpr::Aggregate(side == Side::LOWEST ? "min" : "max", {remote});
  input.scan.NoteExtreme(best);
  input.scan.NoteBareColumn(best);
  return input.scan.AddPartial(best, key.type, key.encoding, std::move(witnesses), std::move(local));
}

std::optional<AggregateSplit> SplitArgExtreme(const SplitInput &input, Side side) {
  const auto &aggregate = input.aggregate;
  const auto &value = input.arguments[0];
  const auto &key = input.arguments[1];
  if (!SortsOnShards(key.encoding)) return input.Refuse("text does not sort as " + key.type.ToString());
  const bool of_sort_key = IsSortKey(*aggregate.children[1]);
  if (of_sort_key && SortsDescending(*aggregate.children[1])) {
    side = side == Side::LOWEST ? Side::HIGHEST : Side::LOWEST;
  }
  const bool skips_null = !duckdb::StringUtil::EndsWith(aggregate.function.name, "_null");
  // A sort key of NULL is no NULL: groups without a row that takes part must not count.
  const auto rows =
      of_sort_key ? std::make_optional(AddCandidateCount(input, CandidatesOf(input, skips_null))) : std::nullopt;
  const auto best = AddBestKey(input, side, of_sort_key, CandidatesOf(input, skips_null));
  const auto bare =
      input.scan.AddPartial(value.expr, value.type, value.encoding, value.witnesses, input.LocalArgument());
  return MergedBy([=]() {
    auto merge = input.aggregate.Copy();
    auto &local = merge->Cast<duckdb::BoundAggregateExpression>();
    local.children[0] = input.scan.PartialReference(bare);
    auto &place =
        of_sort_key ? local.children[1]->Cast<duckdb::BoundFunctionExpression>().children[0] : local.children[1];
    place = input.scan.PartialReference(best);
    local.filter = rows ? HasRows(input, *rows) : nullptr;
    return merge;
  });
}

}  // namespace

bool OrdersBySeveralKeys(const duckdb::BoundAggregateExpression &aggregate) {
  return aggregate.children.size() == 2 && IsSortKey(*aggregate.children[1]) &&
         aggregate.children[1]->Cast<duckdb::BoundFunctionExpression>().children.size() > 2;
}

const Expression &KeyArgument(const duckdb::BoundAggregateExpression &aggregate) {
  const auto &key = *aggregate.children[1];
  return IsSortKey(key) ? *key.Cast<duckdb::BoundFunctionExpression>().children[0] : key;
}

std::optional<AggregateSplit> SplitArgMin(const SplitInput &input) { return SplitArgExtreme(input, Side::LOWEST); }
std::optional<AggregateSplit> SplitArgMax(const SplitInput &input) { return SplitArgExtreme(input, Side::HIGHEST); }

}  // namespace shardite
