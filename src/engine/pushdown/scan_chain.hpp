#pragma once
// The path PROJECTION* and FILTER* from a node down to a shard scan, seen as one: expressions above it are rewritten to
// speak of the scan's own columns, its filters are collected. One UNNEST may lie on it for those who ask: then they
// speak of its column too. Joins may lie on it for those who ask how rows of the scan fare in them.

#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/planner/operator/logical_unnest.hpp>

#include "engine/scan/shard_scan.hpp"

namespace shardite {

/// Whether the path may hold an UNNEST of one list, which gives each row once for every value of the list.
enum class Unnests { NONE, ONE };

class ScanChain {
 public:
  /// nullopt when something else than projections and filters lies between `top` and a shard scan.
  static std::optional<ScanChain> Find(duckdb::LogicalOperator &top, Unnests unnests = Unnests::NONE);

  /// The path to each shard scan below `top` on which nothing lies but projections, filters and joins.
  static std::vector<ScanChain> FindBelowJoins(duckdb::LogicalOperator &top);

  duckdb::LogicalGet &Get() const { return *get_; }
  /// Whether the joins on the path treat rows of the scan alike whose JoinKeys() are equal: all of them stay, each with
  /// the same rows of the other sides, or none.
  bool JoinsByKeys() const { return joins_by_keys_; }
  bool HasJoins() const { return below_joins_ > 0; }
  /// Whether rows of other sides stay, with NULLs for the columns of the scan, where no row of the scan matches.
  bool AbsentForOthers() const { return absent_for_others_; }
  /// Whether a filter lies above a join: Conditions() may then speak of other columns than the scan's.
  bool FiltersAboveJoins() const;
  /// What the joins compare, over the columns of the scan.
  const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> &JoinKeys() const { return join_keys_; }
  /// Whether an expression over the columns of `top` reads a column of the scan.
  bool Reads(const duckdb::Expression &expr) const;
  /// The list that is unnested, over the scan's columns; nullptr when none is.
  duckdb::unique_ptr<duckdb::Expression> UnnestedList() const;
  /// Whether an expression is the value that the UNNEST gives.
  bool IsUnnested(const duckdb::Expression &expr) const;
  /// A copy of an expression over the columns of `top`, over those of the scan.
  duckdb::unique_ptr<duckdb::Expression> Inline(const duckdb::Expression &expr) const;
  /// The plan below `top` with `source` in place of the scan and of what lies between it and the lowest join: `keys`
  /// take the places of JoinKeys(). Projections are gone, so that what is above has to be inlined.
  duckdb::unique_ptr<duckdb::LogicalOperator> PutBelowJoins(
      duckdb::unique_ptr<duckdb::LogicalOperator> top, duckdb::unique_ptr<duckdb::LogicalOperator> source,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> keys) const;
  /// The conditions of all FILTER nodes, and those that DuckDB left to the scan (hints it may ignore are not among
  /// them), over the columns of the scan.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> Conditions() const;

 private:
  static void SearchBelow(duckdb::LogicalOperator &op, ScanChain path, std::vector<ScanChain> &found);
  bool ReadsScan(const duckdb::Expression &expr) const;
  void ReadJoinKeys();
  void InlineInto(duckdb::unique_ptr<duckdb::Expression> &expr, size_t from) const;

  std::vector<duckdb::LogicalOperator *> operators_;  // top first, without the scan
  const duckdb::LogicalUnnest *unnest_ = nullptr;
  size_t below_joins_ = 0;  // the position in `operators_` after the lowest join; 0: there is none
  bool joins_by_keys_ = true;
  bool absent_for_others_ = false;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> join_keys_;
  duckdb::LogicalGet *get_ = nullptr;
};

/// A scan of all columns of the bind data's spec.
duckdb::unique_ptr<duckdb::LogicalGet> ScanOf(duckdb::idx_t table_index,
                                              duckdb::unique_ptr<ShardScanBindData> bind_data);

}  // namespace shardite
