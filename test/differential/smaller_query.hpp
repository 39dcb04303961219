#pragma once
// Every query that is one step smaller than a given one: without a clause, a conjunct, a select item, a side of a join,
// or with an expression replaced by a part of it. Works on DuckDB's parse tree, so that it knows no grammar of ours.
// What makes an answer unique is kept: an order below a LIMIT, the order of a window or an aggregate.

#include <string>
#include <vector>

namespace shardite::test {

/// The largest steps first. Some do not bind; the caller tries. Empty for what is not one SELECT.
std::vector<std::string> SmallerQueries(const std::string &sql);

}  // namespace shardite::test
