// Before:  DELIM_JOIN list's columns               After:  UNNEST list
//            [WINDOW row_number() delim_index]               a
//              a
//            GET unnest()
//              PROJECTION list, the columns
//                DELIM_GET the columns
//
// `FROM a, unnest(list of a's columns)` becomes a join of a with the values of its distinct lists, or of its numbered
// rows. Safe: an inner join whose one side is an UNNEST of the other's columns gives every row of a once for each value
// of its own list, which is what UNNEST over a does; the columns keep their names, and nobody else reads the numbers.
// DuckDB does the same only where the list is a bare column. Filters and aggregates then find their way as in a
// subquery.

#include <algorithm>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_unnest_expression.hpp>
#include <duckdb/planner/expression/bound_window_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_delim_get.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
#include <duckdb/planner/operator/logical_unnest.hpp>
#include <duckdb/planner/operator/logical_window.hpp>

#include "engine/pushdown/rules.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using Columns = duckdb::vector<duckdb::unique_ptr<Expression>>;

bool IsRowNumbering(const LogicalOperator &op) {
  if (op.type != LogicalOperatorType::LOGICAL_WINDOW || op.expressions.size() != 1) return false;
  const auto &number = *op.expressions[0];
  return number.GetExpressionType() == duckdb::ExpressionType::WINDOW_ROW_NUMBER && number.GetAlias() == "delim_index";
}

// What replaces columns of the node with that table index; false when an expression reads something else.
bool Replace(duckdb::unique_ptr<Expression> &expr, duckdb::idx_t table_index, const Columns &columns) {
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto &reference = expr->Cast<duckdb::BoundColumnRefExpression>();
    const auto binding = reference.binding;
    const bool known = reference.depth == 0 && binding.table_index == table_index;
    if (!known || binding.column_index >= columns.size()) return false;
    if (columns[binding.column_index]->return_type != expr->return_type) return false;
    expr = columns[binding.column_index]->Copy();
    return true;
  }
  bool all = true;
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { all = all && Replace(child, table_index, columns); });
  return all;
}

// The function unnest() over one list; nullptr for anything else.
const duckdb::LogicalGet *AsUnnest(const LogicalOperator &op) {
  if (op.type != LogicalOperatorType::LOGICAL_GET || op.children.size() != 1) return nullptr;
  const auto &get = op.Cast<duckdb::LogicalGet>();
  return get.function.name == "unnest" && get.returned_types.size() == 1 ? &get : nullptr;
}

// The list over the columns of the join's left side; nullptr when the right side is something else.
duckdb::unique_ptr<Expression> ListOverLeftSide(const duckdb::LogicalComparisonJoin &join) {
  const auto *unnest = AsUnnest(*join.children[1]);
  if (!unnest || unnest->children[0]->type != LogicalOperatorType::LOGICAL_PROJECTION) return nullptr;
  const auto &projection = *unnest->children[0];
  const auto &delim_get = *projection.children[0];
  if (delim_get.type != LogicalOperatorType::LOGICAL_DELIM_GET) return nullptr;
  auto list = projection.expressions[0]->Copy();
  if (list->return_type != duckdb::LogicalType::LIST(unnest->returned_types[0])) return nullptr;
  if (list->IsVolatile() || list->HasSubquery()) return nullptr;
  const auto delim_index = delim_get.Cast<duckdb::LogicalDelimGet>().table_index;
  return Replace(list, delim_index, join.duplicate_eliminated_columns) ? std::move(list) : nullptr;
}

bool ReadsNumber(const Expression &expr, const LogicalOperator &numbering) {
  const auto index = numbering.Cast<duckdb::LogicalWindow>().window_index;
  bool reads = expr.GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF &&
               expr.Cast<duckdb::BoundColumnRefExpression>().binding.table_index == index;
  duckdb::ExpressionIterator::EnumerateChildren(
      expr, [&](const Expression &child) { reads = reads || ReadsNumber(child, numbering); });
  return reads;
}

bool JoinsOnlyTheColumns(const duckdb::LogicalComparisonJoin &join) {
  // A number tells rows apart alone.
  const auto conditions = IsRowNumbering(*join.children[0]) ? 1 : join.duplicate_eliminated_columns.size();
  return !join.predicate && join.conditions.size() == conditions &&
         std::all_of(join.conditions.begin(), join.conditions.end(), [](const duckdb::JoinCondition &condition) {
           return condition.comparison == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM;
         });
}

}  // namespace

void UnnestLaterals(duckdb::unique_ptr<LogicalOperator> &plan) {
  for (auto &child : plan->children) UnnestLaterals(child);
  if (plan->type != LogicalOperatorType::LOGICAL_DELIM_JOIN) return;
  auto &join = plan->Cast<duckdb::LogicalComparisonJoin>();
  if (join.join_type != duckdb::JoinType::INNER || join.delim_flipped || !JoinsOnlyTheColumns(join)) return;
  auto list = ListOverLeftSide(join);
  if (!list) return;
  const bool numbered = IsRowNumbering(*join.children[0]);
  if (numbered && ReadsNumber(*list, *join.children[0])) return;
  const auto &get = *AsUnnest(*join.children[1]);
  auto value = duckdb::make_uniq<duckdb::BoundUnnestExpression>(get.returned_types[0]);
  value->child = std::move(list);
  auto unnest = duckdb::make_uniq<duckdb::LogicalUnnest>(get.table_index);
  unnest->expressions.push_back(std::move(value));
  unnest->children.push_back(std::move(numbered ? join.children[0]->children[0] : join.children[0]));
  plan = std::move(unnest);
}

}  // namespace shardite
