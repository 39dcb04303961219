// Whose the groups of a partial scan are, and how many: whole groups let a shard count distinct values itself, and a
// sample tells whether values repeat enough to be worth a group each.

#include "engine/pushdown/partial_scan.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_constant_expression.hpp>

#include "engine/pushdown/top_n.hpp"
#include "engine/scan/estimate.hpp"
#include "engine/scan/sample.hpp"

namespace shardite {

// A key that is computed from a JSON document is not counted but sent: see OverRawJson in remote_query.cpp.
void PartialScan::CountDistinctInWholeGroups(const std::set<size_t> &groups) {
  const auto shards = ChooseShards(*old_.table, old_.spec).shards;
  const bool by_bucket = spec_.bucket && groups.count(spec_.bucket->column) > 0;
  if (spec_.unnested || !left_.empty()) return;
  if (shards.size() > 1 && !(by_bucket && AttachSawRowsInSlices(*old_.table, shards))) return;
  std::set<size_t> known = groups;
  known.insert(counted_.begin(), counted_.end());
  if (known.size() < keys_.size()) return;
  for (const auto key : std::set<size_t>(counted_.begin(), counted_.end())) {
    const auto reads = static_cast<size_t>(std::count(counted_.begin(), counted_.end(), key));
    const auto &value = keys_[key].value;
    if (groups.count(key) > 0 || readers_[key] > reads || !value.expr.JsonPlaces().empty()) continue;
    if (!GroupsAlike(value.encoding)) continue;
    partials_.push_back(
        {"distinct " + std::to_string(key + 1),
         {RemoteExpr::Integer(0), duckdb::LogicalType::BIGINT, Encoding::INTEGER, {}},
         OverLogicalColumns(duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value::BIGINT(0)))});
    spec_.distinct_counts.push_back({key, partials_.size() - 1});
  }
}

std::optional<size_t> PartialScan::DistinctCountOf(size_t key) const {
  for (const auto &count : spec_.distinct_counts) {
    if (count.key == key) return count.column;
  }
  return std::nullopt;
}

std::optional<RemoteExpr> PartialScan::SampledMembers() const {
  return spec_.unnested ? std::optional<RemoteExpr>(spec_.unnested->members.document) : std::nullopt;
}

std::optional<double> PartialScan::SampleMean(const RemoteExpr &expr) const {
  return shardite::SampleMean(context_, old_, expr, SampledMembers());
}

std::optional<GroupSample> PartialScan::Sample() const {
  std::vector<RemoteExpr> keys;
  for (const auto &key : keys_) keys.push_back(key.value.expr);
  return SampleGroups(context_, old_, keys, SampledMembers());
}

namespace {

std::string Told(const GroupSample &sample) {
  return "(" + std::to_string(sample.single) + " of " + std::to_string(sample.rows) + " sampled rows of shard " +
         sample.shard + " have their own)";
}

}  // namespace

// Where every fourth row or more has values of its own, grouping costs the shard a sort and saves little.
bool PartialScan::ValuesRepeat(const std::string &wanted_by) {
  constexpr uint64_t LEAST_ROWS_PER_NEW_GROUP = 4;
  const auto sample = Sample();
  if (!sample) {
    reason_ = wanted_by + "; no sample shows whether values repeat";
    return false;
  }
  if (sample->single * LEAST_ROWS_PER_NEW_GROUP <= sample->rows) return true;
  reason_ = wanted_by + "; values repeat too little to be counted on the shards " + Told(*sample);
  return false;
}

// The keys that a point of a series has. Others are not worth a request to find out.
bool PartialScan::MayNameRows() const {
  constexpr size_t FEWEST_KEYS = 3;
  return spec_.bucket && keys_.size() >= FEWEST_KEYS && counted_.empty() && !spec_.unnested && few_groups_for_.empty();
}

// A text that only an aggregate or a computed key reads would travel whole with each row.
bool PartialScan::RowsAreAsNarrow() const {
  const auto &columns = old_.table->logical.columns;
  const auto travels = [&](size_t column) {
    const auto kind = columns[column].kind;
    return kind == ColumnKind::INTEGER || kind == ColumnKind::REAL ||
           std::any_of(keys_.begin(), keys_.end(),
                       [&](const ScanColumn &key) { return key.value.expr.ColumnNumber() == column; });
  };
  const auto narrow = [&](const ScanColumn &part) {
    const auto read = part.value.expr.Columns();
    return std::all_of(read.begin(), read.end(), travels);
  };
  return std::all_of(keys_.begin(), keys_.end(), narrow) && std::all_of(partials_.begin(), partials_.end(), narrow);
}

// In this process each run weighs what is cheaper: see scan/weigh.hpp.
bool PartialScan::GroupsAreNearlyRows() {
  constexpr double FEWEST_ROWS = 5000;    // of the largest shard: below that a sample costs as much as it saves
  constexpr uint64_t LEAST_PERCENT = 90;  // of rows that are groups
  if (!MayNameRows() || !RowsAreAsNarrow()) return false;
  const auto shards = ChooseShards(*old_.table, old_.spec).shards;
  const bool pays = std::any_of(shards.begin(), shards.end(), [&](size_t shard) {
    return !old_.table->fleet->clients[shard]->Shape().in_process &&
           EstimateRows(*old_.table, old_.spec, shard) >= FEWEST_ROWS;
  });
  if (!pays) return false;
  const auto sample = Sample();
  if (!sample || sample->single * 100 < sample->rows * LEAST_PERCENT) return false;
  reason_ = "nearly every row is a group of its own " + Told(*sample) + ", so rows travel";
  return true;
}

}  // namespace shardite
