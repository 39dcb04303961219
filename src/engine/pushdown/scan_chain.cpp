#include "engine/pushdown/scan_chain.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_unnest_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>

#include "engine/scan/runtime_filters.hpp"

namespace shardite {

using duckdb::BoundColumnRefExpression;
using duckdb::Expression;
using duckdb::LogicalOperatorType;

namespace {

// Whether rows of a child that compare alike have the same fate in a join of this type.
bool KeepsAlike(duckdb::JoinType type, size_t child) {
  switch (type) {
    case duckdb::JoinType::INNER:
    case duckdb::JoinType::LEFT:
    case duckdb::JoinType::RIGHT:
    case duckdb::JoinType::OUTER: return true;
    case duckdb::JoinType::SEMI:
    case duckdb::JoinType::ANTI: return child == 0;
    case duckdb::JoinType::RIGHT_SEMI:
    case duckdb::JoinType::RIGHT_ANTI: return child == 1;
    default: return false;
  }
}

// Whether rows of the other child stay that match none of this one.
bool KeepsOthers(duckdb::JoinType type, size_t child) {
  return type == duckdb::JoinType::OUTER || type == (child == 0 ? duckdb::JoinType::RIGHT : duckdb::JoinType::LEFT);
}

}  // namespace

std::optional<ScanChain> ScanChain::Find(duckdb::LogicalOperator &top, Unnests unnests) {
  ScanChain chain;
  auto *op = &top;
  while (true) {
    if (op->type == LogicalOperatorType::LOGICAL_UNNEST && op->expressions.size() == 1) {
      if (unnests == Unnests::NONE || chain.unnest_) return std::nullopt;
      chain.unnest_ = &op->Cast<duckdb::LogicalUnnest>();
    } else if (op->type != LogicalOperatorType::LOGICAL_PROJECTION && op->type != LogicalOperatorType::LOGICAL_FILTER) {
      break;
    }
    chain.operators_.push_back(op);
    op = op->children[0].get();
  }
  if (!IsShardScan(*op)) return std::nullopt;
  chain.get_ = &op->Cast<duckdb::LogicalGet>();
  return chain;
}

std::vector<ScanChain> ScanChain::FindBelowJoins(duckdb::LogicalOperator &top) {
  std::vector<ScanChain> found;
  SearchBelow(top, ScanChain(), found);
  return found;
}

void ScanChain::SearchBelow(duckdb::LogicalOperator &op, ScanChain path, std::vector<ScanChain> &found) {
  if (IsShardScan(op)) {
    path.get_ = &op.Cast<duckdb::LogicalGet>();
    path.ReadJoinKeys();
    return found.push_back(std::move(path));
  }
  path.operators_.push_back(&op);
  if (op.type == LogicalOperatorType::LOGICAL_PROJECTION || op.type == LogicalOperatorType::LOGICAL_FILTER) {
    SearchBelow(*op.children[0], std::move(path), found);
  } else if (op.type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN) {
    const auto &join = op.Cast<duckdb::LogicalComparisonJoin>();
    for (size_t child = 0; child < 2; child++) {
      ScanChain below;
      below.operators_ = path.operators_;
      below.joins_by_keys_ = path.joins_by_keys_ && !join.predicate && KeepsAlike(join.join_type, child);
      below.absent_for_others_ = path.absent_for_others_ || KeepsOthers(join.join_type, child);
      SearchBelow(*op.children[child], std::move(below), found);
    }
  }
}

void ScanChain::ReadJoinKeys() {
  for (size_t i = 0; i < operators_.size(); i++) {
    if (operators_[i]->type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) continue;
    below_joins_ = i + 1;
    for (const auto &condition : operators_[i]->Cast<duckdb::LogicalComparisonJoin>().conditions) {
      const bool equality = condition.comparison == duckdb::ExpressionType::COMPARE_EQUAL ||
                            condition.comparison == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM;
      for (const auto *side : {&condition.left, &condition.right}) {
        auto key = (*side)->Copy();
        InlineInto(key, i + 1);
        if (!ReadsScan(*key)) continue;
        joins_by_keys_ = joins_by_keys_ && equality;
        join_keys_.push_back(std::move(key));
      }
    }
  }
}

bool ScanChain::FiltersAboveJoins() const {
  const auto end = operators_.begin() + static_cast<std::ptrdiff_t>(below_joins_);
  return std::any_of(operators_.begin(), end,
                     [](const auto *op) { return op->type == LogicalOperatorType::LOGICAL_FILTER; });
}

duckdb::unique_ptr<duckdb::LogicalOperator> ScanChain::PutBelowJoins(
    duckdb::unique_ptr<duckdb::LogicalOperator> top, duckdb::unique_ptr<duckdb::LogicalOperator> source,
    duckdb::vector<duckdb::unique_ptr<Expression>> keys) const {
  size_t key = 0;
  auto *slot = &top;
  for (size_t i = 0; i < below_joins_; i++) {
    if (operators_[i]->type == LogicalOperatorType::LOGICAL_PROJECTION) {
      auto child = std::move((*slot)->children[0]);
      *slot = std::move(child);
      continue;
    }
    auto &join = operators_[i]->Cast<duckdb::LogicalComparisonJoin>();
    const auto *next = i + 1 < operators_.size() ? operators_[i + 1] : get_;
    const bool left = join.children[0].get() == next;
    for (auto &condition : join.conditions) {
      auto &side = left ? condition.left : condition.right;
      InlineInto(side, i + 1);
      if (ReadsScan(*side)) side = std::move(keys[key++]);
    }
    (left ? join.left_projection_map : join.right_projection_map).clear();
    slot = &join.children[left ? 0 : 1];
  }
  *slot = std::move(source);
  return top;
}

bool ScanChain::Reads(const Expression &expr) const { return ReadsScan(*Inline(expr)); }

bool ScanChain::ReadsScan(const Expression &expr) const {
  bool reads = false;
  duckdb::ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
      expr, [&](const BoundColumnRefExpression &column) {
        reads = reads || column.binding.table_index == get_->table_index;
      });
  return reads;
}

// Bindings name the node that made a column, so each projection is looked for by its table index, from `from` down.
void ScanChain::InlineInto(duckdb::unique_ptr<Expression> &expr, size_t from) const {
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto binding = expr->Cast<BoundColumnRefExpression>().binding;
    for (size_t i = from; i < operators_.size(); i++) {
      if (operators_[i]->type != LogicalOperatorType::LOGICAL_PROJECTION) continue;
      const auto &projection = operators_[i]->Cast<duckdb::LogicalProjection>();
      if (projection.table_index != binding.table_index) continue;
      const auto alias = expr->GetAlias();
      expr = projection.expressions[binding.column_index]->Copy();
      expr->SetAlias(alias);
      return InlineInto(expr, i + 1);
    }
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { InlineInto(child, from); });
}

duckdb::unique_ptr<Expression> ScanChain::UnnestedList() const {
  return unnest_ ? Inline(*unnest_->expressions[0]->Cast<duckdb::BoundUnnestExpression>().child) : nullptr;
}

bool ScanChain::IsUnnested(const Expression &expr) const {
  if (!unnest_ || expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return false;
  const auto &reference = expr.Cast<BoundColumnRefExpression>();
  return reference.depth == 0 && reference.binding == duckdb::ColumnBinding(unnest_->unnest_index, 0);
}

duckdb::unique_ptr<Expression> ScanChain::Inline(const Expression &expr) const {
  auto copy = expr.Copy();
  InlineInto(copy, 0);
  return copy;
}

duckdb::vector<duckdb::unique_ptr<Expression>> ScanChain::Conditions() const {
  duckdb::vector<duckdb::unique_ptr<Expression>> conditions;
  for (size_t i = 0; i < operators_.size(); i++) {
    if (operators_[i]->type != LogicalOperatorType::LOGICAL_FILTER) continue;
    for (const auto &filter : operators_[i]->expressions) {
      auto copy = filter->Copy();
      InlineInto(copy, i + 1);
      conditions.push_back(std::move(copy));
    }
  }
  const auto &column_ids = get_->GetColumnIds();
  for (const auto &[column, filter] : get_->table_filters.filters) {
    if (IsHint(*filter)) continue;
    for (duckdb::idx_t i = 0; i < column_ids.size(); i++) {
      if (column_ids[i].GetPrimaryIndex() != column) continue;
      const BoundColumnRefExpression reference(get_->GetColumnName(column_ids[i]), get_->GetColumnType(column_ids[i]),
                                               duckdb::ColumnBinding(get_->table_index, i));
      conditions.push_back(filter->ToExpression(reference));
    }
  }
  return conditions;
}

duckdb::unique_ptr<duckdb::LogicalGet> ScanOf(duckdb::idx_t table_index,
                                              duckdb::unique_ptr<ShardScanBindData> bind_data) {
  duckdb::vector<duckdb::LogicalType> types;
  duckdb::vector<std::string> names;
  duckdb::vector<duckdb::ColumnIndex> column_ids;
  for (const auto &column : bind_data->spec.columns) {
    column_ids.emplace_back(names.size());
    types.push_back(column.value.type);
    names.push_back(column.name);
  }
  auto get = duckdb::make_uniq<duckdb::LogicalGet>(table_index, ShardScanFunction(), std::move(bind_data),
                                                   std::move(types), std::move(names));
  get->SetColumnIds(std::move(column_ids));
  return get;
}

}  // namespace shardite
