#pragma once
// SQLite lets any value into any column of a table that is not STRICT. Such a stray value must not be computed with,
// nor be passed over: a query to such a table carries proof that it met none, or its answer is not used.

#include <vector>

#include "engine/scan/scan_spec.hpp"

namespace shardite {

/// Adds to a query made from `spec` what its variant of the table needs: a witness for each column whose cells do not
/// reach the decoder as they are, and filters that let stray values pass, so that a witness or the decoder sees them.
/// Where an index serves, SQLite's order of storage classes stands, since proof would cost the index: filters and
/// orders by a column that an index begins with.
void ProveStorage(const LogicalTable &table, const ScanSpec &spec, const std::vector<size_t> &selected, size_t variant,
                  Sums sums, RemoteQuery &query);

/// The same for conditions that are found while the query runs, over columns whose cells reach the decoder.
std::vector<RemoteExpr> LetStraysPass(const LogicalTable &table, size_t variant, std::vector<RemoteExpr> conditions);

}  // namespace shardite
