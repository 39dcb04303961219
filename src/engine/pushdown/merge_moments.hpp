#pragma once
// Merges centred moments: count, mean and sums of squared deviations of parts become those of the whole, after Chan,
// Golub and LeVeque. What follows from them (variance, correlation, regression) has DuckDB's formulas, NULLs and
// errors.

#include <string>

#include <duckdb.hpp>
#include <duckdb/planner/expression.hpp>

namespace shardite {

/// What deviations are relative to: constants near the values.
struct MomentPivots {
  double x = 0;
  double y = 0;
};

/// The aggregate `name` (stddev, var_pop, corr, regr_slope, ..) over partials: count BIGINT, and as DOUBLE min(x),
/// max(x), sum(d), sum(d * d) with d = x - pivot; for two arguments the same four of y, and sum(dx * dy). A count of 0
/// is no part; where min = max, the sums do not matter.
duckdb::unique_ptr<duckdb::Expression> MergeMoments(const std::string &name, MomentPivots pivots,
                                                    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> partials);

}  // namespace shardite
