// Whose the groups of a partial scan are, and how many: whole groups let a shard count distinct values itself, and a
// sample tells whether values repeat enough to be worth a group each.

#include "engine/pushdown/partial_scan.hpp"

#include <algorithm>

#include <duckdb/planner/expression/bound_constant_expression.hpp>

#include "engine/pushdown/top_n.hpp"
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

// Where every fourth row or more has values of its own, grouping costs the shard a sort and saves little.
bool PartialScan::ValuesRepeat(const std::string &wanted_by) {
  constexpr uint64_t LEAST_ROWS_PER_NEW_GROUP = 4;
  std::vector<RemoteExpr> keys;
  for (const auto &key : keys_) keys.push_back(key.value.expr);
  const auto sample = SampleGroups(context_, old_, keys, SampledMembers());
  if (!sample) {
    reason_ = wanted_by + "; no sample shows whether values repeat";
    return false;
  }
  if (sample->single * LEAST_ROWS_PER_NEW_GROUP <= sample->rows) return true;
  reason_ = wanted_by + "; values repeat too little to be counted on the shards (" + std::to_string(sample->single) +
            " of " + std::to_string(sample->rows) + " sampled rows of shard " + sample->shard + " have their own)";
  return false;
}

}  // namespace shardite
