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

/// How the values of a result column become the text of one packed cell; packed_reader.hpp reads all three.
///   JSON    json_group_array(c): [1,null,"text",{"blob":"00FF"}]. Exact for NULL, INTEGER, TEXT (NUL bytes included)
///           and BLOB; a REAL keeps 15 digits only, which the reader reports as REAL for the caller to refuse.
///   QUOTED  SQL literals between commas: 1,NULL,0.10000000000000001,'it''s',X'00FF',Inf, and T610062 in hex for text
///           with a NUL byte, where quote() would stop. Reals are printed with 18 digits: quote()'s own 15 or 20 are
///           checked against SQLite's reading, which is off by one ulp for some of them (measured on 3.40 and 3.45).
///           Exact for every value that the server can send; -0.0 arrives as 0.0.
///   HEX     QUOTED with all text in hex: exact even for text that is not UTF-8.
/// A page without rows is [] in JSON, NULL in the others.
enum class Packing { JSON, QUOTED, HEX };

struct SelectItem {
  RemoteExpr expr;
  Packing packing = Packing::QUOTED;
  bool no_blobs = false;  // certain of every value, though the table is not STRICT
};

struct OrderItem {
  RemoteExpr expr;
  bool descending = false;
  bool nulls_first = false;
};

/// Of the rows with equal keys, those with the lowest numbers in an order; without an order, any of them.
struct FirstOfEach {
  std::vector<RemoteExpr> keys;
  std::vector<OrderItem> order;
  std::string number = "row_number";  // or "rank", "dense_rank": rows that are equal in the order share a number
  uint64_t up_to = 1;                 // the highest number
  /// One row, by one column: what max() or min() finds.
  bool IsOne() const {
    return up_to == 1 && number == "row_number" && (order.empty() || (order.size() == 1 && !order[0].nulls_first));
  }
  /// There is one key, and an index of the shard begins with it and the order: few keys are then sought one by one.
  bool indexed = false;
};

/// The rows of the first so many buckets of time, counted from the newest: found by walking down an index from its end.
struct NewestBuckets {
  RemoteExpr bucket;  // never falls while the column rises, and reads nothing else
  size_t column = 0;
  uint64_t count = 0;
  bool or_null = false;  // rows without a time as well
};

struct RemoteQuery {
  std::string table;
  std::vector<SelectItem> select;  // with `grouped`: the first `group_keys` are the keys, the rest aggregates
  std::vector<RemoteExpr> where;   // conjuncts
  /// A JSON document over the table's columns: every row counts once for each of its members, of which expressions read
  /// RemoteExpr::Member(). FROM table AS t, json_each(document) AS j; needs Capability::JSON_EACH, and a document
  /// that is NULL or well-formed on every row. Only of a grouped query.
  std::optional<RemoteExpr> each;
  bool grouped = false;
  size_t group_keys = 0;
  /// Of a grouped query without keys: every aggregate is a statement of its own, so that SQLite finds a lone min() or
  /// max() at an end of an index. Witnesses are `of_group`.
  bool one_by_one = false;
  /// Of groups that no other page has a part of. Here, and in `order_by` and `limit` of a grouped query, columns are
  /// numbers of select items, and a group with a violated witness always passes, first.
  std::vector<RemoteExpr> having;  // conjuncts
  std::vector<OrderItem> order_by;
  std::optional<uint64_t> limit;
  /// Of a grouped query, further rows cannot make a group within `limit`.
  std::optional<NewestBuckets> newest_buckets;
  std::optional<FirstOfEach> first_of_each;  // of a query for rows, in a table that has rowids
  /// Proofs that the result is exact: each is 0 or NULL on every row, or the result must not be used.
  struct Witness {
    RemoteExpr violated;
    std::string subject;  // for the message: a column's name
    /// Ordinary data may violate it (text beyond ASCII): fit for filters, which are then checked again, not for
    /// results.
    bool ordinary = false;
    /// Of a grouped query: `violated` speaks of the group's aggregates, not of its rows.
    bool of_group = false;
  };
  std::vector<Witness> witnesses;
  /// Less is proved than the table's declaration would need, because its rows have been certified: a packed page then
  /// tells which rows there are.
  bool relies_on_certificate = false;
  /// A group key is a literal, which is right if no witness is violated.
  bool presumes_one_bucket = false;
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
  /// The shard's table is STRICT: JSON columns need no care for a BLOB among other values.
  bool strict = false;
  /// Packed only: appends, after count(*), the length in bytes of all packed cells together. A server whose JSON layer
  /// repairs invalid UTF-8 in silence (rqlite) delivers another length.
  bool byte_count = false;
  /// Packed only: a SELECT of one value or none, which is appended last. Empty: none is.
  std::string structure;
  /// How the table's rowid is called; another of SQLite's names ("_rowid_", "oid") where a column hides this one.
  std::string rowid = "rowid";
  /// What the server can do beyond every SQLite.
  Capabilities capabilities;
  /// Of a query that no index is to serve: through the table, or its range of rowids, from end to end.
  bool in_row_order = false;
  std::vector<RemoteExpr> extra_where;  // e.g. the clamp to the shard's slice
};

/// The statement. Result columns: one per select item, then one per witness (a count of violations, or NULL), then,
/// when packed, count(*) of the page's rows and, if asked for, the byte count, and of a query that relies on a
/// certificate the table's smallest and largest rowid, and the target's `structure`. Not packed: every row repeats
/// nothing: witnesses follow the select items in each row as 0, 1 or NULL, or, grouped, as counts.
std::string Deparse(const RemoteQuery &query, const DeparseTarget &target);

}  // namespace shardite
