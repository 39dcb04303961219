#include "engine/pushdown/aggregate_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/pushdown/bind.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::LogicalType;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;

// Everything a row of the table needs of one aggregate.
struct SplitInput {
  duckdb::ClientContext &context;
  PartialScan &scan;
  const duckdb::BoundAggregateExpression &aggregate;
  std::optional<Translation> argument;  // absent for count(*)
  std::optional<RemoteExpr> filter;
};

using Split = std::optional<AggregateSplit> (*)(const SplitInput &);

std::vector<RemoteQuery::Witness> WitnessesOf(const SplitInput &input) {
  return input.argument ? input.argument->witnesses : std::vector<RemoteQuery::Witness>{};
}

// The argument as DuckDB has it.
duckdb::unique_ptr<Expression> Argument(const SplitInput &input) { return input.aggregate.children[0]->Copy(); }

// `value` where the aggregate's FILTER holds, `otherwise` elsewhere: the partial of one row.
duckdb::unique_ptr<Expression> OfOneRow(const SplitInput &input, duckdb::unique_ptr<Expression> value,
                                        duckdb::Value otherwise) {
  if (!input.aggregate.filter) return value;
  return Case(input.aggregate.filter->Copy(), std::move(value), Constant(std::move(otherwise)));
}

size_t AddPartial(const SplitInput &input, const char *name, std::vector<RemoteExpr> arguments, LogicalType type,
                  Encoding encoding, duckdb::unique_ptr<Expression> row_value,
                  std::optional<RemoteExpr> plain = std::nullopt) {
  return input.scan.AddPartial(RemoteExpr::Aggregate(name, std::move(arguments), input.filter), std::move(type),
                               encoding, WitnessesOf(input), std::move(row_value), std::move(plain));
}

size_t AddCount(const SplitInput &input) {
  std::vector<RemoteExpr> arguments;
  auto one = Constant(duckdb::Value::BIGINT(1));
  if (input.argument) {
    arguments.push_back(input.argument->expr);
    one = CastTo(input.context, IsNotNull(Argument(input)), LogicalType::BIGINT);
  }
  return AddPartial(input, "count", std::move(arguments), LogicalType::BIGINT, Encoding::INTEGER,
                    OfOneRow(input, std::move(one), duckdb::Value::BIGINT(0)));
}

// sum over no partials is NULL, a count is 0: all shards pruned must give 0.
duckdb::unique_ptr<Expression> CountOf(const SplitInput &input, duckdb::unique_ptr<Expression> sum) {
  Expressions arguments;
  arguments.push_back(std::move(sum));
  arguments.push_back(Constant(duckdb::Value::HUGEINT(0)));
  return CastTo(input.context, Coalesce(std::move(arguments)), LogicalType::BIGINT);
}

// count: sum of counts.
std::optional<AggregateSplit> SplitCount(const SplitInput &input) {
  const auto partial = AddCount(input);
  return AggregateSplit{[=]() {
    FinalAggregate final;
    final.merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(partial)));
    final.finish = [=](Expressions merged) { return CountOf(input, std::move(merged[0])); };
    final.sort_keys = {input.scan.PartialSortKey(partial)};
    return final;
  }};
}

// min, max, bool_and, bool_or: the same again over the partials. SQLite spells the boolean ones min and max of 0 and 1.
std::optional<AggregateSplit> SplitExtreme(const SplitInput &input, const char *sqlite_name) {
  switch (input.argument->encoding) {
    case Encoding::ISO8601:
    case Encoding::ANY_TEXT:
    case Encoding::CAST_TEXT:
      input.scan.Refuse(input.aggregate.ToString() + ": text does not sort as " + input.argument->type.ToString());
      return std::nullopt;
    default: break;
  }
  const auto partial =
      AddPartial(input, sqlite_name, {input.argument->expr}, input.argument->type, input.argument->encoding,
                 OfOneRow(input, Argument(input), duckdb::Value(input.argument->type)));
  return AggregateSplit{[=]() {
    FinalAggregate final;
    final.merges.push_back(
        Aggregate(input.context, input.aggregate.function.name, input.scan.PartialReference(partial)));
    final.finish = [](Expressions merged) { return std::move(merged[0]); };
    final.sort_keys = {input.scan.PartialSortKey(partial)};
    return final;
  }};
}
std::optional<AggregateSplit> SplitMin(const SplitInput &input) { return SplitExtreme(input, "min"); }
std::optional<AggregateSplit> SplitMax(const SplitInput &input) { return SplitExtreme(input, "max"); }

// A sum of integers never overflows: where the plain one does, its upper and lower 32 bits are added apart. x = (x >>
// 32) * 2^32 + (x & 0xFFFFFFFF) holds for negative x too, since SQLite's shift is arithmetic.
struct Limbs {
  size_t high, low;
};

// Of one row, the lower limb is the value itself: the two only have to add up.
Limbs AddLimbs(const SplitInput &input) {
  const auto &x = input.argument->expr;
  const duckdb::Value null(LogicalType::BIGINT);
  auto value = CastTo(input.context, Argument(input), LogicalType::BIGINT);
  auto zero = Case(IsNotNull(Argument(input)), Constant(duckdb::Value::BIGINT(0)), Constant(null));
  return {AddPartial(input, "sum", {RemoteExpr::Infix(">>", x, RemoteExpr::Integer(32))}, LogicalType::BIGINT,
                     Encoding::INTEGER, OfOneRow(input, std::move(zero), null), RemoteExpr::Integer(0)),
          AddPartial(input, "sum", {RemoteExpr::Infix("&", x, RemoteExpr::Integer(4294967295))}, LogicalType::BIGINT,
                     Encoding::INTEGER, OfOneRow(input, std::move(value), null),
                     RemoteExpr::Aggregate("sum", {x}, input.filter))};
}

void MergeLimbs(const SplitInput &input, const Limbs &limbs, Expressions &merges) {
  merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(limbs.high)));
  merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(limbs.low)));
}

duckdb::unique_ptr<Expression> JoinLimbs(const SplitInput &input, duckdb::unique_ptr<Expression> high,
                                         duckdb::unique_ptr<Expression> low) {
  auto shifted = Call(input.context, "*", std::move(high), Constant(duckdb::Value::HUGEINT(4294967296)));
  return Call(input.context, "+", std::move(shifted), std::move(low));
}

// SQLite turns NaN (inf - inf) into NULL, which would be taken for "no values": a witness counts infinities.
size_t AddRealSum(const SplitInput &input) {
  const auto &x = input.argument->expr;
  const double infinity = std::numeric_limits<double>::infinity();
  auto witnesses = WitnessesOf(input);
  witnesses.push_back({RemoteExpr::In(x, {RemoteExpr::Literal(infinity), RemoteExpr::Literal(-infinity)}), "infinity"});
  return input.scan.AddPartial(RemoteExpr::Aggregate("sum", {x}, input.filter), LogicalType::DOUBLE, Encoding::REAL,
                               std::move(witnesses),
                               OfOneRow(input, Argument(input), duckdb::Value(LogicalType::DOUBLE)));
}

// The lower limbs may have added up to more than 32 bits: their carry belongs to the upper ones.
std::vector<SortKey> LimbSortKeys(const SplitInput &input, const Limbs &limbs) {
  const auto high = input.scan.PartialSortKey(limbs.high).expr;
  const auto low = input.scan.PartialSortKey(limbs.low).expr;
  return {{RemoteExpr::Infix("+", high, RemoteExpr::Infix(">>", low, RemoteExpr::Integer(32))), Encoding::INTEGER},
          {RemoteExpr::Infix("&", low, RemoteExpr::Integer(4294967295)), Encoding::INTEGER}};
}

std::optional<AggregateSplit> SplitSum(const SplitInput &input) {
  if (input.argument->encoding == Encoding::REAL) {
    const auto partial = AddRealSum(input);
    return AggregateSplit{[=]() {
      FinalAggregate final;
      final.merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(partial)));
      final.finish = [](Expressions merged) { return std::move(merged[0]); };
      final.sort_keys = {input.scan.PartialSortKey(partial)};
      return final;
    }};
  }
  if (input.argument->encoding != Encoding::INTEGER && input.argument->encoding != Encoding::BOOLEAN) {
    input.scan.Refuse(input.aggregate.ToString() + ": sums of " + input.argument->type.ToString() + " are not split");
    return std::nullopt;
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
  const auto encoding = input.argument->encoding;
  const auto type = input.argument->type.id();
  if (encoding == Encoding::REAL) {
    const auto sum = AddRealSum(input);
    const auto count = AddCount(input);
    return AggregateSplit{[=]() {
      FinalAggregate final;
      final.merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(sum)));
      final.merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(count)));
      final.finish = [=](Expressions merged) { return Average(std::move(merged[0]), std::move(merged[1])); };
      return final;
    }};
  }
  // avg(SMALLINT) divides doubles in DuckDB, the wider ones divide long doubles: only those are taken.
  if (encoding != Encoding::INTEGER ||
      (type != duckdb::LogicalTypeId::BIGINT && type != duckdb::LogicalTypeId::INTEGER)) {
    input.scan.Refuse(input.aggregate.ToString() + ": averages of " + input.argument->type.ToString() +
                      " are not split");
    return std::nullopt;
  }
  const auto limbs = AddLimbs(input);
  const auto count = AddCount(input);
  return AggregateSplit{[=]() {
    FinalAggregate final;
    MergeLimbs(input, limbs, final.merges);
    final.merges.push_back(Aggregate(input.context, "sum", input.scan.PartialReference(count)));
    final.finish = [=](Expressions merged) {
      auto sum = JoinLimbs(input, std::move(merged[0]), std::move(merged[1]));
      return Average(std::move(sum), std::move(merged[2]));
    };
    return final;
  }};
}

struct AggregateRow {
  const char *name;
  Split split;
};

constexpr std::array<AggregateRow, 8> TABLE = {{
    {"count_star", SplitCount},
    {"count", SplitCount},
    {"sum", SplitSum},
    {"avg", SplitAverage},
    {"min", SplitMin},
    {"max", SplitMax},
    {"bool_and", SplitMin},
    {"bool_or", SplitMax},
}};

// DISTINCT needs every value once: they become group keys, and the aggregate itself stays as it is.
std::optional<AggregateSplit> SplitDistinct(PartialScan &scan, const duckdb::BoundAggregateExpression &aggregate) {
  scan.NeedsGroups();
  auto copy = aggregate.Copy();
  auto &local = copy->Cast<duckdb::BoundAggregateExpression>();
  for (auto &argument : local.children) {
    argument = scan.OverKeys(std::move(argument));
    if (!argument) return std::nullopt;
  }
  if (local.filter) {
    local.filter = scan.OverKeys(std::move(local.filter));
    if (!local.filter) return std::nullopt;
  }
  const std::shared_ptr<Expression> shared(copy.release());
  return AggregateSplit{[shared]() {
    FinalAggregate final;
    final.merges.push_back(shared->Copy());
    final.finish = [](Expressions merged) { return std::move(merged[0]); };
    return final;
  }};
}

}  // namespace

std::optional<AggregateSplit> SplitAggregate(duckdb::ClientContext &context, PartialScan &scan,
                                             const duckdb::BoundAggregateExpression &aggregate) {
  const auto refuse = [&](const std::string &why) {
    scan.Refuse(aggregate.ToString() + ": " + why);
    return std::nullopt;
  };
  if (aggregate.order_bys && !aggregate.order_bys->orders.empty())
    return refuse("ORDER BY inside an aggregate is not split");
  if (aggregate.IsDistinct()) return SplitDistinct(scan, aggregate);
  const auto row = std::find_if(TABLE.begin(), TABLE.end(), [&](const AggregateRow &candidate) {
    return candidate.name == aggregate.function.name;
  });
  if (row == TABLE.end()) return refuse("this aggregate is not split");
  if (aggregate.children.size() > 1) return refuse("this form of the aggregate is not split");

  SplitInput input{context, scan, aggregate, std::nullopt, std::nullopt};
  if (!aggregate.children.empty()) {
    input.argument = scan.Value(*aggregate.children[0]);
    if (!input.argument) return refuse(scan.TranslationReason());
  }
  if (aggregate.filter) {
    input.filter = scan.ExactFilter(*aggregate.filter);
    if (!input.filter) return std::nullopt;
  }
  return row->split(input);
}

}  // namespace shardite
