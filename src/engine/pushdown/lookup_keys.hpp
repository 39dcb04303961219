#pragma once
// Which keys a filter names: the values that a column of every row has that passes it.

#include <functional>
#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

namespace shardite {

/// For `column = constant`, `column IN (constants)`, OR of these, AND with anything; nullopt for all else. None of the
/// values is NULL; each has the column's type.
std::optional<std::vector<duckdb::Value>> KeysNamed(const duckdb::Expression &filter,
                                                    const std::function<bool(const duckdb::Expression &)> &is_column);

/// Notes in the scan's spec which keys of its table's look-up a filter above it names.
void NoteLookupKeys(duckdb::LogicalGet &get, const duckdb::Expression &filter);

}  // namespace shardite
