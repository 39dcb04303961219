#include "test/differential/smaller_query.hpp"

#include <algorithm>
#include <optional>

#include <duckdb/parser/expression/conjunction_expression.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/expression/operator_expression.hpp>
#include <duckdb/parser/expression/subquery_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node/cte_node.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/query_node/set_operation_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/joinref.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>

namespace shardite::test {
namespace {

using duckdb::ParsedExpression;
using duckdb::QueryNode;
using duckdb::TableRef;
using ExpressionPointer = duckdb::unique_ptr<ParsedExpression>;

/// Walks the tree and takes the step with the given number, counting those that it passes.
class Reducer {
 public:
  explicit Reducer(size_t target) : remaining_(target) {}

  /// False when the tree has fewer steps.
  bool Reduce(duckdb::unique_ptr<QueryNode> &node) {
    Node(node);
    return done_;
  }

 private:
  bool Take() {
    if (done_) return false;
    done_ = remaining_-- == 0;
    return done_;
  }

  template <class T>
  void Drop(T &optional) {
    if (optional && Take()) optional.reset();
  }

  static bool HasModifier(const QueryNode &node, duckdb::ResultModifierType type) {
    return std::any_of(node.modifiers.begin(), node.modifiers.end(), [&](const auto &m) { return m->type == type; });
  }

  void Modifiers(QueryNode &node) {
    const bool limited = HasModifier(node, duckdb::ResultModifierType::LIMIT_MODIFIER);
    for (size_t i = 0; i < node.modifiers.size() && !done_; ++i) {
      if (limited && node.modifiers[i]->type != duckdb::ResultModifierType::LIMIT_MODIFIER) continue;
      if (Take()) node.modifiers.erase(node.modifiers.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void Node(duckdb::unique_ptr<QueryNode> &node) {
    if (done_) return;
    Modifiers(*node);
    switch (node->type) {
      case duckdb::QueryNodeType::SELECT_NODE: return Select(node->Cast<duckdb::SelectNode>());
      case duckdb::QueryNodeType::SET_OPERATION_NODE: return Sides(node);
      case duckdb::QueryNodeType::CTE_NODE: {
        auto &cte = node->Cast<duckdb::CTENode>();
        Node(cte.query);
        Node(cte.child);
        return;
      }
      default: return;
    }
  }

  void Sides(duckdb::unique_ptr<QueryNode> &node) {
    auto &sides = node->Cast<duckdb::SetOperationNode>();
    for (auto *side : {&sides.left, &sides.right}) {
      if (!Take()) continue;
      auto kept = std::move(*side);
      node = std::move(kept);
      return;
    }
    Node(sides.left);
    Node(sides.right);
  }

  void Select(duckdb::SelectNode &select) {
    Drop(select.where_clause);
    Drop(select.having);
    Drop(select.qualify);
    if (select.groups.grouping_sets.size() > 1 && Take()) select.groups.grouping_sets.resize(1);
    From(select.from_table);
    const bool limited = HasModifier(select, duckdb::ResultModifierType::LIMIT_MODIFIER);
    for (size_t i = 0; i < select.select_list.size() && select.select_list.size() > 1 && !limited && !done_; ++i) {
      if (Take()) RemoveItem(select, i);
    }
    Expression(select.where_clause);
    Expression(select.having);
    Expression(select.qualify);
    for (auto &item : select.select_list) Expression(item);
    for (auto &group : select.groups.group_expressions) Expression(group);
    for (auto &[name, cte] : select.cte_map.map) Node(cte->query->node);
  }

  /// Positions in GROUP BY and ORDER BY follow.
  static void RemoveItem(duckdb::SelectNode &select, size_t item) {
    select.select_list.erase(select.select_list.begin() + static_cast<std::ptrdiff_t>(item));
    const int64_t position = static_cast<int64_t>(item) + 1;
    std::optional<duckdb::idx_t> removed;
    auto &groups = select.groups.group_expressions;
    for (duckdb::idx_t i = 0; i < groups.size(); ++i) {
      if (MovePosition(*groups[i], position)) removed = i;
    }
    if (removed) RemoveGroup(select.groups, *removed);
    for (auto &modifier : select.modifiers) {
      if (modifier->type != duckdb::ResultModifierType::ORDER_MODIFIER) continue;
      auto &orders = modifier->Cast<duckdb::OrderModifier>().orders;
      for (size_t i = orders.size(); i-- > 0;) {
        if (MovePosition(*orders[i].expression, position))
          orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    const auto empty = [](const auto &modifier) {
      return modifier->type == duckdb::ResultModifierType::ORDER_MODIFIER &&
             modifier->template Cast<duckdb::OrderModifier>().orders.empty();
    };
    select.modifiers.erase(std::remove_if(select.modifiers.begin(), select.modifiers.end(), empty),
                           select.modifiers.end());
  }

  /// True when the expression is the removed position itself.
  static bool MovePosition(ParsedExpression &expression, int64_t removed) {
    if (expression.GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) return false;
    auto &value = expression.Cast<duckdb::ConstantExpression>().value;
    if (!value.type().IsIntegral() || value.IsNull()) return false;
    const auto position = value.GetValue<int64_t>();
    if (position > removed) value = duckdb::Value::INTEGER(static_cast<int32_t>(position - 1));
    return position == removed;
  }

  static void RemoveGroup(duckdb::GroupByNode &groups, duckdb::idx_t removed) {
    groups.group_expressions.erase(groups.group_expressions.begin() + static_cast<std::ptrdiff_t>(removed));
    for (auto &set : groups.grouping_sets) {
      duckdb::GroupingSet moved;
      for (const auto index : set) {
        if (index != removed) moved.insert(index > removed ? index - 1 : index);
      }
      set = std::move(moved);
    }
    if (groups.group_expressions.empty()) groups.grouping_sets.clear();
  }

  void From(duckdb::unique_ptr<TableRef> &table) {
    if (!table || done_) return;
    if (table->type == duckdb::TableReferenceType::JOIN) {
      auto &join = table->Cast<duckdb::JoinRef>();
      for (auto *side : {&join.left, &join.right}) {
        if (!Take()) continue;
        auto kept = std::move(*side);
        table = std::move(kept);
        return;
      }
      From(join.left);
      From(join.right);
      Expression(join.condition);
    } else if (table->type == duckdb::TableReferenceType::SUBQUERY) {
      Node(table->Cast<duckdb::SubqueryRef>().subquery->node);
    }
  }

  void Expression(ExpressionPointer &expression) {
    if (!expression || done_) return;
    switch (expression->GetExpressionClass()) {
      case duckdb::ExpressionClass::WINDOW: return;  // its order makes the answer unique
      case duckdb::ExpressionClass::SUBQUERY: {
        auto &subquery = expression->Cast<duckdb::SubqueryExpression>();
        Node(subquery.subquery->node);
        Expression(subquery.child);
        return;
      }
      case duckdb::ExpressionClass::FUNCTION: return Function(expression);
      default: break;
    }
    std::vector<ExpressionPointer *> children;
    duckdb::ParsedExpressionIterator::EnumerateChildren(*expression,
                                                        [&](ExpressionPointer &child) { children.push_back(&child); });
    if (ReplaceByOne(expression, children)) return;
    for (auto *child : children) Expression(*child);
  }

  void Function(ExpressionPointer &expression) {
    auto &function = expression->Cast<duckdb::FunctionExpression>();
    Drop(function.filter);
    if (function.distinct && Take()) function.distinct = false;
    std::vector<ExpressionPointer *> children;
    for (auto &child : function.children) children.push_back(&child);
    if (ReplaceByOne(expression, children)) return;
    for (auto *child : children) Expression(*child);
    Expression(function.filter);
  }

  bool ReplaceByOne(ExpressionPointer &expression, const std::vector<ExpressionPointer *> &children) {
    for (auto *child : children) {
      if (!*child || !Take()) continue;
      auto kept = std::move(*child);
      if (!expression->GetAlias().empty()) kept->SetAlias(expression->GetAlias());
      expression = std::move(kept);
      return true;
    }
    if (children.size() < 3 || expression->GetExpressionClass() == duckdb::ExpressionClass::FUNCTION) return false;
    // A long list or conjunction: its halves.
    if (expression->GetExpressionClass() != duckdb::ExpressionClass::OPERATOR || !Take()) return false;
    auto &list = expression->Cast<duckdb::OperatorExpression>().children;
    list.resize(1 + (list.size() - 1) / 2);
    return true;
  }

  size_t remaining_;
  bool done_ = false;
};

}  // namespace

std::vector<std::string> SmallerQueries(const std::string &sql) {
  std::vector<std::string> smaller;
  try {
    duckdb::Parser parser;
    parser.ParseQuery(sql);
    if (parser.statements.size() != 1 || parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT)
      return {};
    const auto &original = parser.statements[0]->Cast<duckdb::SelectStatement>().node;
    for (size_t step = 0;; ++step) {
      auto copy = original->Copy();
      if (!Reducer(step).Reduce(copy)) break;
      smaller.push_back(copy->ToString());
    }
  } catch (const std::exception &) {
    return smaller;  // what the parser cannot write back is left as it is
  }
  return smaller;
}

}  // namespace shardite::test
