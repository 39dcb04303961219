#pragma once
// One query to one table of a shard, as a value type, and its rendering as SQLite text. The same RemoteQuery serves
// every shard; Deparse takes what differs: the spelling of columns, the form of the page, the range of rowids.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/remote_expr.hpp"

namespace shardite {

/// How a result column is packed (wire.md): JSON is json_group_array(c), exact for INTEGER and TEXT; QUOTED is
/// group_concat(quote(c)), exact for every storage class; HEX is QUOTED with text as hex, for text with NUL bytes or
/// invalid UTF-8.
enum class Packing { JSON, QUOTED, HEX };

struct SelectItem {
  RemoteExpr expr;
  Packing packing = Packing::QUOTED;
};

struct OrderItem {
  RemoteExpr expr;
  bool descending = false;
  bool nulls_first = false;
};

struct RemoteQuery {
  std::string table;
  std::vector<SelectItem> select;  // with `grouped`: the first `group_keys` are the keys, the rest aggregates
  std::vector<RemoteExpr> where;   // conjuncts
  bool grouped = false;
  size_t group_keys = 0;
  std::vector<OrderItem> order_by;
  std::optional<uint64_t> limit;
  /// Proofs that the result is exact: each is 0 or NULL on every row, or the result must not be used.
  struct Witness {
    RemoteExpr violated;
    std::string subject;  // for the message: a column's name
  };
  std::vector<Witness> witnesses;
};

/// rowid > after AND rowid <= up_to; both absent: the whole table.
struct RowRange {
  std::optional<int64_t> after;
  std::optional<int64_t> up_to;
  bool IsWhole() const { return !after && !up_to; }
  bool operator==(const RowRange &) const = default;
};

struct DeparseTarget {
  /// Writes a logical column as this shard spells it, e.g. t."Body", or NULL.
  std::function<std::string(size_t)> column;
  bool packed = true;
  RowRange range;
  /// Replaces JSON and QUOTED by HEX: after the server could not encode a page.
  bool safe_packing = false;
  std::vector<RemoteExpr> extra_where;  // e.g. the clamp to the shard's slice
};

/// The statement. Result columns: one per select item, then one per witness (a count of violations, or NULL), then,
/// when packed, count(*) of the page's rows. Not packed: every row repeats nothing: witnesses follow the select items
/// in each row as 0, 1 or NULL, or, grouped, as counts.
std::string Deparse(const RemoteQuery &query, const DeparseTarget &target);

}  // namespace shardite
