#pragma once
// Builds the scan that returns partial aggregates: GROUP BY keys and partials on the shards in place of rows. Finer
// grouping on the shards is always valid, so an expression that SQLite cannot answer exactly is cut into the largest
// parts that it can; those become keys, and the rest is evaluated over them here. A filter that is not exact goes the
// same way: its columns become keys, and it is checked again over the groups.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/sample.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

class PartialScan {
 public:
  PartialScan(RuleInput &input, const ScanChain &chain);

  /// Takes over the UNNEST of the chain, if any, and all conditions. False when the list is none that the shards can go
  /// through, or a condition can neither be sent nor evaluated over keys.
  bool TakeConditions();
  /// Rewrites an expression over the scan's old columns into one over keys of the new scan; nullptr when it cannot be.
  duckdb::unique_ptr<duckdb::Expression> OverKeys(duckdb::unique_ptr<duckdb::Expression> expr);
  /// A key that SQLite computes; `row_value` stands for it in a group of one row. nullptr, with a reason, when it
  /// cannot be a key.
  duckdb::unique_ptr<duckdb::Expression> AddKeyOf(const Translation &value, const duckdb::Expression &row_value);
  /// Without any key a shard answers with one row even where no row passes, which counts as no group but would be seen
  /// as a row by GROUP BY 'x' or count(DISTINCT 1): then a constant becomes the key.
  void NeedsGroups() { needs_groups_ = true; }
  /// The exact translation of an aggregate's argument or filter; nullopt with a reason.
  std::optional<Translation> Value(const duckdb::Expression &expr) { return translator_.Value(expr); }
  std::optional<RemoteExpr> ExactFilter(const duckdb::Expression &expr);
  /// Adds an aggregate that the shards compute; returns its number for PartialReference.
  /// `row_value` is its value for a group of one row, over the scan's old columns; `plain`: see ScanColumn.
  size_t AddPartial(RemoteExpr aggregate, duckdb::LogicalType type, Encoding encoding,
                    std::vector<RemoteQuery::Witness> witnesses, duckdb::unique_ptr<duckdb::Expression> row_value,
                    std::optional<RemoteExpr> plain = std::nullopt);

  /// The query computes a min() or max(), and a column that is bare, bound to the row of the one `extreme`.
  void NoteExtreme(const RemoteExpr &extreme);
  void NoteBareColumn(const RemoteExpr &extreme) { bound_to_.push_back(extreme); }
  /// A bare column has a row of its own only while its query has no other min() or max().
  bool HasAmbiguousRow() const { return !bound_to_.empty() && extremes_.size() > 1; }
  /// Keys that a join compares are keys as well.
  static constexpr const char *BELOW_JOIN = "below a join";
  /// `aggregate` pays only where values repeat: the groups must be few against the rows.
  void NeedFewGroups(const std::string &aggregate) { few_groups_for_ = aggregate; }
  bool HasFewGroups() { return few_groups_for_.empty() || ValuesRepeat(few_groups_for_); }
  /// Whether the shards would group for nothing: by time and two keys more, over a network, where nearly every row is a
  /// group of its own by a sample, and rows bring no text that groups do not. With a reason when true.
  bool GroupsAreNearlyRows();
  /// Asks a sample whether the keys have few combinations; false with a reason when not, or when it is not known.
  bool ValuesRepeat(const std::string &wanted_by);
  /// A number amid the values of an expression; see scan/sample.hpp.
  std::optional<double> SampleMean(const RemoteExpr &expr) const;

  /// count(DISTINCT x) reads the key.
  void NoteDistinctCount(size_t key) { counted_.push_back(key); }
  /// Keys that distinct counts alone read need not be sent where a shard has whole groups: it counts them, in a column
  /// beside. `groups`: the keys that make up the groups. Before Build.
  void CountDistinctInWholeGroups(const std::set<size_t> &groups);
  /// The column that counts the values of a key where it is not sent; nullopt: it is always sent.
  std::optional<size_t> DistinctCountOf(size_t key) const;

  /// How far the scan is built, to go back to when an aggregate does not fit.
  struct Mark {
    size_t keys, partials, extremes, bound_to, counted;
    std::vector<size_t> readers;
    bool needs_groups;
    std::string few_groups_for;
  };
  Mark Now() const;
  void Return(const Mark &mark);
  size_t KeyCount() const { return keys_.size(); }

  /// The new scan, with a FILTER on top where conditions are left. Keys and partials are fixed from here on.
  duckdb::unique_ptr<duckdb::LogicalOperator> Build(const std::string &pushed_as);
  duckdb::unique_ptr<duckdb::Expression> PartialReference(size_t partial) const;
  SortKey PartialSortKey(size_t partial) const;
  /// The key that an expression over the new scan is, and nothing else; nullopt for any other.
  std::optional<size_t> KeyOf(const duckdb::Expression &expr) const;
  const std::vector<ScanColumn> &Keys() const { return keys_; }
  bool ChecksConditions() const { return !left_.empty(); }
  duckdb::idx_t TableIndex() const { return table_index_; }
  duckdb::vector<duckdb::LogicalType> Types() const;  // of the new scan's columns

  const std::string &Reason() const { return reason_; }
  const std::string &TranslationReason() const { return translator_.Reason(); }
  void Refuse(const std::string &reason) { reason_ = reason; }

 private:
  /// `guarded`: inside TRY, CASE, COALESCE, AND or OR, which may keep DuckDB from evaluating it for every row.
  bool IntoKeys(duckdb::unique_ptr<duckdb::Expression> &expr, bool guarded);
  std::optional<Translation> Member(const duckdb::Expression &expr) const;
  std::optional<Translation> StoredValue(const duckdb::Expression &expr) const;
  bool TakeUnnest();
  bool ReadsUnnested(const duckdb::Expression &expr) const;
  void PushMemberFilter(const duckdb::Expression &condition);
  std::optional<RemoteExpr> SampledMembers() const;
  std::optional<GroupSample> Sample() const;
  bool MayNameRows() const;
  bool RowsAreAsNarrow() const;
  std::optional<size_t> AddKey(const Translation &translation, const duckdb::Expression &expr);
  std::shared_ptr<const duckdb::Expression> OverLogicalColumns(duckdb::unique_ptr<duckdb::Expression> expr) const;

  duckdb::ClientContext &context_;
  const ScanChain &chain_;
  duckdb::LogicalGet &get_;
  const ShardScanBindData &old_;
  Translator translator_;
  ScanSpec spec_;
  duckdb::idx_t table_index_;
  std::vector<ScanColumn> keys_;
  std::vector<size_t> readers_;  // of each key: how many expressions read it
  std::vector<size_t> counted_;  // the key of each count(DISTINCT)
  std::vector<ScanColumn> partials_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> left_;  // conditions over keys
  bool needs_groups_ = false;
  std::vector<RemoteExpr> extremes_;
  std::vector<RemoteExpr> bound_to_;  // of bare columns
  std::string few_groups_for_;        // the aggregate that needs them
  std::string reason_;
};

}  // namespace shardite
