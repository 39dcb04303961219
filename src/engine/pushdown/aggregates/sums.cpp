// Counts and sums. A count is the sum of counts. A sum of integers never overflows: where the plain one does, its upper
// and lower 32 bits are added apart. A sum of doubles is added per shard, and infinities are left to DuckDB.

#include <limits>

#include "engine/pushdown/aggregates/split.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::LogicalType;

// sum over no partials is NULL, a count is 0: all shards pruned must give 0.
duckdb::unique_ptr<Expression> CountOf(const SplitInput &input, duckdb::unique_ptr<Expression> sum) {
  Expressions arguments;
  arguments.push_back(std::move(sum));
  arguments.push_back(Constant(duckdb::Value::HUGEINT(0)));
  return CastTo(input.context, Coalesce(std::move(arguments)), LogicalType::BIGINT);
}

// x = (x >> 32) * 2^32 + (x & 0xFFFFFFFF) holds for negative x too, since SQLite's shift is arithmetic.
struct Limbs {
  size_t high, low;
};

// Of one row, the lower limb is the value itself: the two only have to add up.
Limbs AddLimbs(const SplitInput &input) {
  const auto &x = input.Argument().expr;
  const duckdb::Value null(LogicalType::BIGINT);
  auto value = CastTo(input.context, input.LocalArgument(), LogicalType::BIGINT);
  auto zero = Case(IsNotNull(input.LocalArgument()), Constant(duckdb::Value::BIGINT(0)), Constant(null));
  return {input.AddPartial("sum", {RemoteExpr::Infix(">>", x, RemoteExpr::Integer(32))}, LogicalType::BIGINT,
                           Encoding::INTEGER, input.OfOneRow(std::move(zero), null), RemoteExpr::Integer(0)),
          input.AddPartial("sum", {RemoteExpr::Infix("&", x, RemoteExpr::Integer(4294967295))}, LogicalType::BIGINT,
                           Encoding::INTEGER, input.OfOneRow(std::move(value), null),
                           RemoteExpr::Aggregate("sum", {x}, input.filter))};
}

void MergeLimbs(const SplitInput &input, const Limbs &limbs, Expressions &merges) {
  merges.push_back(Merge(input, "sum", limbs.high));
  merges.push_back(Merge(input, "sum", limbs.low));
}

duckdb::unique_ptr<Expression> JoinLimbs(const SplitInput &input, duckdb::unique_ptr<Expression> high,
                                         duckdb::unique_ptr<Expression> low) {
  auto shifted = Call(input.context, "*", std::move(high), Constant(duckdb::Value::HUGEINT(4294967296)));
  return Call(input.context, "+", std::move(shifted), std::move(low));
}

// SQLite turns NaN (inf - inf) into NULL, which would be taken for "no values": a witness counts infinities.
size_t AddRealSum(const SplitInput &input) {
  const auto &x = input.Argument().expr;
  const double infinity = std::numeric_limits<double>::infinity();
  auto witnesses = input.Witnesses();
  witnesses.push_back({RemoteExpr::In(x, {RemoteExpr::Literal(infinity), RemoteExpr::Literal(-infinity)}), "infinity"});
  return input.scan.AddPartial(RemoteExpr::Aggregate("sum", {x}, input.filter), LogicalType::DOUBLE, Encoding::REAL,
                               std::move(witnesses),
                               input.OfOneRow(input.LocalArgument(), duckdb::Value(LogicalType::DOUBLE)));
}

// The lower limbs may have added up to more than 32 bits: their carry belongs to the upper ones.
std::vector<SortKey> LimbSortKeys(const SplitInput &input, const Limbs &limbs) {
  const auto high = input.scan.PartialSortKey(limbs.high).expr;
  const auto low = input.scan.PartialSortKey(limbs.low).expr;
  return {{RemoteExpr::Infix("+", high, RemoteExpr::Infix(">>", low, RemoteExpr::Integer(32))), Encoding::INTEGER},
          {RemoteExpr::Infix("&", low, RemoteExpr::Integer(4294967295)), Encoding::INTEGER}};
}

}  // namespace

size_t AddCount(const SplitInput &input) {
  std::vector<RemoteExpr> remote;
  auto one = Constant(duckdb::Value::BIGINT(1));
  if (!input.arguments.empty()) {
    remote.push_back(input.Argument().expr);
    one = CastTo(input.context, IsNotNull(input.LocalArgument()), LogicalType::BIGINT);
  }
  return input.AddPartial("count", std::move(remote), LogicalType::BIGINT, Encoding::INTEGER,
                          input.OfOneRow(std::move(one), duckdb::Value::BIGINT(0)));
}

std::optional<AggregateSplit> SplitCount(const SplitInput &input) {
  const auto partial = AddCount(input);
  return AggregateSplit{[=]() {
    FinalAggregate final;
    final.merges.push_back(Merge(input, "sum", partial));
    final.finish = [=](Expressions merged) { return CountOf(input, std::move(merged[0])); };
    final.sort_keys = {input.scan.PartialSortKey(partial)};
    return final;
  }};
}

// regr_count(y, x): rows with both.
std::optional<AggregateSplit> SplitPairCount(const SplitInput &input) {
  const auto both = RemoteExpr::Case(
      {RemoteExpr::Postfix(input.Argument().expr, "IS NOT NULL"), input.arguments[1].expr, RemoteExpr::Null()});
  auto local = Case(IsNotNull(input.LocalArgument(0)),
                    CastTo(input.context, IsNotNull(input.LocalArgument(1)), LogicalType::BIGINT),
                    Constant(duckdb::Value::BIGINT(0)));
  const auto partial = input.AddPartial("count", {both}, LogicalType::BIGINT, Encoding::INTEGER,
                                        input.OfOneRow(std::move(local), duckdb::Value::BIGINT(0)));
  return AggregateSplit{[=]() {
    FinalAggregate final;
    final.merges.push_back(Merge(input, "sum", partial));
    final.finish = [=](Expressions merged) {
      return CastTo(input.context, CountOf(input, std::move(merged[0])), LogicalType::UINTEGER);
    };
    return final;
  }};
}

std::optional<AggregateSplit> SplitSum(const SplitInput &input) {
  const auto &argument = input.Argument();
  if (argument.encoding == Encoding::REAL) return MergedInOrder(input, "sum", AddRealSum(input));
  if (argument.encoding != Encoding::INTEGER && argument.encoding != Encoding::BOOLEAN) {
    return input.Refuse("sums of " + argument.type.ToString() + " are not split");
  }
  const auto limbs = AddLimbs(input);
  return AggregateSplit{[=]() {
    FinalAggregate final;
    MergeLimbs(input, limbs, final.merges);
    final.finish = [=](Expressions merged) { return JoinLimbs(input, std::move(merged[0]), std::move(merged[1])); };
    final.sort_keys = LimbSortKeys(input, limbs);
    return final;
  }};
}

std::optional<AggregateSplit> SplitAverage(const SplitInput &input) {
  const auto encoding = input.Argument().encoding;
  const auto type = input.Argument().type.id();
  if (encoding == Encoding::REAL) {
    const auto sum = AddRealSum(input);
    const auto count = AddCount(input);
    return AggregateSplit{[=]() {
      FinalAggregate final;
      final.merges.push_back(Merge(input, "sum", sum));
      final.merges.push_back(Merge(input, "sum", count));
      final.finish = [=](Expressions merged) { return Average(std::move(merged[0]), std::move(merged[1])); };
      return final;
    }};
  }
  // avg(SMALLINT) divides doubles in DuckDB, the wider ones divide long doubles: only those are taken.
  if (encoding != Encoding::INTEGER ||
      (type != duckdb::LogicalTypeId::BIGINT && type != duckdb::LogicalTypeId::INTEGER)) {
    return input.Refuse("averages of " + input.Argument().type.ToString() + " are not split");
  }
  const auto limbs = AddLimbs(input);
  const auto count = AddCount(input);
  return AggregateSplit{[=]() {
    FinalAggregate final;
    MergeLimbs(input, limbs, final.merges);
    final.merges.push_back(Merge(input, "sum", count));
    final.finish = [=](Expressions merged) {
      auto sum = JoinLimbs(input, std::move(merged[0]), std::move(merged[1]));
      return Average(std::move(sum), std::move(merged[2]));
    };
    return final;
  }};
}

}  // namespace shardite
