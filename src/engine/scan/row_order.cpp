#include "engine/scan/row_order.hpp"

#include <algorithm>
#include <set>

namespace shardite {

namespace {

using Names = std::set<std::string>;

// What an index gives early, or the rows that a limit wants.
bool WantsFewRows(const RemoteQuery &query) {
  return query.limit || !query.order_by.empty() || query.first_of_each || query.one_by_one || query.newest_buckets;
}

bool IsOfTime(const TableSnapshot &table, const RemoteExpr &filter) {
  return table.logical.time_column && filter.Columns() == std::vector<size_t>{*table.logical.time_column};
}

bool ReadsIndexed(const SchemaVariant &variant, const RemoteExpr &expr) {
  const auto columns = expr.Columns();
  return std::any_of(columns.begin(), columns.end(), [&](size_t column) { return variant.BeginsAnIndex(column); });
}

// Rows lie in the order of their time, so an index on it sorts them at little cost.
bool GroupsByTime(const TableSnapshot &table, const RemoteQuery &query) {
  const auto keys = query.select.begin() + static_cast<std::ptrdiff_t>(query.grouped ? query.group_keys : 0);
  return table.logical.time_column && std::any_of(query.select.begin(), keys, [&](const SelectItem &key) {
           return key.expr.ColumnNumber() == table.logical.time_column;
         });
}

bool LeadsAstray(const TableSnapshot &table, const SchemaVariant &variant, const RemoteQuery &query) {
  const bool by_time = std::any_of(query.where.begin(), query.where.end(), [&](const RemoteExpr &filter) {
    return IsOfTime(table, filter) && ReadsIndexed(variant, filter);
  });
  const auto keys = query.select.begin() + static_cast<std::ptrdiff_t>(query.grouped ? query.group_keys : 0);
  return by_time || std::any_of(query.select.begin(), keys, [&](const SelectItem &key) {
           return key.expr.IsColumn() && ReadsIndexed(variant, key.expr);
         });
}

bool ServesCondition(const TableSnapshot &table, const SchemaVariant &variant, const RemoteQuery &query) {
  return std::any_of(query.where.begin(), query.where.end(), [&](const RemoteExpr &filter) {
    return !IsOfTime(table, filter) && ReadsIndexed(variant, filter);
  });
}

Names ColumnsOf(const SchemaVariant &variant, const RemoteQuery &query) {
  Names names;
  const auto note = [&](const RemoteExpr &expr) {
    for (const auto column : expr.Columns()) names.insert(variant.sources[column].name);
  };
  for (const auto &item : query.select) note(item.expr);
  for (const auto &filter : query.where) note(filter);
  for (const auto &witness : query.witnesses) note(witness.violated);
  if (query.each) note(*query.each);
  return names;
}

// Partial indexes and those of expressions may serve what cannot be seen here.
bool MayServe(const ShardTable &shard, const ShardIndex &index, const Names &columns) {
  Names covered(index.columns.begin(), index.columns.end());
  if (shard.primary_key.size() == 1) covered.insert(shard.primary_key[0]);  // perhaps the rowid, which every index has
  return index.partial || covered.count("") > 0 ||
         std::includes(covered.begin(), covered.end(), columns.begin(), columns.end());
}

}  // namespace

bool WindowHoldsRows(const TableSnapshot &table, const TimeSet &times, size_t shard) {
  if (times.IsAll()) return true;
  if (!table.shards[shard]) return false;
  auto rows = table.slices.Slices()[shard];
  if (!rows.IsBounded()) return false;
  const auto &measured = *table.shards[shard];
  if (measured.min_time && measured.max_time && *measured.max_time < Slice::OPEN_UNTIL - 1) {
    rows = {*measured.min_time, *measured.max_time + 1};
  }
  const auto all = TimeSet::Of({rows});
  return times.And(all) == all;
}

bool BetterInRowOrder(const TableSnapshot &table, const TimeSet &times, const RemoteQuery &query, size_t shard) {
  if (!table.shards[shard] || table.fleet->spec.shards[shard].clamp || WantsFewRows(query)) return false;
  const auto &variant = table.logical.variants[table.logical.variant_of_shard[shard]];
  if (!variant.has_rowid || !WindowHoldsRows(table, times, shard)) return false;
  if (GroupsByTime(table, query) || !LeadsAstray(table, variant, query) || ServesCondition(table, variant, query))
    return false;
  const auto columns = ColumnsOf(variant, query);
  return std::none_of(variant.indexes.begin(), variant.indexes.end(),
                      [&](const ShardIndex &index) { return MayServe(*table.shards[shard], index, columns); });
}

}  // namespace shardite
