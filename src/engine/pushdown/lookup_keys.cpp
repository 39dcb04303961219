#include "engine/pushdown/lookup_keys.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>

#include "engine/scan/shard_scan.hpp"
#include "engine/translate/constants.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::ExpressionType;
using Keys = std::optional<std::vector<duckdb::Value>>;
using IsColumn = std::function<bool(const Expression &)>;

// NULL equals nothing, so it is no key, and no more rows pass for it.
bool Add(std::vector<duckdb::Value> &keys, const Expression &constant, const duckdb::LogicalType &type) {
  const auto value = ConstantOf(constant);
  if (!value || value->type() != type) return false;
  if (!value->IsNull() && std::find(keys.begin(), keys.end(), *value) == keys.end()) keys.push_back(*value);
  return true;
}

Keys OfEquality(const Expression &left, const Expression &right, const IsColumn &is_column) {
  const bool turned = is_column(right);
  if (!turned && !is_column(left)) return std::nullopt;
  std::vector<duckdb::Value> keys;
  if (!Add(keys, turned ? left : right, left.return_type)) return std::nullopt;
  return keys;
}

Keys OfList(const duckdb::BoundOperatorExpression &in, const IsColumn &is_column) {
  if (!is_column(*in.children[0])) return std::nullopt;
  std::vector<duckdb::Value> keys;
  for (size_t i = 1; i < in.children.size(); i++) {
    if (!Add(keys, *in.children[i], in.children[0]->return_type)) return std::nullopt;
  }
  return keys;
}

Keys OfConjunction(const duckdb::BoundConjunctionExpression &expr, const IsColumn &is_column) {
  const bool either = expr.GetExpressionType() == ExpressionType::CONJUNCTION_OR;
  std::vector<duckdb::Value> all;
  for (const auto &child : expr.children) {
    auto keys = KeysNamed(*child, is_column);
    if (!either && keys) return keys;
    if (either && !keys) return std::nullopt;
    if (!either) continue;
    for (const auto &key : *keys) {
      if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
    }
  }
  return either ? Keys(std::move(all)) : std::nullopt;
}

bool Reads(const Expression &expr, const IsColumn &is_column) {
  bool reads = is_column(expr);
  duckdb::ExpressionIterator::EnumerateChildren(
      expr, [&](const Expression &child) { reads = reads || Reads(child, is_column); });
  return reads;
}

}  // namespace

Keys KeysNamed(const Expression &filter, const IsColumn &is_column) {
  switch (filter.GetExpressionType()) {
    case ExpressionType::COMPARE_EQUAL: {
      const auto &comparison = filter.Cast<duckdb::BoundComparisonExpression>();
      return OfEquality(*comparison.left, *comparison.right, is_column);
    }
    case ExpressionType::COMPARE_IN: return OfList(filter.Cast<duckdb::BoundOperatorExpression>(), is_column);
    case ExpressionType::CONJUNCTION_AND:
    case ExpressionType::CONJUNCTION_OR:
      return OfConjunction(filter.Cast<duckdb::BoundConjunctionExpression>(), is_column);
    default: return std::nullopt;
  }
}

void NoteLookupKeys(duckdb::LogicalGet &get, const Expression &filter) {
  auto &bind_data = get.bind_data->Cast<ShardScanBindData>();
  if (!bind_data.table->lookup) return;
  const auto resolve = ResolveColumns(get);
  const auto is_key = [&](const Expression &expr) { return resolve(expr) == bind_data.table->lookup->columns.key; };
  auto &use = bind_data.spec.lookup;
  auto keys = KeysNamed(filter, is_key);
  if (keys && !keys->empty()) {
    // Each filter holds, so the shortest list does.
    if (use.keys.empty() || keys->size() < use.keys.size()) use.keys = std::move(*keys);
  } else if (filter.GetExpressionType() != ExpressionType::OPERATOR_IS_NOT_NULL && Reads(filter, is_key)) {
    use.no_keys = filter.ToString();
  }
}

}  // namespace shardite
