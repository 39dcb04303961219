#pragma once
// The ordered list of rules that run over an optimized plan, and the hook that runs them. A rule matches one place in
// the plan, edits a copy of the scan's spec, builds all replacement nodes first and commits only when everything fits;
// otherwise it records in the scan why it refused.

#include <duckdb.hpp>
#include <duckdb/optimizer/optimizer_extension.hpp>

namespace shardite {

duckdb::OptimizerExtension MakeOptimizerExtension();

}  // namespace shardite
