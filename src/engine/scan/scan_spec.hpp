#pragma once
// What a scan asks of the shards, as pushdown rules build it: the bind data of the scan function. A rule edits a copy
// of the spec and commits it only when everything fits. The table is one immutable snapshot.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/scan/fleet_snapshot.hpp"
#include "engine/scan/join_keys.hpp"
#include "engine/scan/key_windows.hpp"
#include "engine/scan/settings.hpp"
#include "engine/translate/translate.hpp"
#include "sqlite/remote_query.hpp"

namespace shardite {

/// One column that the scan returns: what the shard computes and how it comes back.
struct ScanColumn {
  std::string name;
  Translation value;
  /// Of a grouped scan: the same for a group of one row, over logical columns (BoundReference by number); what a shard
  /// is replaced by whose partials cannot be trusted.
  std::shared_ptr<const duckdb::Expression> row_value;
  /// Of a partial: a cheaper way that raises an error where a sum leaves 64 bits.
  std::optional<RemoteExpr> plain = std::nullopt;
};

/// The keys that a join above the scan collects, and the logical column that must have one of them.
struct JoinKeySource {
  std::shared_ptr<JoinKeys> keys;
  size_t column = 0;
};

/// Of a grouped scan: rows count once for each value of a list, which expressions read as RemoteExpr::Member() on
/// the shards and, where row_value stands for them, as the logical column after the last.
struct UnnestedList {
  JsonMembers members;
  std::vector<RemoteExpr> filters;                 // conjuncts that read members; checked again here
  std::shared_ptr<const duckdb::Expression> list;  // over logical columns, by number
};

/// What a scan knows of the keys of its table's look-up (pushdown/ask_lookups.cpp).
struct LookupUse {
  std::vector<duckdb::Value> keys;            // every row wanted has one of these; empty: not known
  std::string no_keys;                        // a filter that reads the key and does not name such keys, for EXPLAIN
  std::shared_ptr<const KeyWindows> windows;  // what the look-up says of the keys; null: it is not asked
};

/// In which order shards are visited when only the first rows matter.
enum class VisitOrder { ANY, OLDEST_FIRST, NEWEST_FIRST };

struct ScanSpec {
  std::vector<ScanColumn> columns;  // what column ids of the LogicalGet count
  std::vector<RemoteExpr> filters;  // conjuncts
  TimeSet times = TimeSet::All();   // instants that the filters leave
  bool grouped = false;
  size_t group_keys = 0;
  /// Of a grouped scan: a key that rises with time, by its column, so that slices tell which groups a shard can have.
  struct TimeBucket {
    size_t column = 0;
    Translator::Widening widening;
  };
  std::optional<TimeBucket> bucket;
  /// Of a grouped scan: a key that count(DISTINCT) alone reads, and the column that counts its values. A shard whose
  /// groups no other shard has sends the number, and no key; any other sends the key, and 0.
  struct DistinctCount {
    size_t key = 0;
    size_t column = 0;
  };
  std::vector<DistinctCount> distinct_counts;
  bool presumes_one_bucket = false;  // see one_bucket.hpp
  std::vector<RemoteExpr> having;    // conjuncts over spec columns; for shards whose groups no other shard has
  std::vector<OrderItem> order_by;   // over logical columns; of a grouped scan, over spec columns
  std::optional<uint64_t> limit;
  /// Of a scan of rows, for filters that are checked again here: without a violation among the rows within `limit`, all
  /// of those pass; with one, the shard is asked without the limit.
  std::vector<RemoteQuery::Witness> limit_witnesses;
  bool limit_needs_whole_groups = false;     // order_by and limit, too, are for shards whose groups no other shard has
  std::optional<FirstOfEach> first_of_each;  // of a scan of rows; a shard without rowids sends all
  VisitOrder visit = VisitOrder::ANY;
  /// With a visit order: the column whose non-NULL rows count towards `limit`, after which later shards cannot matter.
  std::optional<size_t> stop_column;
  std::vector<JoinKeySource> join_keys;
  LookupUse lookup;
  std::optional<UnnestedList> unnested;
  /// Of a grouped scan: the logical column at each position of the scan of rows it replaces. Filters that joins find
  /// while running go by those positions.
  std::vector<std::optional<size_t>> replaced_columns;

  std::vector<std::string> pushed;   // "filter", "aggregate", ..: for EXPLAIN
  std::vector<std::string> refused;  // what stays local, and why
};

/// Whether a shard's answer has groups of which another shard may have rows too.
enum class Groups { PARTS, WHOLE };
/// Whether sums are asked for in limbs, which never overflow, or at first in a cheaper way that may.
enum class Sums { PLAIN, LIMBS };

/// The shards that a spec asks, and those it does not.
struct ScanTargets {
  std::vector<size_t> shards;  // in visiting order; only those that have the table
  std::vector<Groups> groups;  // of each of them
  std::vector<Slice> slices;   // of each of them: effective, and of a grouped scan all instants of its groups
  PruneResult pruning;
};
ScanTargets ChooseShards(const TableSnapshot &table, const ScanSpec &spec);

/// The spec as one shard's variant answers it: with proofs of the storage classes that the shard does not enforce.
/// `selected` choose from spec.columns.
RemoteQuery QueryFor(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected,
                     size_t variant, Groups groups = Groups::PARTS, Sums sums = Sums::PLAIN);
/// The same for a scan of rows with limit_witnesses, without order and limit.
RemoteQuery UnlimitedQueryFor(const TableSnapshot &table, const ScanSpec &spec, const std::vector<size_t> &selected,
                              size_t variant);
/// Whether attaching found where the rows of these shards lie, or a clamp says so. A row outside of its shard's slice
/// would have a part of a group that another shard takes for whole.
bool AttachSawRowsInSlices(const TableSnapshot &table, const std::vector<size_t> &shards);
/// Whether the query for WHOLE groups is another than that for PARTS.
bool DependsOnGroups(const ScanSpec &spec);
/// The expression as SQL, with columns as the logical table names them: for people.
std::string SqlOverLogicalColumns(const TableSnapshot &table, const RemoteExpr &expr);
/// What Deparse needs to know of a shard.
DeparseTarget TargetFor(const TableSnapshot &table, size_t shard);

}  // namespace shardite
