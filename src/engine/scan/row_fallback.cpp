#include "engine/scan/row_fallback.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>

namespace shardite {

namespace {

using ExpressionPointer = duckdb::unique_ptr<duckdb::Expression>;

// References to logical columns become positions among the pulled ones, which are collected on the way.
void Renumber(ExpressionPointer &expr, std::vector<size_t> &pulled) {
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_REF) {
    auto &reference = expr->Cast<duckdb::BoundReferenceExpression>();
    auto found = std::find(pulled.begin(), pulled.end(), reference.index);
    if (found == pulled.end()) found = pulled.insert(pulled.end(), reference.index);
    reference.index = static_cast<duckdb::idx_t>(found - pulled.begin());
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(*expr, [&](ExpressionPointer &child) { Renumber(child, pulled); });
}

}  // namespace

RowFallback::RowFallback(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected)
    : table_(table) {
  for (const auto column : selected) {
    expressions_.push_back(spec.columns[column].row_value->Copy());
    Renumber(expressions_.back(), pulled_);
  }
  if (spec.unnested) {
    list_ = spec.unnested->list->Copy();
    Renumber(list_, pulled_);
    PutLast(table.logical.columns.size());
  }
  rows_spec_.filters = spec.filters;
  rows_spec_.times = spec.times;
  for (const auto column : pulled_) {
    const auto &name = table.logical.columns[column].name;
    const Translation value{
        RemoteExpr::Column(column), SqlTypeOf(table.logical, column), EncodingOf(table.logical, column), {}};
    decoded_.push_back({name, value.type, value.encoding});
    rows_spec_.columns.push_back({name, value, nullptr});
  }
}

// The value of the list is no column that could be pulled: it stands after those.
void RowFallback::PutLast(size_t value) {
  const auto found = std::find(pulled_.begin(), pulled_.end(), value);
  const auto at = static_cast<duckdb::idx_t>(found - pulled_.begin());
  if (found != pulled_.end()) pulled_.erase(found);
  const auto last = pulled_.size();
  const auto move = [&](ExpressionPointer &expr, auto &&self) -> void {
    if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_REF) {
      auto &index = expr->Cast<duckdb::BoundReferenceExpression>().index;
      index = index == at ? last : index > at ? index - 1 : index;
      return;
    }
    duckdb::ExpressionIterator::EnumerateChildren(*expr, [&](ExpressionPointer &child) { self(child, self); });
  };
  for (auto &expr : expressions_) move(expr, move);
  move(list_, move);
}

RemoteQuery RowFallback::Query(size_t variant) const {
  std::vector<size_t> all(rows_spec_.columns.size());
  for (size_t i = 0; i < all.size(); i++) all[i] = i;
  return QueryFor(table_, rows_spec_, all, variant);
}

RowFallback::Evaluation::Evaluation(duckdb::ClientContext &context, const RowFallback &fallback)
    : decoder_(context, fallback.decoded_), executor_(context) {
  auto &allocator = duckdb::Allocator::Get(context);
  const auto types = TypesOf(fallback.decoded_);
  rows_.Initialize(allocator, types);
  for (const auto &expr : fallback.expressions_) executor_.AddExpression(*expr);
  if (!fallback.list_) return;
  const auto &list = *fallback.list_;
  list_executor_ = std::make_unique<duckdb::ExpressionExecutor>(context, list);
  lists_.Initialize(allocator, {list.return_type});
  auto beside_value = fallback.decoded_.empty() ? duckdb::vector<duckdb::LogicalType>() : types;
  beside_value.push_back(duckdb::ListType::GetChildType(list.return_type));
  unnested_.InitializeEmpty(beside_value);
}

bool RowFallback::Evaluation::ReadRows() {
  rows_.Reset();
  const auto count = decoder_.Read(rows_);
  rows_.SetCardinality(count);
  if (count == 0 || !list_executor_) return count > 0;
  lists_.Reset();
  list_executor_->Execute(rows_, lists_);
  lists_.SetCardinality(count);
  row_ = value_ = 0;
  return true;
}

// A chunk of rows beside the values of their lists; 0 when the lists are read.
duckdb::idx_t RowFallback::Evaluation::Unnest() {
  duckdb::UnifiedVectorFormat format;
  auto &lists = lists_.data[0];
  lists.ToUnifiedFormat(lists_.size(), format);
  const auto *entries = duckdb::UnifiedVectorFormat::GetData<duckdb::list_entry_t>(format);
  duckdb::SelectionVector of_row(STANDARD_VECTOR_SIZE), of_value(STANDARD_VECTOR_SIZE);
  duckdb::idx_t count = 0;
  while (count < STANDARD_VECTOR_SIZE && row_ < lists_.size()) {
    const auto entry = format.sel->get_index(row_);
    if (!format.validity.RowIsValid(entry) || value_ == entries[entry].length) {
      row_++;
      value_ = 0;
      continue;
    }
    of_row.set_index(count, row_);
    of_value.set_index(count, entries[entry].offset + value_++);
    count++;
  }
  for (size_t i = 0; i + 1 < unnested_.data.size(); i++) unnested_.data[i].Slice(rows_.data[i], of_row, count);
  unnested_.data.back().Slice(duckdb::ListVector::GetEntry(lists), of_value, count);
  unnested_.SetCardinality(count);
  return count;
}

duckdb::idx_t RowFallback::Evaluation::Read(duckdb::DataChunk &selected) {
  duckdb::idx_t count = list_executor_ ? Unnest() : 0;
  while (count == 0) {
    if (!ReadRows()) return 0;
    count = list_executor_ ? Unnest() : rows_.size();
  }
  executor_.Execute(list_executor_ ? unnested_ : rows_, selected);
  selected.SetCardinality(count);
  return count;
}

}  // namespace shardite
