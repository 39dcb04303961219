#pragma once
// An aggregate of DuckDB's over values that carry how many rows have them: f(x), each x taken `weight` times. The
// aggregate's own state and result are used, so its answer is that over the rows themselves, for every aggregate that
// does not depend on the order of its input.

#include <duckdb.hpp>
#include <duckdb/planner/expression/bound_aggregate_expression.hpp>

namespace shardite {

/// `weight` is a BIGINT, NULL or <= 0 for no row. The result has the type of `aggregate`, and its FILTER.
duckdb::unique_ptr<duckdb::Expression> Weighted(duckdb::unique_ptr<duckdb::BoundAggregateExpression> aggregate,
                                                duckdb::unique_ptr<duckdb::Expression> weight);

}  // namespace shardite
