#include "engine/pushdown/part_union.hpp"

#include <duckdb/planner/expression/bound_aggregate_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
#include <duckdb/planner/operator/logical_set_operation.hpp>

#include "engine/pushdown/bind.hpp"

namespace shardite {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::LogicalType;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;

namespace {

void Rebind(duckdb::unique_ptr<Expression> &expr, duckdb::idx_t from_table, duckdb::idx_t to_table,
            duckdb::idx_t first_column) {
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    auto &binding = expr->Cast<BoundColumnRefExpression>().binding;
    if (binding.table_index == from_table) binding = ColumnBinding(to_table, first_column + binding.column_index);
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { Rebind(child, from_table, to_table, first_column); });
}

duckdb::Value NumberOf(size_t part) { return duckdb::Value::INTEGER(static_cast<int32_t>(part)); }

}  // namespace

PartUnion::PartUnion(RuleInput &input, std::vector<UnitedPart> parts) {
  if (parts.size() == 1) {
    source_ = std::move(parts[0].source);
    groups_ = std::move(parts[0].groups);
    return;
  }
  duckdb::idx_t columns = 1 + parts[0].groups.size();
  for (const auto &part : parts) {
    places_.push_back({part.table_index, columns});
    columns += part.types.size();
  }
  for (size_t i = 0; i < parts.size(); i++) {
    auto projection = ProjectPart(input, parts, i);
    projection->SetEstimatedCardinality(parts[i].source->estimated_cardinality);
    projection->children.push_back(std::move(parts[i].source));
    if (i == 0) {
      source_ = std::move(projection);
      continue;
    }
    const auto rows = source_->estimated_cardinality + projection->estimated_cardinality;
    union_index_ = input.binder.GenerateTableIndex();
    source_ =
        duckdb::make_uniq<duckdb::LogicalSetOperation>(union_index_, columns, std::move(source_), std::move(projection),
                                                       duckdb::LogicalOperatorType::LOGICAL_UNION, true);
    source_->SetEstimatedCardinality(rows);
  }
  for (duckdb::idx_t i = 0; i < parts[0].groups.size(); i++) {
    groups_.push_back(duckdb::make_uniq<BoundColumnRefExpression>(parts[0].groups[i]->return_type,
                                                                  ColumnBinding(union_index_, 1 + i)));
  }
}

duckdb::unique_ptr<duckdb::LogicalOperator> PartUnion::ProjectPart(RuleInput &input,
                                                                   const std::vector<UnitedPart> &parts,
                                                                   size_t part) const {
  Expressions columns;
  columns.push_back(Constant(NumberOf(part)));
  for (const auto &group : parts[part].groups) columns.push_back(group->Copy());
  for (size_t other = 0; other < parts.size(); other++) {
    for (duckdb::idx_t column = 0; column < parts[other].types.size(); column++) {
      const auto &type = parts[other].types[column];
      if (other == part) {
        columns.push_back(
            duckdb::make_uniq<BoundColumnRefExpression>(type, ColumnBinding(parts[part].table_index, column)));
      } else {
        columns.push_back(Constant(duckdb::Value(type)));
      }
    }
  }
  return duckdb::make_uniq<duckdb::LogicalProjection>(input.binder.GenerateTableIndex(), std::move(columns));
}

void PartUnion::Adapt(duckdb::unique_ptr<Expression> &aggregate, size_t part) const {
  if (places_.empty()) return;
  Rebind(aggregate, places_[part].table_index, union_index_, places_[part].first_column);
  auto &filter = aggregate->Cast<duckdb::BoundAggregateExpression>().filter;
  duckdb::unique_ptr<Expression> is_of_part = duckdb::make_uniq<duckdb::BoundComparisonExpression>(
      duckdb::ExpressionType::COMPARE_EQUAL,
      duckdb::make_uniq<BoundColumnRefExpression>(LogicalType::INTEGER, ColumnBinding(union_index_, 0)),
      Constant(NumberOf(part)));
  if (filter) {
    filter = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(duckdb::ExpressionType::CONJUNCTION_AND,
                                                                   std::move(is_of_part), std::move(filter));
  } else {
    filter = std::move(is_of_part);
  }
}

}  // namespace shardite
