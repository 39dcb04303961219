#include "remote/time_check.hpp"

#include "base/counted.hpp"
#include "fleet/introspection.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

Finding OutsideFinding(const ShardSpec &shard, const TableSpec &spec, const ShardTable &table, int64_t first,
                       int64_t last, const Slice &allowed) {
  const std::string what =
      "rows from " + FormatTime(first) + " to " + FormatTime(last) + " reach outside the slice " + FormatSlice(allowed);
  if (shard.clamp) {
    return {Severity::WARNING, shard.id, spec.name, what + ": no query sees those outside"};
  }
  if (table.time_is_cheap) {
    return {Severity::WARNING, shard.id, spec.name, what + ": found when attaching, so queries see them all"};
  }
  return {Severity::ERROR, shard.id, spec.name,
          what + ": queries may miss them; widen from and until, set lateness, or index \"" + spec.time + "\""};
}

}  // namespace

std::vector<Finding> CheckTimes(const ShardSpec &shard, const TableSpec &spec, const ShardTable &table,
                                const Slice &allowed) {
  std::vector<Finding> findings;
  if (const int64_t nulls = table.null_times.value_or(0); nulls > 0) {
    findings.push_back({Severity::WARNING, shard.id, spec.name,
                        Counted(nulls, "row") + " without a time in \"" + spec.time + "\"" +
                            (shard.clamp ? ": no query sees them, because slices share this database"
                                         : ": no time filter finds them")});
  }
  const bool any = !std::holds_alternative<std::monostate>(table.stored_min_time);
  const auto first = StoredTimeToNanoseconds(table.stored_min_time, spec.unit);
  const auto last = StoredTimeToNanoseconds(table.stored_max_time, spec.unit);
  if (any && (!first || !last)) {
    findings.push_back({Severity::ERROR, shard.id, spec.name,
                        "values in \"" + spec.time + "\" are no times in the unit " + TimeUnitName(spec.unit)});
  }
  const bool early = first && *first < allowed.from;
  const bool late = last && allowed.until != Slice::OPEN_UNTIL && *last >= allowed.until;
  if (early || late) {
    findings.push_back(OutsideFinding(shard, spec, table, first.value_or(0), last.value_or(0), allowed));
  }
  return findings;
}

}  // namespace shardite
