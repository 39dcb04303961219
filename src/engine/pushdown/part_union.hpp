#pragma once
// Partials of one aggregation that come from several scans, brought under one merge:
//
//   AGGREGATE g, merge(a), merge(b)   =>   AGGREGATE g, merge(a) FILTER (part = 0), merge(b) FILTER (part = 1)
//                                            UNION ALL
//                                              PROJECTION 0 AS part, g, a, NULL     PROJECTION 1 AS part, g, NULL, b
//                                                SCAN partials                        SCAN partials
//
// Safe because every scan has the same filters, so each sees the same rows and the same groups. One scan stays as it
// is.

#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/logical_operator.hpp>

#include "engine/pushdown/rules.hpp"

namespace shardite {

struct UnitedPart {
  duckdb::unique_ptr<duckdb::LogicalOperator> source;
  duckdb::idx_t table_index;                                      // of its scan
  duckdb::vector<duckdb::LogicalType> types;                      // of the scan's columns
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> groups;  // over them
};

class PartUnion {
 public:
  PartUnion(RuleInput &input, std::vector<UnitedPart> parts);

  duckdb::unique_ptr<duckdb::LogicalOperator> TakeSource() { return std::move(source_); }
  /// The groups over the source.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> TakeGroups() { return std::move(groups_); }
  /// Makes an aggregate over one part's scan one over the source.
  void Adapt(duckdb::unique_ptr<duckdb::Expression> &aggregate, size_t part) const;

 private:
  duckdb::unique_ptr<duckdb::LogicalOperator> ProjectPart(RuleInput &input, const std::vector<UnitedPart> &parts,
                                                          size_t part) const;

  struct Place {
    duckdb::idx_t table_index;   // of the part's scan
    duckdb::idx_t first_column;  // in the union
  };
  std::vector<Place> places_;
  duckdb::idx_t union_index_ = 0;
  duckdb::unique_ptr<duckdb::LogicalOperator> source_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> groups_;
};

}  // namespace shardite
