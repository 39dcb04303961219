#include "engine/pushdown/row_choice.hpp"

#include <duckdb/planner/operator/logical_distinct.hpp>

namespace shardite {

bool ChoosesRows(const duckdb::LogicalOperator &op) {
  switch (op.type) {
    case duckdb::LogicalOperatorType::LOGICAL_LIMIT:
    case duckdb::LogicalOperatorType::LOGICAL_TOP_N:
    case duckdb::LogicalOperatorType::LOGICAL_SAMPLE: return true;
    case duckdb::LogicalOperatorType::LOGICAL_DISTINCT:
      return op.Cast<duckdb::LogicalDistinct>().distinct_type == duckdb::DistinctType::DISTINCT_ON;
    default: return false;
  }
}

bool ChoosesRowsAbove(const duckdb::LogicalOperator &top, const duckdb::LogicalGet &scan) {
  if (&top == &scan) return false;
  if (ChoosesRows(top)) return true;
  for (const auto &child : top.children) {
    if (!ChoosesRowsAbove(*child, scan)) return false;
  }
  return true;
}

}  // namespace shardite
