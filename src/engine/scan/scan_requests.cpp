#include "engine/scan/scan_requests.hpp"

#include <algorithm>

#include "engine/scan/estimate.hpp"
#include "engine/scan/one_bucket.hpp"
#include "engine/scan/weigh.hpp"

namespace shardite {

ScanRequests::ScanRequests(const ShardScanBindData &bind_data, std::vector<size_t> selected)
    : table_(*bind_data.table),
      spec_(bind_data.spec),
      selected_(std::move(selected)),
      targets_(ChooseShards(table_, spec_)) {
  if (spec_.grouped) fallback_ = std::make_unique<RowFallback>(table_, spec_, selected_);
}

std::vector<ShardRequest> ScanRequests::First(QueryCounters &counters) {
  counters.shards_total += targets_.pruning.total;
  counters.shards_pruned += targets_.pruning.total - targets_.pruning.kept.size();
  counters.shards_asked += targets_.shards.size();
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<ShardRequest> requests;
  for (size_t i = 0; i < targets_.shards.size(); i++) {
    const auto shard = targets_.shards[i];
    if (table_.fleet->errors[shard]) throw FleetError(*table_.fleet->errors[shard]);
    const auto variant = VariantOf(shard);
    ShardRequest request;
    request.shard = shard;
    request.client = table_.fleet->clients[shard];
    request.slice = targets_.slices[i];
    const auto one_bucket = InOneBucket(table_, spec_, shard);
    const auto groups = targets_.groups[i];
    if (BetterAsRows(table_, one_bucket ? *one_bucket : spec_, shard, groups)) {
      request.forms = FormsOfRows(variant);
      request.ranges = RowRanges(*table_.shards[shard], false);
      request.rows = true;
    } else {
      const bool whole_groups = groups == Groups::WHOLE;
      request.forms = one_bucket ? FormsOf(*one_bucket, variant, groups) : GeneralForms(variant, groups);
      // Part of the rows has part of each group only.
      if (whole_groups) request.divisible = GeneralForms(variant, Groups::PARTS);
      request.ranges = RowRanges(*table_.shards[shard], whole_groups || PrefersOneRequest(request));
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

// One shard where it is likely to have enough; a filter may leave nothing of the first ones.
uint64_t ScanRequests::FirstWave() const {
  if (spec_.grouped || targets_.shards.empty()) return 1;
  const auto time = table_.logical.time_column;
  const bool filtered = std::any_of(spec_.filters.begin(), spec_.filters.end(), [&](const RemoteExpr &filter) {
    return filter.Columns() != (time ? std::vector<size_t>{*time} : std::vector<size_t>{});
  });
  constexpr uint64_t FILTERED_WAVE = 4;
  const bool few = EstimateRows(table_, spec_, targets_.shards.front()) < static_cast<double>(*spec_.limit);
  return filtered || few ? FILTERED_WAVE : 1;
}

// A selective index or a small result is better asked at once than in ranges that each search again.
bool ScanRequests::PrefersOneRequest(const ShardRequest &request) const {
  if (!spec_.grouped) return spec_.limit || spec_.first_of_each;
  return request.forms.query->one_by_one || request.client->Shape().aggregate_range_rows == 0;
}

namespace {

// What takes the place of `asked` in a range of it. Not a copy: `asked` may be reworded meanwhile.
ShardRequest InPlaceOf(const ShardRequest &asked, const TableSnapshot &table, const RowRange &range) {
  ShardRequest request;
  request.shard = asked.shard;
  request.client = asked.client;
  request.slice = asked.slice;
  request.rows = asked.rows;
  request.ranges = RowRanges(*table.shards[asked.shard], range);
  request.repeated = true;
  return request;
}

}  // namespace

ShardRequest ScanRequests::RowsInstead(const ShardRequest &partials, const RowRange &range) {
  auto request = InPlaceOf(partials, table_, range);
  request.rows = true;
  const std::lock_guard<std::mutex> guard(mutex_);
  request.forms = FormsOfRows(VariantOf(partials.shard));
  return request;
}

ShardRequest ScanRequests::WithoutLimit(const ShardRequest &limited, const RowRange &range) const {
  auto request = InPlaceOf(limited, table_, range);
  request.forms = FormsWithoutLimit(VariantOf(limited.shard));
  return request;
}

ScanRequests::Wordings ScanRequests::InGeneral(const ShardRequest &presuming) {
  const auto variant = VariantOf(presuming.shard);
  const std::lock_guard<std::mutex> guard(mutex_);
  if (presuming.rows) return {{}, FormsOfRows(variant)};
  if (presuming.repeated) return {{}, FormsWithoutLimit(variant)};
  return {GeneralForms(variant, Groups::WHOLE), GeneralForms(variant, Groups::PARTS)};
}

size_t ScanRequests::VariantOf(size_t shard) const {
  return table_.fleet->certificates.VariantOf(table_.logical, shard);
}

QueryForms ScanRequests::FormsOf(const ScanSpec &spec, size_t variant, Groups groups) const {
  const auto make = [&](Sums sums) {
    return std::make_shared<const RemoteQuery>(QueryFor(table_, spec, selected_, variant, groups, sums));
  };
  QueryForms forms;
  forms.query = make(Sums::PLAIN);
  const bool may_overflow = std::any_of(spec.columns.begin(), spec.columns.end(),
                                        [](const auto &column) { return column.plain.has_value(); });
  if (may_overflow) forms.careful = make(Sums::LIMBS);
  return forms;
}

QueryForms ScanRequests::GeneralForms(size_t variant, Groups groups) {
  auto &forms = forms_[{variant, groups}];
  if (!forms.query) forms = FormsOf(spec_, variant, groups);
  return forms;
}

QueryForms ScanRequests::FormsOfRows(size_t variant) {
  auto &query = row_queries_[variant];
  if (!query) query = std::make_shared<const RemoteQuery>(fallback_->Query(variant));
  return {query, nullptr};
}

QueryForms ScanRequests::FormsWithoutLimit(size_t variant) const {
  return {std::make_shared<const RemoteQuery>(UnlimitedQueryFor(table_, spec_, selected_, variant)), nullptr};
}

}  // namespace shardite
