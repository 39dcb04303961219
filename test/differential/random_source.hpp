#pragma once
// What random queries select from: a table of the fleet, a join, a subquery, a CTE, a UNION ALL, a local table beside
// the fleet's.

#include <string>

#include "demo/random.hpp"
#include "test/differential/random_expression.hpp"

namespace shardite::test {

struct Source {
  std::string with;  // "WITH s AS (...) ", or ""
  std::string from;  // what follows FROM
  Scope scope;
  bool is_large = false;  // a join: many rows
};

class SourceMaker {
 public:
  SourceMaker(const RandomFleet &fleet, Random &random) : fleet_(fleet), random_(random) {}

  /// Most often a table as it is.
  Source Make();
  /// One table of the fleet, with an alias or without.
  Source Table(const std::string &alias = "");
  Source Join();
  /// SELECT columns c1, c2, .. of one table, filtered.
  Source Subquery(const std::string &alias);

 private:
  Source LocalJoin();
  Source UnionAll();
  Source CommonTable();
  Source Grouped();
  Source Semijoin();
  Source JsonKeys();
  /// SELECT of the types, as c1, c2, ..; appends what it gives to `scope`.
  std::string Select(const std::vector<ValueType> &types, const std::string &alias, Scope &scope);
  std::string JoinCondition(const Scope &left, const Scope &right);
  std::vector<ValueType> SomeTypes();
  template <size_t Count>
  const char *OneOf(const char *const (&choices)[Count]) {
    return choices[random_.Below(Count)];
  }

  const RandomFleet &fleet_;
  Random &random_;
};

}  // namespace shardite::test
