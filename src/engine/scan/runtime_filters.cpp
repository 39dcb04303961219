#include "engine/scan/runtime_filters.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/filter/conjunction_filter.hpp>
#include <duckdb/planner/filter/optional_filter.hpp>

namespace shardite {

namespace {

// A build side that takes longer than this is not waited for: asking everything may then be the quicker way.
constexpr std::chrono::seconds MOST_WAITING(10);

// Runtime filters refer to logical columns by number, whatever the scan selects.
std::optional<size_t> ResolveReference(const duckdb::Expression &expr) {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_REF) return std::nullopt;
  return expr.Cast<duckdb::BoundReferenceExpression>().index;
}

duckdb::unique_ptr<duckdb::Expression> OneOf(duckdb::unique_ptr<duckdb::Expression> column,
                                             std::vector<duckdb::Value> keys) {
  if (keys.size() == 1) {
    return duckdb::make_uniq<duckdb::BoundComparisonExpression>(
        duckdb::ExpressionType::COMPARE_EQUAL, std::move(column),
        duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(keys[0])));
  }
  auto in = duckdb::make_uniq<duckdb::BoundOperatorExpression>(duckdb::ExpressionType::COMPARE_IN,
                                                               duckdb::LogicalType::BOOLEAN);
  in->children.push_back(std::move(column));
  for (auto &key : keys) in->children.push_back(duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(key)));
  return in;
}

// An instant as SQL shows the time column, rounded down and then `up` more; nullopt for a type that is no time.
std::optional<duckdb::Value> TimeConstant(const duckdb::LogicalType &type, TimeUnit unit, int64_t instant, int64_t up) {
  const auto in = [&](int64_t length) { return instant / length - (instant % length < 0 ? 1 : 0) + up; };
  switch (type.id()) {
    case duckdb::LogicalTypeId::TIMESTAMP_NS: return duckdb::Value::TIMESTAMPNS(duckdb::timestamp_ns_t(in(1)));
    case duckdb::LogicalTypeId::TIMESTAMP: return duckdb::Value::TIMESTAMP(duckdb::timestamp_t(in(1000)));
    case duckdb::LogicalTypeId::TIMESTAMP_TZ: return duckdb::Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(in(1000)));
    case duckdb::LogicalTypeId::BIGINT: return duckdb::Value::BIGINT(in(NanosecondsPerUnit(unit)));
    default: return std::nullopt;
  }
}

}  // namespace

bool IsHint(const duckdb::TableFilter &filter) {
  return filter.filter_type == duckdb::TableFilterType::OPTIONAL_FILTER ||
         filter.filter_type == duckdb::TableFilterType::DYNAMIC_FILTER;
}

RuntimeFilters::RuntimeFilters(const ShardScanBindData &bind_data, std::vector<std::optional<size_t>> columns)
    : bind_data_(bind_data),
      columns_(std::move(columns)),
      give_up_waiting_(std::chrono::steady_clock::now() + MOST_WAITING),
      translator_(bind_data.table->logical, ResolveReference, bind_data.zone) {}

bool RuntimeFilters::Found::operator==(const Found &other) const {
  const auto same = [](const RemoteExpr &a, const RemoteExpr &b) { return a.Equals(b); };
  return nothing == other.nothing && times == other.times &&
         std::equal(conditions.begin(), conditions.end(), other.conditions.begin(), other.conditions.end(), same);
}

std::optional<size_t> RuntimeFilters::ColumnAt(size_t position) const {
  return position < columns_.size() ? columns_[position] : std::nullopt;
}

void RuntimeFilters::Watch(const duckdb::TableFilterSet &planned) {
  for (const auto &[position, filter] : planned.filters) {
    if (const auto column = ColumnAt(position)) WatchOne(*column, *filter);
  }
}

void RuntimeFilters::WatchOne(size_t column, const duckdb::TableFilter &filter) {
  switch (filter.filter_type) {
    case duckdb::TableFilterType::CONJUNCTION_AND:
      for (const auto &part : filter.Cast<duckdb::ConjunctionAndFilter>().child_filters) WatchOne(column, *part);
      return;
    case duckdb::TableFilterType::OPTIONAL_FILTER: {
      const auto &hint = filter.Cast<duckdb::OptionalFilter>().child_filter;
      if (hint) WatchOne(column, *hint);
      return;
    }
    case duckdb::TableFilterType::DYNAMIC_FILTER: {
      const auto &data = filter.Cast<duckdb::DynamicFilter>().filter_data;
      if (data) hints_.push_back({column, data});
      return;
    }
    default: constant_.emplace_back(column, filter.Copy());
  }
}

void RuntimeFilters::Watch(const duckdb::PhysicalTableScan &scan) {
  if (scan.dynamic_filters) scan_ = scan;
}

bool RuntimeFilters::AwaitsKeys() const {
  const auto &awaited = bind_data_.spec.join_keys;
  const bool incomplete =
      std::any_of(awaited.begin(), awaited.end(), [](const auto &source) { return !source.keys->IsComplete(); });
  return incomplete && std::chrono::steady_clock::now() < give_up_waiting_;
}

duckdb::unique_ptr<duckdb::Expression> RuntimeFilters::Reference(size_t column) const {
  return duckdb::make_uniq<duckdb::BoundReferenceExpression>(SqlTypeOf(bind_data_.table->logical, column), column);
}

void RuntimeFilters::Take(Found &found, const duckdb::Expression &condition) {
  found.times = found.times.And(translator_.Times(condition));
  auto translated = translator_.Filter(condition);
  if (!translated) return;
  const auto known = [&](const RemoteExpr &other) { return other.Equals(translated->expr); };
  const auto &sent = bind_data_.spec.filters;
  const bool repeats = std::any_of(sent.begin(), sent.end(), known) ||
                       std::any_of(found.conditions.begin(), found.conditions.end(), known);
  if (!repeats) found.conditions.push_back(std::move(translated->expr));
}

void RuntimeFilters::Take(Found &found, size_t column, const duckdb::TableFilter &filter) {
  if (filter.filter_type == duckdb::TableFilterType::CONJUNCTION_AND) {
    for (const auto &part : filter.Cast<duckdb::ConjunctionAndFilter>().child_filters) Take(found, column, *part);
    return;
  }
  Take(found, *filter.ToExpression(*Reference(column)));
}

// Long lists are translated once; a join's minimum and maximum say nothing beside its list.
void RuntimeFilters::TakeKeys(Found &found) {
  const auto &sources = bind_data_.spec.join_keys;
  const auto listed = static_cast<size_t>(
      std::count_if(sources.begin(), sources.end(), [](const auto &source) { return source.keys->IsListed(); }));
  if (!keys_ || keys_taken_ != listed) {
    keys_ = Found{};
    listed_.clear();
    for (const auto &source : sources) {
      if (!source.keys->IsListed()) continue;
      auto list = source.keys->List();
      if (list.empty()) {
        keys_->nothing = true;
        continue;
      }
      const auto before = keys_->conditions.size();
      Take(*keys_, *OneOf(Reference(source.column), std::move(list)));
      if (keys_->conditions.size() > before) listed_.push_back(source.column);
    }
    keys_taken_ = listed;
  }
  found = *keys_;
}

// Slices are chosen by each window; within a shard one span holds them all.
void RuntimeFilters::TakeWindows(Found &found) {
  const auto &windows = bind_data_.spec.lookup.windows;
  if (!windows) return;
  if (!windows_) {
    const auto times = windows->Times();
    if (times.IsAll()) return;
    windows_ = Found{};
    windows_->times = times;
    const auto &table = bind_data_.table->logical;
    const auto span = Span(times.Slices().front(), times.Slices().back());
    auto time = Reference(*table.time_column);
    const auto from = TimeConstant(time->return_type, table.spec.unit, span.from, 0);
    const auto until = TimeConstant(time->return_type, table.spec.unit, span.until, 1);
    if (from && until && span.IsBounded()) {
      Take(*windows_,
           duckdb::BoundBetweenExpression(std::move(time), duckdb::make_uniq<duckdb::BoundConstantExpression>(*from),
                                          duckdb::make_uniq<duckdb::BoundConstantExpression>(*until), true, false));
    }
  }
  found.times = found.times.And(windows_->times);
  found.conditions.insert(found.conditions.end(), windows_->conditions.begin(), windows_->conditions.end());
}

void RuntimeFilters::Refresh() {
  const std::lock_guard<std::mutex> guard(mutex_);
  Found found;
  TakeKeys(found);
  TakeWindows(found);
  for (const auto &[column, filter] : constant_) Take(found, column, *filter);
  for (const auto &hint : hints_) {
    duckdb::unique_ptr<duckdb::TableFilter> filter;
    {
      const std::lock_guard<std::mutex> hint_guard(hint.data->lock);
      if (hint.data->initialized) filter = hint.data->filter->Copy();
    }
    if (filter) Take(found, hint.column, *filter);
  }
  if (scan_ && scan_->dynamic_filters->HasFilters()) {
    const auto filters = scan_->dynamic_filters->GetFinalTableFilters(*scan_, nullptr);
    for (const auto &[position, filter] : filters->filters) {
      const auto column = ColumnAt(position);
      if (!column || std::find(listed_.begin(), listed_.end(), *column) != listed_.end()) continue;
      Take(found, *column, *filter);
    }
  }
  if (found == found_) return;
  found_ = std::move(found);
  version_++;
}

std::vector<RemoteExpr> RuntimeFilters::Conditions() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return found_.conditions;
}

uint64_t RuntimeFilters::Version() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return version_;
}

bool RuntimeFilters::Matters(const Slice &slice) const {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (found_.nothing) return false;
  return found_.times.IsAll() || found_.times.Meets(slice);
}

}  // namespace shardite
