#include "engine/pushdown/partial_scan.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>

#include "engine/pushdown/filters.hpp"
#include "engine/scan/sample.hpp"

namespace shardite {

using duckdb::BoundColumnRefExpression;
using duckdb::Expression;

PartialScan::PartialScan(RuleInput &input, const ScanChain &chain)
    : context_(input.context),
      chain_(chain),
      get_(chain.Get()),
      old_(chain.Get().bind_data->Cast<ShardScanBindData>()),
      translator_(old_.table->logical, ResolveColumns(chain.Get()), old_.zone),
      spec_(old_.spec),
      table_index_(input.binder.GenerateTableIndex()) {}

std::optional<size_t> PartialScan::AddKey(const Translation &translation, const Expression &expr) {
  // Values of any storage class group by SQLite's idea of equality, which is not their text's.
  if (translation.encoding == Encoding::ANY_TEXT) {
    reason_ = "a column without one storage class cannot be a group key on the shards";
    return std::nullopt;
  }
  for (size_t key = 0; key < keys_.size(); key++) {
    if (keys_[key].value.expr.Equals(translation.expr) && keys_[key].value.type == translation.type) return key;
  }
  keys_.push_back({"key " + std::to_string(keys_.size() + 1), translation, OverLogicalColumns(expr.Copy())});
  return keys_.size() - 1;
}

namespace {

bool Guards(const Expression &expr) {
  switch (expr.GetExpressionClass()) {
    case duckdb::ExpressionClass::BOUND_CASE:
    case duckdb::ExpressionClass::BOUND_CONJUNCTION: return true;
    case duckdb::ExpressionClass::BOUND_OPERATOR:
      return expr.GetExpressionType() == duckdb::ExpressionType::OPERATOR_TRY ||
             expr.GetExpressionType() == duckdb::ExpressionType::OPERATOR_COALESCE;
    default: return false;
  }
}

void ToReferences(duckdb::unique_ptr<Expression> &expr, const Translator::Resolve &resolve) {
  if (const auto column = resolve(*expr)) {
    expr = duckdb::make_uniq<duckdb::BoundReferenceExpression>(expr->return_type, *column);
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { ToReferences(child, resolve); });
}

}  // namespace

std::shared_ptr<const Expression> PartialScan::OverLogicalColumns(duckdb::unique_ptr<Expression> expr) const {
  ToReferences(expr, ResolveColumns(get_));
  return std::shared_ptr<Expression>(std::move(expr));
}

bool PartialScan::IntoKeys(duckdb::unique_ptr<Expression> &expr, bool guarded) {
  if (expr->IsVolatile() || expr->HasSubquery() || expr->HasParameter()) {
    reason_ = expr->ToString() + " has another value for every row";
    return false;
  }
  if (expr->IsFoldable()) return true;
  const auto translation = translator_.Value(*expr);
  // What may raise an error is not taken out from under its guard: where the proof fails, it would meet every row.
  if (translation && !(guarded && expr->CanThrow() && !translation->witnesses.empty())) {
    const auto key = AddKey(*translation, *expr);
    if (!key) return false;
    if (auto widening = spec_.bucket ? std::nullopt : translator_.WideningOf(*expr)) {
      spec_.bucket = ScanSpec::TimeBucket{*key, std::move(*widening)};
    }
    const auto alias = expr->GetAlias();
    expr = duckdb::make_uniq<BoundColumnRefExpression>(alias, expr->return_type,
                                                       duckdb::ColumnBinding(table_index_, *key));
    return true;
  }
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    reason_ = translator_.Reason();
    return false;
  }
  bool fits = true;
  const bool guards = guarded || Guards(*expr);
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { fits = fits && IntoKeys(child, guards); });
  return fits;
}

duckdb::unique_ptr<Expression> PartialScan::OverKeys(duckdb::unique_ptr<Expression> expr) {
  return IntoKeys(expr, false) ? std::move(expr) : nullptr;
}

duckdb::unique_ptr<Expression> PartialScan::AddKeyOf(const Translation &value, const Expression &row_value) {
  const auto key = AddKey(value, row_value);
  if (!key) return nullptr;
  return duckdb::make_uniq<BoundColumnRefExpression>(value.type, duckdb::ColumnBinding(table_index_, *key));
}

std::optional<RemoteExpr> PartialScan::ExactFilter(const Expression &expr) {
  const auto filter = translator_.Filter(expr);
  if (filter && filter->exact) return filter->expr;
  reason_ = "FILTER " + expr.ToString() + ": " + translator_.Reason();
  return std::nullopt;
}

bool PartialScan::TakeConditions() {
  for (auto &condition : chain_.Conditions()) {
    const bool fixed = !condition->IsVolatile() && !condition->HasSubquery() && !condition->HasParameter();
    if (fixed && PushFilter(spec_, translator_, *condition) == FilterPush::EXACT) continue;
    auto over_keys = OverKeys(std::move(condition));
    if (!over_keys) return false;
    left_.push_back(std::move(over_keys));
  }
  return true;
}

size_t PartialScan::AddPartial(RemoteExpr aggregate, duckdb::LogicalType type, Encoding encoding,
                               std::vector<RemoteQuery::Witness> witnesses, duckdb::unique_ptr<Expression> row_value,
                               std::optional<RemoteExpr> plain) {
  for (size_t partial = 0; partial < partials_.size(); partial++) {
    auto &known = partials_[partial].value;
    if (!known.expr.Equals(aggregate)) continue;
    for (auto &witness : witnesses) {
      const bool has = std::any_of(known.witnesses.begin(), known.witnesses.end(),
                                   [&](const auto &other) { return other.violated.Equals(witness.violated); });
      if (!has) known.witnesses.push_back(std::move(witness));
    }
    return partial;
  }
  partials_.push_back({"partial " + std::to_string(partials_.size() + 1),
                       {std::move(aggregate), std::move(type), encoding, std::move(witnesses)},
                       OverLogicalColumns(std::move(row_value)),
                       std::move(plain)});
  return partials_.size() - 1;
}

void PartialScan::NoteExtreme(const RemoteExpr &extreme) {
  const bool known =
      std::any_of(extremes_.begin(), extremes_.end(), [&](const RemoteExpr &other) { return other.Equals(extreme); });
  if (!known) extremes_.push_back(extreme);
}

PartialScan::Mark PartialScan::Now() const {
  return {keys_.size(), partials_.size(), extremes_.size(), bound_to_.size(), needs_groups_, few_groups_for_};
}

void PartialScan::Return(const Mark &mark) {
  const auto shorten = [](auto &list, size_t length) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(length), list.end());
  };
  shorten(keys_, mark.keys);
  shorten(partials_, mark.partials);
  shorten(extremes_, mark.extremes);
  shorten(bound_to_, mark.bound_to);
  if (spec_.bucket && spec_.bucket->column >= mark.keys) spec_.bucket.reset();
  needs_groups_ = mark.needs_groups;
  few_groups_for_ = mark.few_groups_for;
}

std::optional<double> PartialScan::SampleMean(const RemoteExpr &expr) const {
  return shardite::SampleMean(context_, old_, expr);
}

// Where every fourth row or more has values of its own, grouping costs the shard a sort and saves little.
bool PartialScan::ValuesRepeat(const std::string &wanted_by) {
  constexpr uint64_t LEAST_ROWS_PER_NEW_GROUP = 4;
  std::vector<RemoteExpr> keys;
  for (const auto &key : keys_) keys.push_back(key.value.expr);
  const auto sample = SampleGroups(context_, old_, keys);
  if (!sample) {
    reason_ = wanted_by + "; no sample shows whether values repeat";
    return false;
  }
  if (sample->single * LEAST_ROWS_PER_NEW_GROUP <= sample->rows) return true;
  reason_ = wanted_by + "; values repeat too little to be counted on the shards (" + std::to_string(sample->single) +
            " of " + std::to_string(sample->rows) + " sampled rows of shard " + sample->shard + " have their own)";
  return false;
}

duckdb::unique_ptr<Expression> PartialScan::PartialReference(size_t partial) const {
  const auto &column = partials_[partial];
  return duckdb::make_uniq<BoundColumnRefExpression>(column.value.type,
                                                     duckdb::ColumnBinding(table_index_, keys_.size() + partial));
}

SortKey PartialScan::PartialSortKey(size_t partial) const {
  return {RemoteExpr::Column(keys_.size() + partial), partials_[partial].value.encoding};
}

std::optional<size_t> PartialScan::KeyOf(const Expression &expr) const {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return std::nullopt;
  const auto binding = expr.Cast<BoundColumnRefExpression>().binding;
  if (binding.table_index != table_index_ || binding.column_index >= keys_.size()) return std::nullopt;
  return binding.column_index;
}

duckdb::vector<duckdb::LogicalType> PartialScan::Types() const {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto *columns : {&keys_, &partials_}) {
    for (const auto &column : *columns) types.push_back(column.value.type);
  }
  return types;
}

duckdb::unique_ptr<duckdb::LogicalOperator> PartialScan::Build(const std::string &pushed_as) {
  if (keys_.empty() && (needs_groups_ || !left_.empty())) {
    const duckdb::BoundConstantExpression one(duckdb::Value::BIGINT(1));
    AddKey({RemoteExpr::Integer(1), duckdb::LogicalType::BIGINT, Encoding::INTEGER, {}}, one);
  }
  auto bind_data = duckdb::make_uniq<ShardScanBindData>();
  bind_data->table = old_.table;
  bind_data->settings = old_.settings;
  bind_data->zone = old_.zone;
  bind_data->spec = spec_;
  auto &spec = bind_data->spec;
  spec.columns = keys_;
  spec.columns.insert(spec.columns.end(), partials_.begin(), partials_.end());
  spec.grouped = true;
  spec.group_keys = keys_.size();
  // Joins above the aggregate found their way to the old scan through GROUP BY columns: rows without one of their keys
  // make up whole groups that the joins drop.
  const auto resolve = ResolveColumns(get_);
  for (duckdb::idx_t i = 0; i < get_.GetColumnIds().size(); i++) {
    const BoundColumnRefExpression reference(get_.GetColumnType(get_.GetColumnIds()[i]),
                                             duckdb::ColumnBinding(get_.table_index, i));
    spec.replaced_columns.push_back(resolve(reference));
  }
  spec.pushed.push_back(pushed_as + (few_groups_for_.empty() ? "" : " (values with their counts)"));

  duckdb::vector<duckdb::LogicalType> types;
  duckdb::vector<std::string> names;
  duckdb::vector<duckdb::ColumnIndex> column_ids;
  for (const auto &column : spec.columns) {
    column_ids.emplace_back(names.size());
    types.push_back(column.value.type);
    names.push_back(column.name);
  }
  auto get = duckdb::make_uniq<duckdb::LogicalGet>(table_index_, get_.function, std::move(bind_data), std::move(types),
                                                   std::move(names));
  get->SetColumnIds(std::move(column_ids));
  get->dynamic_filters = get_.dynamic_filters;
  get->SetEstimatedCardinality(
      get_.has_estimated_cardinality ? std::max<duckdb::idx_t>(get_.estimated_cardinality / 10, 1) : 1000);
  if (left_.empty()) return get;
  auto filter = duckdb::make_uniq<duckdb::LogicalFilter>();
  filter->expressions = std::move(left_);
  filter->SetEstimatedCardinality(get->estimated_cardinality);
  filter->children.push_back(std::move(get));
  return filter;
}

}  // namespace shardite
