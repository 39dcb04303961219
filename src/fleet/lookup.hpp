#pragma once
// Look-ups: a table that knows, for each key of another one, from when to when that key's rows happened, such as
// OpenTelemetry's otel_traces_trace_id_ts. A filter by key then needs only the slices of that time. The fleet file
// declares them (LookupSpec), `shardite check` verifies what they promise (remote/lookup_check.hpp), queries use them
// (engine/pushdown/ask_lookups.cpp).

#include <optional>
#include <string>

#include "fleet/schema.hpp"

namespace shardite {

/// The columns that a LookupSpec names.
struct Lookup {
  size_t key = 0;         // in the table
  size_t lookup_key = 0;  // these in the look-up table
  size_t first = 0;
  size_t last = 0;
  TimeUnit unit = TimeUnit::NS;  // of first and last
};

/// Finds the columns that `table.spec.lookup` names. Throws FleetError naming `path` and line: a column that is not
/// there, keys of different kinds, times that are no numbers (or, for iso8601, no text).
Lookup ResolveLookup(const LogicalTable &table, const LogicalTable &lookup_table, const std::string &path);

/// The instants that one row of a look-up table speaks of: from its first to the end of the unit that its last is
/// counted in, since clocks are cut off there (text: the end of the second). nullopt when it says nothing: a NULL, no
/// time, an end before its beginning.
std::optional<Slice> LookupWindow(const SqliteValue &first, const SqliteValue &last, TimeUnit unit);

}  // namespace shardite
