#include "engine/scan/scan_spec.hpp"

#include <algorithm>
#include <numeric>

#include "engine/scan/storage_proof.hpp"

namespace shardite {

namespace {

// What passes such columns through has no BLOB among its values.
bool HoldsNoBlobs(const RemoteExpr &expr, const SchemaVariant &variant) {
  const auto columns = expr.Columns();
  return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](size_t column) {
    return variant.Certifies(column) && variant.sources[column].kind != ColumnKind::BLOB;
  });
}

// Slices that share no instant with another have their groups for themselves, and so has the only one.
std::vector<Groups> GroupsOf(const std::vector<Slice> &slices, bool bucket) {
  if (slices.size() > 1 && !bucket) return std::vector<Groups>(slices.size(), Groups::PARTS);
  std::vector<size_t> by_from(slices.size());
  std::iota(by_from.begin(), by_from.end(), 0);
  std::sort(by_from.begin(), by_from.end(), [&](size_t a, size_t b) { return slices[a].from < slices[b].from; });
  std::vector<Groups> groups(slices.size(), Groups::WHOLE);
  std::optional<size_t> longest;  // of those before
  for (const auto i : by_from) {
    if (longest && slices[i].Overlaps(slices[*longest])) groups[i] = groups[*longest] = Groups::PARTS;
    if (!longest || slices[i].until > slices[*longest].until) longest = i;
  }
  return groups;
}

}  // namespace

bool DependsOnGroups(const ScanSpec &spec) {
  return spec.grouped &&
         (!spec.having.empty() || !spec.distinct_counts.empty() || (spec.limit && spec.limit_needs_whole_groups));
}

bool AttachSawRowsInSlices(const TableSnapshot &table, const std::vector<size_t> &shards) {
  return std::all_of(shards.begin(), shards.end(), [&](size_t shard) {
    return table.fleet->spec.shards[shard].clamp || (table.shards[shard] && table.shards[shard]->time_measured);
  });
}

ScanTargets ChooseShards(const TableSnapshot &table, const ScanSpec &spec) {
  ScanTargets targets;
  targets.pruning = PruneShards(table.slices, spec.times);
  for (const auto shard : targets.pruning.kept) {
    const bool lacks_table = table.logical.variant_of_shard[shard] == LogicalTable::NO_VARIANT;
    if (!lacks_table || table.fleet->errors[shard]) targets.shards.push_back(shard);
  }
  const auto &slices = table.slices.Slices();
  if (spec.visit == VisitOrder::OLDEST_FIRST) {
    std::stable_sort(targets.shards.begin(), targets.shards.end(),
                     [&](size_t a, size_t b) { return slices[a].from < slices[b].from; });
  } else if (spec.visit == VisitOrder::NEWEST_FIRST) {
    std::stable_sort(targets.shards.begin(), targets.shards.end(),
                     [&](size_t a, size_t b) { return slices[a].until > slices[b].until; });
  }
  const bool depends = DependsOnGroups(spec);
  const bool widens = spec.bucket && (depends || spec.visit != VisitOrder::ANY);
  for (const auto shard : targets.shards) {
    targets.slices.push_back(widens ? spec.bucket->widening(slices[shard]) : slices[shard]);
  }
  targets.groups =
      depends ? GroupsOf(targets.slices, widens) : std::vector<Groups>(targets.shards.size(), Groups::PARTS);
  return targets;
}

namespace {

// Which groups are sent, and how many. `selected` are all columns of a grouped spec, in order, unless DuckDB has
// dropped some: then all groups are sent.
void ChooseGroups(const TableSnapshot &table, const ScanSpec &spec, Groups groups, RemoteQuery &query) {
  if (groups == Groups::WHOLE) {
    query.having = spec.having;
    // Rows without a time are a group that any shard may have.
    if (spec.bucket && spec.times.IsAll()) {
      const auto time = RemoteExpr::Column(*table.logical.time_column);
      query.witnesses.push_back(
          {RemoteExpr::Postfix(time, "IS NULL"), table.logical.columns[*table.logical.time_column].name});
    }
  }
  if (spec.limit_needs_whole_groups && groups == Groups::PARTS) return;
  query.order_by = spec.order_by;
  query.limit = spec.limit;
}

// Groups in order of their bucket, newest first: `limit` of them lie in as many buckets. Other filters might let an
// index be walked in vain.
std::optional<NewestBuckets> NewestBucketsOf(const LogicalTable &table, const ScanSpec &spec,
                                             const SchemaVariant &variant, const RemoteQuery &query) {
  const bool newest_first = spec.visit == VisitOrder::NEWEST_FIRST && spec.bucket && !spec.presumes_one_bucket;
  if (!query.grouped || !query.limit || !newest_first || !query.having.empty() || !spec.join_keys.empty()) return {};
  const auto time = *table.time_column;
  if (!variant.BeginsAnIndex(time) || variant.sources[time].kind != ColumnKind::INTEGER) return {};
  const bool of_time = std::all_of(spec.filters.begin(), spec.filters.end(), [&](const RemoteExpr &filter) {
    return filter.Columns() == std::vector<size_t>{time};
  });
  if (!of_time) return {};
  return NewestBuckets{spec.columns[spec.bucket->column].value.expr, time, *query.limit, spec.times.IsAll()};
}

// An index that begins with the only key, and then the order.
bool ServedByIndex(const LogicalTable &table, const SchemaVariant &variant, const FirstOfEach &first) {
  std::vector<std::string> wanted;
  const auto want = [&](const RemoteExpr &expr) {
    const auto column = expr.ColumnNumber();
    if (!column) return false;
    const auto &source = variant.sources[*column];
    wanted.push_back(source.name);
    return source.present && source.kind == table.columns[*column].kind;  // else it is not sent as it is
  };
  if (!first.IsOne() || first.keys.size() != 1 || !want(first.keys[0])) return false;
  if (!first.order.empty() && !want(first.order[0].expr)) return false;
  return std::any_of(variant.indexes.begin(), variant.indexes.end(), [&](const ShardIndex &index) {
    return !index.partial && index.columns.size() >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), index.columns.begin());
  });
}

// min() and max() of columns that begin an index, perhaps beside count(*), with no conditions but on the same column:
// SQLite finds the one row at an end of the index, if nothing else is asked in the same statement.
bool LiesAtIndexEnds(const TableSnapshot &snapshot, const ScanSpec &spec, const SchemaVariant &variant,
                     const RemoteQuery &query) {
  const auto &table = snapshot.logical;
  const auto &shards = snapshot.fleet->spec.shards;
  if (!query.grouped || query.group_keys > 0 || query.each || query.limit || !query.having.empty()) return false;
  if (!query.witnesses.empty()) return false;
  // The slice of a clamped shard is a condition as well.
  const bool clamped = std::any_of(shards.begin(), shards.end(), [](const ShardSpec &shard) { return shard.clamp; });
  bool any = false;
  for (const auto &item : query.select) {
    if (item.expr.Equals(RemoteExpr::Aggregate("count", {}))) continue;
    const auto columns = item.expr.Columns();
    if (columns.size() != 1) return false;
    const auto column = RemoteExpr::Column(columns[0]);
    const bool end = item.expr.Equals(RemoteExpr::Aggregate("min", {column})) ||
                     item.expr.Equals(RemoteExpr::Aggregate("max", {column}));
    const auto &source = variant.sources[columns[0]];
    const bool as_it_is = source.present && source.kind == table.columns[columns[0]].kind;
    if (!end || !as_it_is || !variant.BeginsAnIndex(columns[0])) return false;
    if (clamped && columns[0] != table.time_column) return false;
    for (const auto &filter : spec.filters) {
      if (filter.Columns() != columns) return false;
    }
    any = true;
  }
  return any;
}

}  // namespace

namespace {

// Of whole groups: distinct values as their number, and not as keys.
ScanSpec WithDistinctCounts(const ScanSpec &spec) {
  ScanSpec counting = spec;
  counting.distinct_counts.clear();
  for (const auto &count : spec.distinct_counts) {
    auto &key = counting.columns[count.key].value;
    auto &number = counting.columns[count.column].value;
    number.expr = RemoteExpr::CountDistinct(key.expr);
    number.witnesses = std::move(key.witnesses);
    key.expr = RemoteExpr::Null();
    key.witnesses.clear();
  }
  return counting;
}

}  // namespace

RemoteQuery QueryFor(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected,
                     size_t variant, Groups groups, Sums sums) {
  if (groups == Groups::WHOLE && !spec.distinct_counts.empty() && selected.size() == spec.columns.size()) {
    return QueryFor(table, WithDistinctCounts(spec), selected, variant, groups, sums);
  }
  const auto &shard_table = table.logical.variants[variant];
  RemoteQuery query;
  query.table = table.logical.spec.name;
  query.where = spec.filters;
  query.grouped = spec.grouped;
  query.group_keys = spec.group_keys;
  if (!spec.grouped) {
    query.order_by = spec.order_by;
    query.limit = spec.limit;
    query.witnesses = spec.limit_witnesses;
    if (shard_table.has_rowid && spec.first_of_each) {
      query.first_of_each = spec.first_of_each;
      query.first_of_each->indexed = ServedByIndex(table.logical, shard_table, *spec.first_of_each);
    }
  } else if (selected.size() == spec.columns.size()) {
    ChooseGroups(table, spec, groups, query);
    query.newest_buckets = NewestBucketsOf(table.logical, spec, shard_table, query);
  }
  for (const auto column : selected) {
    const auto &value = spec.columns[column].value;
    const auto &plain = spec.columns[column].plain;
    const auto &expr = sums == Sums::PLAIN && plain ? *plain : value.expr;
    query.select.push_back({expr, PackingOf(value.encoding), HoldsNoBlobs(expr, shard_table)});
    query.witnesses.insert(query.witnesses.end(), value.witnesses.begin(), value.witnesses.end());
  }
  query.relies_on_certificate = shard_table.CertifiesAny();
  query.presumes_one_bucket = spec.presumes_one_bucket;
  if (spec.unnested) {
    const auto &[members, filters, list] = *spec.unnested;
    query.each = members.document;
    query.witnesses.push_back(members.stray);
    for (const auto &filter : filters) query.where.push_back(RemoteExpr::Or({filter, members.stray.violated}));
  }
  query.one_by_one = LiesAtIndexEnds(table, spec, shard_table, query);
  ProveStorage(table.logical, spec, selected, variant, sums, query);
  return query;
}

RemoteQuery UnlimitedQueryFor(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected,
                              size_t variant) {
  ScanSpec unlimited = spec;
  unlimited.order_by.clear();
  unlimited.limit.reset();
  unlimited.limit_witnesses.clear();
  return QueryFor(table, unlimited, selected, variant);
}

namespace {

std::string SpellColumn(const LogicalTable &table, const SchemaVariant &variant, size_t column) {
  const auto &source = variant.sources[column];
  if (!source.present) return "NULL";
  auto name = "t." + QuoteName(source.name);
  const auto shown = table.columns[column].kind;
  if (shown == ColumnKind::REAL && source.kind == ColumnKind::INTEGER) {
    // Exact up to 2^53; beyond that the value becomes text, which no REAL column may hold: the decoder refuses it.
    return "CASE WHEN " + name + " BETWEEN -9007199254740992 AND 9007199254740992 THEN CAST(" + name +
           " AS REAL) ELSE " + name + " END";
  }
  return name;
}

// A clamped shard is the rows of its slice only.
std::vector<RemoteExpr> Clamp(const TableSnapshot &table, const ShardSpec &shard) {
  if (!shard.clamp || !table.logical.time_column) return {};
  const auto column = RemoteExpr::Column(*table.logical.time_column);
  const auto bound = [&](int64_t nanoseconds) {
    if (const auto unit = NanosecondsPerUnit(table.logical.spec.unit); unit > 0) {
      return RemoteExpr::Integer(nanoseconds / unit);
    }
    throw FleetError(table.fleet->spec.path + ":" + std::to_string(shard.line) +
                     ": a series in one database needs a time column of numbers, not iso8601 text");
  };
  std::vector<RemoteExpr> conditions;
  if (shard.slice.from != Slice::OPEN_FROM)
    conditions.push_back(RemoteExpr::Infix(">=", column, bound(shard.slice.from)));
  if (shard.slice.until != Slice::OPEN_UNTIL) {
    conditions.push_back(RemoteExpr::Infix("<", column, bound(shard.slice.until)));
  }
  return conditions;
}

}  // namespace

std::string SqlOverLogicalColumns(const TableSnapshot &table, const RemoteExpr &expr) {
  return expr.ToSql([&](size_t column) { return QuoteName(table.logical.columns[column].name); });
}

DeparseTarget TargetFor(const TableSnapshot &table, size_t shard) {
  const auto &variant = table.logical.variants[table.logical.variant_of_shard[shard]];
  DeparseTarget target;
  target.column = [&table, &variant](size_t column) { return SpellColumn(table.logical, variant, column); };
  target.packed = table.fleet->clients[shard]->Shape().form == PageForm::PACKED;
  target.byte_count = true;
  target.strict = variant.strict;
  target.capabilities = table.fleet->capabilities[shard];
  target.extra_where = Clamp(table, table.fleet->spec.shards[shard]);
  return target;
}

}  // namespace shardite
