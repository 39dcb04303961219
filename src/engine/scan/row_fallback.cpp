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

duckdb::vector<duckdb::LogicalType> TypesOf(const std::vector<DecodedColumn> &columns) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto &column : columns) types.push_back(column.type);
  if (types.empty()) types.push_back(duckdb::LogicalType::BOOLEAN);
  return types;
}

}  // namespace

RowFallback::RowFallback(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected)
    : table_(table) {
  for (const auto column : selected) {
    expressions_.push_back(spec.columns[column].row_value->Copy());
    Renumber(expressions_.back(), pulled_);
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

RemoteQuery RowFallback::Query(size_t variant) const {
  std::vector<size_t> all(rows_spec_.columns.size());
  for (size_t i = 0; i < all.size(); i++) all[i] = i;
  return QueryFor(table_, rows_spec_, all, variant);
}

RowFallback::Evaluation::Evaluation(duckdb::ClientContext &context, const RowFallback &fallback)
    : decoder_(context, fallback.decoded_), executor_(context) {
  rows_.Initialize(duckdb::Allocator::Get(context), TypesOf(fallback.decoded_));
  for (const auto &expr : fallback.expressions_) executor_.AddExpression(*expr);
}

duckdb::idx_t RowFallback::Evaluation::Read(duckdb::DataChunk &selected) {
  rows_.Reset();
  const auto count = decoder_.Read(rows_);
  if (count == 0) return 0;
  rows_.SetCardinality(count);
  executor_.Execute(rows_, selected);
  selected.SetCardinality(count);
  return count;
}

}  // namespace shardite
