#pragma once
// One row per function that shards can evaluate. A new function is a row here and a case in the differential test.

#include <string>

#include "engine/translate/scope.hpp"

namespace shardite {

struct FunctionRule {
  const char *name;  // as the bound expression has it, in lower case
  std::optional<Translation> (*translate)(Scope &scope, const duckdb::BoundFunctionExpression &call);
};

/// nullptr when there is none.
const FunctionRule *FindFunction(const std::string &name);

}  // namespace shardite
