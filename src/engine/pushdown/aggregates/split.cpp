#include "engine/pushdown/aggregates/split.hpp"

#include <duckdb/planner/expression/bound_comparison_expression.hpp>

namespace shardite {

using duckdb::Expression;
using duckdb::LogicalType;

std::vector<RemoteQuery::Witness> SplitInput::Witnesses() const {
  std::vector<RemoteQuery::Witness> witnesses;
  for (const auto &argument : arguments) {
    witnesses.insert(witnesses.end(), argument.witnesses.begin(), argument.witnesses.end());
  }
  return witnesses;
}

duckdb::unique_ptr<Expression> SplitInput::LocalArgument(size_t number) const {
  return aggregate.children[number]->Copy();
}

duckdb::unique_ptr<Expression> SplitInput::OfOneRow(duckdb::unique_ptr<Expression> value,
                                                    duckdb::Value otherwise) const {
  if (!aggregate.filter) return value;
  return Case(aggregate.filter->Copy(), std::move(value), Constant(std::move(otherwise)));
}

size_t SplitInput::AddPartial(const char *name, std::vector<RemoteExpr> remote, LogicalType type, Encoding encoding,
                              duckdb::unique_ptr<Expression> row_value, std::optional<RemoteExpr> plain) const {
  return scan.AddPartial(RemoteExpr::Aggregate(name, std::move(remote), filter), std::move(type), encoding, Witnesses(),
                         std::move(row_value), std::move(plain));
}

size_t AddRowCount(const SplitInput &input) {
  return input.scan.AddPartial(RemoteExpr::Aggregate("count", {}, input.filter), LogicalType::BIGINT, Encoding::INTEGER,
                               {}, input.OfOneRow(Constant(duckdb::Value::BIGINT(1)), duckdb::Value::BIGINT(0)));
}

duckdb::unique_ptr<Expression> HasRows(const SplitInput &input, size_t row_count) {
  return duckdb::make_uniq<duckdb::BoundComparisonExpression>(duckdb::ExpressionType::COMPARE_GREATERTHAN,
                                                              input.scan.PartialReference(row_count),
                                                              Constant(duckdb::Value::BIGINT(0)));
}

duckdb::unique_ptr<Expression> Merge(const SplitInput &input, const std::string &name, size_t partial) {
  return Aggregate(input.context, name, input.scan.PartialReference(partial));
}

AggregateSplit MergedBy(std::function<duckdb::unique_ptr<Expression>()> merge) {
  return AggregateSplit{[merge = std::move(merge)]() {
    FinalAggregate final;
    final.merges.push_back(merge());
    final.finish = [](Expressions merged) { return std::move(merged[0]); };
    return final;
  }};
}

AggregateSplit MergedInOrder(const SplitInput &input, std::string name, size_t partial) {
  return AggregateSplit{[input, name = std::move(name), partial]() {
    FinalAggregate final;
    final.merges.push_back(Merge(input, name, partial));
    final.finish = [](Expressions merged) { return std::move(merged[0]); };
    final.sort_keys = {input.scan.PartialSortKey(partial)};
    return final;
  }};
}

}  // namespace shardite
