#pragma once
// operand IN (constants), for lists of any length: what a query wrote, or what a join found while it ran.

#include <vector>

#include "sqlite/remote_expr.hpp"

namespace shardite {

/// operand IN (values), with SQLite's and SQL's NULLs: NULL where the operand is NULL, or where it is not found and
/// the list holds NULL. Never true for an empty list. A long list becomes one JSON text, `IN (SELECT value FROM
/// json_each('[1,2,..]'))`, which an index serves as well and which a server parses faster, where the server has that.
/// Integers and text without NUL bytes travel so, exactly; the rest (reals, BLOBs) stays literals.
RemoteExpr InList(const RemoteExpr &operand, const std::vector<SqliteValue> &values);

/// About how many bytes of SQL that takes. Longer than MOST_LIST_BYTES is refused by some server or proxy.
size_t ListBytes(const std::vector<SqliteValue> &values);
constexpr size_t MOST_LIST_BYTES = 4u << 20;

}  // namespace shardite
