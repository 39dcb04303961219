#pragma once
// What a few thousand rows of one shard say about an expression, for decisions that change the cost of a query and
// never its answer: do values repeat so that grouping on the shards pays, and around which number do they lie? One
// request at planning, bounded in rows and time; a connection keeps the answers.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "engine/scan/shard_scan.hpp"

namespace shardite {

/// Of the sampled rows, `single` have a combination of values that no other sampled row has: that share of further rows
/// can be expected to bring a combination not seen yet (Good and Turing).
struct GroupSample {
  uint64_t rows = 0;
  uint64_t single = 0;
  std::string shard;
};

/// The shard asked is the largest of those that the scan will ask. Of its first rows those count that pass the filters
/// on other columns than time, or all where few do. nullopt when it did not answer; no rows when no shard has any.
/// `each`: as in RemoteQuery; then members are sampled, not rows.
std::optional<GroupSample> SampleGroups(duckdb::ClientContext &context, const ShardScanBindData &scan,
                                        const std::vector<RemoteExpr> &keys, const std::optional<RemoteExpr> &each);

/// A number amid the values of `expr`, rounded to a twentieth of their range; nullopt where there are none.
std::optional<double> SampleMean(duckdb::ClientContext &context, const ShardScanBindData &scan, const RemoteExpr &expr,
                                 const std::optional<RemoteExpr> &each);

}  // namespace shardite
