#include "engine/pushdown/partial_scan.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>

#include "engine/pushdown/filters.hpp"

namespace shardite {

using duckdb::BoundColumnRefExpression;
using duckdb::Expression;

PartialScan::PartialScan(RuleInput &input, const ScanChain &chain)
    : context_(input.context),
      chain_(chain),
      get_(chain.Get()),
      old_(chain.Get().bind_data->Cast<ShardScanBindData>()),
      translator_(old_.table->logical, ResolveColumns(chain.Get()), old_.zone,
                  [this](const Expression &expr) { return Member(expr); }),
      spec_(old_.spec),
      table_index_(input.binder.GenerateTableIndex()) {}

std::optional<size_t> PartialScan::AddKey(const Translation &translation, const Expression &expr) {
  size_t key = 0;
  while (key < keys_.size() &&
         !(keys_[key].value.expr.Equals(translation.expr) && keys_[key].value.type == translation.type)) {
    key++;
  }
  if (key == keys_.size()) {
    keys_.push_back({"key " + std::to_string(key + 1), translation, OverLogicalColumns(expr.Copy())});
    readers_.push_back(0);
  }
  readers_[key]++;
  return key;
}

namespace {

// DuckDB does not say of JSON's functions that they raise for what is no document.
bool MayRaise(const Expression &expr, const Translation &translation) {
  return expr.CanThrow() || !translation.expr.JsonPlaces().empty();
}

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

// What CASE and COALESCE look at first meets every row; the order of AND and OR is DuckDB's own affair.
bool GuardsFirst(const Expression &expr) {
  return expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CASE &&
         expr.GetExpressionType() != duckdb::ExpressionType::OPERATOR_COALESCE;
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
  const auto resolve = ResolveColumns(get_);
  ToReferences(expr, [&](const Expression &part) {
    return chain_.IsUnnested(part) ? old_.table->logical.columns.size() : resolve(part);
  });
  return std::shared_ptr<Expression>(std::move(expr));
}

// Columns that are read on arrival group by what is stored: equal texts are equal lists, and different texts of equal
// lists meet above. To SQLite 1 and 1.0 are one value, which have two texts: no column of NUMERIC affinity holds both.
std::optional<Translation> PartialScan::StoredValue(const Expression &expr) const {
  const auto &logical = old_.table->logical;
  const auto number = ResolveColumns(get_)(expr);
  if (!number) return std::nullopt;
  const auto encoding = EncodingOf(logical, *number);
  if (encoding != Encoding::ANY_TEXT && encoding != Encoding::CAST_TEXT) return std::nullopt;
  const auto kind = logical.columns[*number].kind;
  if (kind != ColumnKind::TEXT && kind != ColumnKind::ANY) return std::nullopt;
  const auto column = RemoteExpr::Column(*number);
  Translation stored{RemoteExpr::Postfix(column, "COLLATE BINARY"), expr.return_type, encoding, {}};
  if (kind == ColumnKind::TEXT) return stored;
  auto integral =
      RemoteExpr::And({RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {column}), RemoteExpr::Text("real")),
                       RemoteExpr::Infix("=", column, RemoteExpr::Cast(column, "INTEGER"))});
  stored.witnesses.push_back({std::move(integral), "1.0 beside 1"});
  return stored;
}

bool PartialScan::IntoKeys(duckdb::unique_ptr<Expression> &expr, bool guarded) {
  if (expr->IsVolatile() || expr->HasSubquery() || expr->HasParameter()) {
    reason_ = expr->ToString() + " has another value for every row";
    return false;
  }
  if (expr->IsFoldable()) return true;
  auto translation = StoredValue(*expr);
  if (!translation) translation = translator_.Value(*expr);
  // What may raise an error is not taken out from under its guard: where the proof fails, it would meet every row.
  if (translation && !(guarded && MayRaise(*expr, *translation) && !translation->witnesses.empty())) {
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
  const bool guards = Guards(*expr);
  bool first = !GuardsFirst(*expr);
  duckdb::ExpressionIterator::EnumerateChildren(*expr, [&](duckdb::unique_ptr<Expression> &child) {
    fits = fits && IntoKeys(child, guarded || (guards && !first));
    first = false;
  });
  return fits;
}

duckdb::unique_ptr<Expression> PartialScan::OverKeys(duckdb::unique_ptr<Expression> expr) {
  if (!IntoKeys(expr, false)) return nullptr;
  return expr;
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

// What the UNNEST gives, and the value of a list at a position that it gives.
std::optional<Translation> PartialScan::Member(const Expression &expr) const {
  if (!spec_.unnested) return std::nullopt;
  const auto &members = spec_.unnested->members;
  if (chain_.IsUnnested(expr)) return members.element;
  if (!members.value || expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) return std::nullopt;
  const auto &call = expr.Cast<duckdb::BoundFunctionExpression>();
  const bool extracts = call.function.name == "array_extract" || call.function.name == "list_extract";
  if (!extracts || call.children.size() != 2 || !chain_.IsUnnested(*call.children[1])) return std::nullopt;
  return ResolveColumns(get_)(*call.children[0]) == members.list ? members.value : std::nullopt;
}

namespace {

constexpr const char *LIST_VALUES = "the values of a list";

}  // namespace

// A row has as many values as its list is long: where few of them share a group, the rows are less.
bool PartialScan::TakeUnnest() {
  auto list = chain_.UnnestedList();
  if (!list) return true;
  auto members = translator_.Members(*list);
  reason_ = translator_.Reason();
  if (!members) return false;
  const bool of_list = members->element.encoding == Encoding::INTEGER;
  if (of_list && !spec_.filters.empty()) {
    reason_ = "the values of a list may be more than the rows, and no sample shows whether they repeat under a filter";
    return false;
  }
  spec_.unnested = UnnestedList{std::move(*members), {}, OverLogicalColumns(std::move(list))};
  spec_.pushed.emplace_back("unnest");
  if (of_list) NeedFewGroups(LIST_VALUES);
  return true;
}

bool PartialScan::ReadsUnnested(const Expression &expr) const {
  bool reads = chain_.IsUnnested(expr);
  duckdb::ExpressionIterator::EnumerateChildren(
      expr, [&](const Expression &child) { reads = reads || ReadsUnnested(child); });
  return reads;
}

// Where rows take the place of partials, shards know nothing of members: so the condition stays here too.
void PartialScan::PushMemberFilter(const Expression &condition) {
  spec_.times = spec_.times.And(translator_.Times(condition));
  if (auto filter = translator_.Filter(condition)) spec_.unnested->filters.push_back(std::move(filter->expr));
}

bool PartialScan::TakeConditions() {
  if (!TakeUnnest()) return false;
  for (auto &condition : chain_.Conditions()) {
    const bool fixed = !condition->IsVolatile() && !condition->HasSubquery() && !condition->HasParameter();
    const bool of_members = ReadsUnnested(*condition);
    if (fixed && of_members) PushMemberFilter(*condition);
    if (fixed && !of_members && PushFilter(spec_, translator_, *condition) == FilterPush::EXACT) continue;
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
  return {keys_.size(),    partials_.size(), extremes_.size(), bound_to_.size(),
          counted_.size(), readers_,         needs_groups_,    few_groups_for_};
}

void PartialScan::Return(const Mark &mark) {
  const auto shorten = [](auto &list, size_t length) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(length), list.end());
  };
  shorten(keys_, mark.keys);
  shorten(partials_, mark.partials);
  shorten(extremes_, mark.extremes);
  shorten(bound_to_, mark.bound_to);
  shorten(counted_, mark.counted);
  readers_ = mark.readers;
  if (spec_.bucket && spec_.bucket->column >= mark.keys) spec_.bucket.reset();
  needs_groups_ = mark.needs_groups;
  few_groups_for_ = mark.few_groups_for;
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
  for (auto &count : spec.distinct_counts) count.column += keys_.size();
  // Joins above the aggregate found their way to the old scan through GROUP BY columns: rows without one of their keys
  // make up whole groups that the joins drop.
  const auto resolve = ResolveColumns(get_);
  for (duckdb::idx_t i = 0; i < get_.GetColumnIds().size(); i++) {
    const BoundColumnRefExpression reference(get_.GetColumnType(get_.GetColumnIds()[i]),
                                             duckdb::ColumnBinding(get_.table_index, i));
    spec.replaced_columns.push_back(resolve(reference));
  }
  const bool counts_values =
      !few_groups_for_.empty() && few_groups_for_ != LIST_VALUES && few_groups_for_ != BELOW_JOIN;
  spec.pushed.push_back(pushed_as + (counts_values ? " (values with their counts)" : ""));

  auto get = ScanOf(table_index_, std::move(bind_data));
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
