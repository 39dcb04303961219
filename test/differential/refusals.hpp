#pragma once
// The errors with which shardite may answer where DuckDB has an answer, each with the page of docs/ that says so. An
// error that is not listed here is a fault. The other way round, what DuckDB refuses to plan is refused here too.

#include <string>

namespace shardite::test {

bool IsDocumentedRefusal(const std::string &error);

/// DuckDB's errors that do not depend on any row.
bool IsPlanningError(const std::string &error);

}  // namespace shardite::test
