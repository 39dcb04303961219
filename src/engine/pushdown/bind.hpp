#pragma once
// Bound expressions that the rules build: constants, casts, calls of DuckDB's own functions and aggregates.

#include <duckdb.hpp>
#include <duckdb/planner/expression.hpp>

namespace shardite {

duckdb::unique_ptr<duckdb::Expression> Constant(duckdb::Value value);
duckdb::unique_ptr<duckdb::Expression> CastTo(duckdb::ClientContext &context,
                                              duckdb::unique_ptr<duckdb::Expression> expr,
                                              const duckdb::LogicalType &type);
duckdb::unique_ptr<duckdb::Expression> Coalesce(duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> arguments);
duckdb::unique_ptr<duckdb::Expression> IsNotNull(duckdb::unique_ptr<duckdb::Expression> expr);
/// CASE WHEN condition THEN value ELSE otherwise END.
duckdb::unique_ptr<duckdb::Expression> Case(duckdb::unique_ptr<duckdb::Expression> condition,
                                            duckdb::unique_ptr<duckdb::Expression> value,
                                            duckdb::unique_ptr<duckdb::Expression> otherwise);
/// A scalar function or operator of two arguments, looked up in the system catalog.
duckdb::unique_ptr<duckdb::Expression> Call(duckdb::ClientContext &context, const std::string &name,
                                            duckdb::unique_ptr<duckdb::Expression> left,
                                            duckdb::unique_ptr<duckdb::Expression> right);
/// An aggregate of one argument, looked up in the system catalog.
duckdb::unique_ptr<duckdb::Expression> Aggregate(duckdb::ClientContext &context, const std::string &name,
                                                 duckdb::unique_ptr<duckdb::Expression> argument);
/// sum / count as DuckDB's avg divides them, to the last bit: long doubles for a HUGEINT sum, doubles for a DOUBLE one;
/// NULL when either is NULL or count is 0.
duckdb::unique_ptr<duckdb::Expression> Average(duckdb::unique_ptr<duckdb::Expression> sum,
                                               duckdb::unique_ptr<duckdb::Expression> count);

}  // namespace shardite
