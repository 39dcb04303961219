#pragma once
// The statement that counts values which do not have their column's storage class: SQLite allows any value in any
// column of a table that is not STRICT.

#include <string>
#include <vector>

#include "fleet/schema.hpp"

namespace shardite {

/// The columns of a table whose values can surprise: none of a STRICT table, none of kind ANY.
std::vector<ShardColumn> ColumnsToCertify(const ShardTable &table);

/// One row: the number of rows, the smallest and the largest rowid (0 without rowids), then for each of the columns the
/// number of values that are neither NULL nor of its kind (BOOLEAN: 0 or 1; REAL in a view: also integers that a double
/// holds exactly; a table has none, by its columns' affinity). Reads the whole table.
std::string CountUnexpectedSql(const ShardTable &table, const std::vector<ShardColumn> &columns);

}  // namespace shardite
