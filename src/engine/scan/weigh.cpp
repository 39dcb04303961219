#include "engine/scan/weigh.hpp"

#include <algorithm>
#include <set>

#include "engine/scan/estimate.hpp"

namespace shardite {

namespace {

// Below this a shard's GROUP BY takes a few milliseconds, and its groups are what a reader of the statistics expects.
constexpr double FEWEST_ROWS = 50000;

using Names = std::set<std::string>;

// Keys that SQLite has to bring together, which neither a literal is nor what it counts.
bool HasKeys(const ScanSpec &spec, Groups groups) {
  for (size_t key = 0; key < spec.group_keys; key++) {
    const bool counted =
        groups == Groups::WHOLE && std::any_of(spec.distinct_counts.begin(), spec.distinct_counts.end(),
                                               [&](const auto &count) { return count.key == key; });
    if (!counted && !spec.columns[key].value.expr.IsConstant()) return true;
  }
  return false;
}

// The keys' columns, when all of them are bare; and all columns that the query reads.
struct Columns {
  bool bare_keys = true;
  Names keys, all;
};

Columns ColumnsOf(const SchemaVariant &variant, const ScanSpec &spec) {
  Columns columns;
  const auto note = [&](Names &names, const RemoteExpr &expr) {
    for (const auto column : expr.Columns()) {
      if (variant.sources[column].present) names.insert(variant.sources[column].name);
    }
  };
  for (size_t i = 0; i < spec.columns.size(); i++) {
    const auto &expr = spec.columns[i].value.expr;
    note(columns.all, expr);
    if (i >= spec.group_keys) continue;
    note(columns.keys, expr);
    columns.bare_keys = columns.bare_keys && expr.IsColumn();
  }
  for (const auto &filter : spec.filters) note(columns.all, filter);
  if (spec.unnested) note(columns.all, spec.unnested->members.document);
  return columns;
}

// An index that has the keys first, in any order, and everything else too: SQLite walks it without sorting.
bool GroupsByIndex(const SchemaVariant &variant, const Columns &columns) {
  return columns.bare_keys && std::any_of(variant.indexes.begin(), variant.indexes.end(), [&](const ShardIndex &index) {
           if (index.partial || index.columns.size() < columns.keys.size()) return false;
           const auto end_of_keys = index.columns.begin() + static_cast<std::ptrdiff_t>(columns.keys.size());
           const Names all(index.columns.begin(), index.columns.end());
           return Names(index.columns.begin(), end_of_keys) == columns.keys &&
                  std::includes(all.begin(), all.end(), columns.all.begin(), columns.all.end());
         });
}

}  // namespace

bool BetterAsRows(const TableSnapshot &table, const ScanSpec &spec, size_t shard, Groups groups) {
  if (spec.unnested && !table.fleet->capabilities[shard].json_each) return true;
  if (!spec.grouped || !HasKeys(spec, groups) || spec.limit || !spec.having.empty()) return false;
  if (!table.fleet->clients[shard]->Shape().in_process || !table.shards[shard]) return false;
  if (EstimateRows(table, spec, shard) < FEWEST_ROWS) return false;
  const auto &variant = table.logical.variants[table.logical.variant_of_shard[shard]];
  return !GroupsByIndex(variant, ColumnsOf(variant, spec));
}

}  // namespace shardite
