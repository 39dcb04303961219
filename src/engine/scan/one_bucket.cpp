#include "engine/scan/one_bucket.hpp"

namespace shardite {

namespace {

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

// The instants that rows of the shard can have and the query may want. The filters' own bounds count only where some
// filter that speaks of time alone is sent.
Slice WantedOf(const TableSnapshot &table, const ScanSpec &spec, size_t shard) {
  auto slice = table.slices.Slices()[shard];
  const std::vector<size_t> time = {*table.logical.time_column};
  for (const auto &filter : spec.filters) {
    if (filter.Columns() != time) continue;
    const auto left = spec.times.And(TimeSet::Of({slice}));
    if (!left.IsNone()) slice = {left.Slices().front().from, left.Slices().back().until};
    break;
  }
  return slice;
}

// All instants of the one bucket that the wanted ones lie in.
std::optional<Slice> OnlyBucket(const ScanSpec::TimeBucket &bucket, const Slice &wanted) {
  if (!wanted.IsBounded() || wanted.IsEmpty()) return std::nullopt;
  const auto first = bucket.widening({wanted.from, wanted.from + 1});
  const auto last = bucket.widening({wanted.until - 1, wanted.until});
  return first.IsBounded() && first == last ? std::optional<Slice>(first) : std::nullopt;
}

}  // namespace

std::optional<ScanSpec> InOneBucket(const TableSnapshot &table, const ScanSpec &spec, size_t shard) {
  if (!spec.bucket || !spec.grouped || !table.logical.time_column) return std::nullopt;
  const auto time = *table.logical.time_column;
  const auto &source = table.logical.variants[table.logical.variant_of_shard[shard]].sources[time];
  const auto unit = NanosecondsPerUnit(table.logical.spec.unit);
  if (!source.present || source.kind != ColumnKind::INTEGER || unit == 0) return std::nullopt;
  const auto wanted = WantedOf(table, spec, shard);
  const auto bucket = OnlyBucket(*spec.bucket, wanted);
  if (!bucket) return std::nullopt;
  const auto tick = [&](int64_t nanoseconds) { return RemoteExpr::Integer(FloorDivide(nanoseconds, unit)); };
  const auto column = RemoteExpr::Column(time);
  const auto within = RemoteExpr::And(
      {RemoteExpr::Infix(">=", column, tick(bucket->from)), RemoteExpr::Infix("<", column, tick(bucket->until))});
  ScanSpec own = spec;
  auto &key = own.columns[spec.bucket->column].value;
  key.expr = key.expr.With(time, tick(wanted.from));
  key.witnesses = {{RemoteExpr::Postfix(within, "IS NOT 1"), table.logical.columns[time].name}};
  own.presumes_one_bucket = true;
  return own;
}

}  // namespace shardite
