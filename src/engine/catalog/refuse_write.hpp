#pragma once
// A fleet is read-only: every write ends here, with one sentence that says so.

#include <string>

#include <duckdb.hpp>

namespace shardite {

[[noreturn]] inline void RefuseWrite(const std::string &fleet, const std::string &what) {
  throw duckdb::PermissionException(
      "Cannot execute %s: the fleet \"%s\" is read-only (to keep a result, CREATE TEMP TABLE or COPY .. TO a file)",
      what, fleet);
}

}  // namespace shardite
