// Variance, covariance and what follows from them, by centred moments: never sum(x * x), whose digits cancel.
//
//   stddev(x)   =>   count(x), min(x), max(x), sum(d), sum(d * d)   with d = x - pivot   =>   Chan's merge
//
// The pivot is the mean of a sample of one shard, so that the sums stay near the spread of the values. Where they do
// not (a group whose mean lies more than about thirty deviations from the pivot) a witness fails, and DuckDB gets the
// rows; so it does where a value is infinite. A group of one value (min = max) has deviation 0 exactly, as in DuckDB. A
// pair counts where both values are there.

#include <limits>

#include "engine/pushdown/aggregates/split.hpp"
#include "engine/pushdown/merge_moments.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::LogicalType;

// The part of the squared deviations from the pivot that must be left as squared deviations from the mean.
constexpr double LEAST_LEFT = 1e-3;

// One of the variables, and its deviation from the pivot.
struct Variable {
  double pivot;
  RemoteExpr value, deviation;
  std::optional<RemoteExpr> filter;
  duckdb::unique_ptr<Expression> local_value, local_deviation;  // NULL for rows that do not count
};

RemoteExpr Times(const RemoteExpr &a, const RemoteExpr &b) { return RemoteExpr::Infix("*", a, b); }

RemoteExpr Of(const char *name, const Variable &v, RemoteExpr argument) {
  return RemoteExpr::Aggregate(name, {std::move(argument)}, v.filter);
}

Variable VariableOf(const SplitInput &input, size_t argument) {
  const auto &value = input.arguments[argument].expr;
  auto local = input.LocalArgument(argument);
  auto filter = input.filter;
  if (input.arguments.size() == 2) {
    const size_t other = 1 - argument;
    auto is_pair = RemoteExpr::Postfix(input.arguments[other].expr, "IS NOT NULL");
    filter = filter ? RemoteExpr::And({*filter, std::move(is_pair)}) : std::move(is_pair);
    local = Case(IsNotNull(input.LocalArgument(other)), std::move(local), Constant(duckdb::Value(LogicalType::DOUBLE)));
  }
  local = input.OfOneRow(std::move(local), duckdb::Value(LogicalType::DOUBLE));
  const double pivot = input.scan.SampleMean(value).value_or(0);
  if (pivot == 0) return {pivot, value, value, std::move(filter), local->Copy(), local->Copy()};
  auto deviation = Call(input.context, "-", local->Copy(), Constant(duckdb::Value::DOUBLE(pivot)));
  return {pivot,
          value,
          RemoteExpr::Infix("-", value, RemoteExpr::Literal(pivot)),
          std::move(filter),
          std::move(local),
          std::move(deviation)};
}

// Everything but a proof counts as violated: sums may have overflowed to infinity or NULL.
RemoteQuery::Witness CancelsTooMuch(const Variable &v) {
  const auto squares = Of("sum", v, Times(v.deviation, v.deviation));
  const auto sum = Of("sum", v, v.deviation);
  const auto count = Of("count", v, v.value);
  const auto centred = RemoteExpr::Infix("-", squares, RemoteExpr::Infix("/", Times(sum, sum), count));
  const auto is_proof =
      RemoteExpr::Or({RemoteExpr::Infix("<", count, RemoteExpr::Integer(2)),
                      RemoteExpr::Infix("=", Of("min", v, v.value), Of("max", v, v.value)),
                      RemoteExpr::Infix(">", centred, Times(squares, RemoteExpr::Literal(LEAST_LEFT)))});
  RemoteQuery::Witness witness{RemoteExpr::Case({is_proof, RemoteExpr::Integer(0), RemoteExpr::Integer(1)}),
                               "deviations that cancel"};
  witness.of_group = true;
  return witness;
}

size_t AddReal(const SplitInput &input, RemoteExpr remote, std::vector<RemoteQuery::Witness> witnesses,
               duckdb::unique_ptr<Expression> row_value) {
  return input.scan.AddPartial(std::move(remote), LogicalType::DOUBLE, Encoding::REAL, std::move(witnesses),
                               std::move(row_value));
}

duckdb::unique_ptr<Expression> Product(const SplitInput &input, const Variable &a, const Variable &b) {
  return Call(input.context, "*", a.local_deviation->Copy(), b.local_deviation->Copy());
}

void AddVariable(const SplitInput &input, const Variable &v, std::vector<size_t> &partials) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto witnesses = input.Witnesses();
  witnesses.push_back(
      {RemoteExpr::In(v.value, {RemoteExpr::Literal(infinity), RemoteExpr::Literal(-infinity)}), "infinity"});
  witnesses.push_back(CancelsTooMuch(v));
  const auto lowest = Of("min", v, v.value);
  const auto highest = Of("max", v, v.value);
  input.scan.NoteExtreme(lowest);
  input.scan.NoteExtreme(highest);
  partials.push_back(AddReal(input, lowest, std::move(witnesses), v.local_value->Copy()));
  partials.push_back(AddReal(input, highest, {}, v.local_value->Copy()));
  partials.push_back(AddReal(input, Of("sum", v, v.deviation), {}, v.local_deviation->Copy()));
  partials.push_back(AddReal(input, Of("sum", v, Times(v.deviation, v.deviation)), {}, Product(input, v, v)));
}

}  // namespace

// DuckDB's functions of two arguments are f(y, x).
std::optional<AggregateSplit> SplitMoments(const SplitInput &input) {
  for (const auto &argument : input.arguments) {
    if (argument.encoding == Encoding::REAL) continue;
    return input.Refuse("moments of " + argument.type.ToString() + " are not split");
  }
  const bool pair = input.arguments.size() == 2;
  const auto x = VariableOf(input, pair ? 1 : 0);
  MomentPivots pivots{x.pivot, 0};
  std::vector<size_t> partials = {
      input.scan.AddPartial(Of("count", x, x.value), LogicalType::BIGINT, Encoding::INTEGER, input.Witnesses(),
                            CastTo(input.context, IsNotNull(x.local_value->Copy()), LogicalType::BIGINT))};
  AddVariable(input, x, partials);
  if (pair) {
    const auto y = VariableOf(input, 0);
    pivots.y = y.pivot;
    AddVariable(input, y, partials);
    partials.push_back(AddReal(input, Of("sum", y, Times(x.deviation, y.deviation)), {}, Product(input, x, y)));
  }
  return MergedBy([input, partials, pivots]() {
    Expressions references;
    for (const auto partial : partials) references.push_back(input.scan.PartialReference(partial));
    return MergeMoments(input.aggregate.function.name, pivots, std::move(references));
  });
}

}  // namespace shardite
