#pragma once
// Random expressions in DuckDB's dialect, by type, over the columns in scope. Most have no error and one value on every
// machine: no random(), order-dependent aggregates only over a unique order, REAL values that add exactly. Those that
// DuckDB itself refuses on some row (overflow) are left to the comparison, which passes over them.
// random_expression.cpp: numbers; random_text.cpp: text and documents; random_time.cpp: times and windows of them;
// random_condition.cpp: conditions; random_aggregate.cpp: aggregates and group keys.

#include <string>
#include <vector>

#include "demo/random.hpp"
#include "test/differential/random_fleet.hpp"

namespace shardite::test {

/// What an expression may refer to.
struct Scope {
  struct Reference {
    std::string sql;
    ValueType type = ValueType::INTEGER;
    bool modest = false, unique = false;
  };
  std::vector<Reference> columns;
  const RandomFleet *fleet = nullptr;
};

/// The columns of a table, with an alias in front when there is one.
Scope ScopeOf(const RandomFleet &fleet, const RandomTable &table, const std::string &alias = "");

/// An aggregate, and whether it is comparable with a tolerance only.
struct RandomAggregate {
  std::string sql;
  bool approximate = false;
};

class ExpressionMaker {
 public:
  ExpressionMaker(Random &random, const Scope &scope) : random_(random), scope_(scope) {}

  /// An expression of the type, at most `depth` deep.
  std::string Make(ValueType type, int depth);
  /// A condition as people write them: often a window over the time column, often two or three conjuncts.
  std::string Filter();
  std::string Condition(int depth);
  /// A bound on the time column, or a window.
  std::string Window();
  /// A column of the type; a literal when there is none.
  std::string Column(ValueType type);
  /// Something to group by.
  std::string Key();
  /// An aggregate over the scope, perhaps with DISTINCT or FILTER.
  RandomAggregate Aggregate();
  /// One that compares exactly.
  std::string ExactAggregate();
  std::string Having();
  /// A bucket of the time column; a column when SQL shows no time.
  std::string Bucket();
  std::string Literal(ValueType type);
  /// The column that tells rows apart; nullptr when the scope has none.
  const Scope::Reference *Unique() const;

 private:
  std::string Integer(int depth);
  std::string IntegerOfText(int depth);
  std::string IntegerOfTime();
  std::string Real(int depth);
  std::string Steps();
  std::string Text(int depth);
  std::string SliceOfText(int depth);
  std::string TextOfOther(int depth);
  std::string Json(int depth);
  std::string JsonText();
  std::string Time(int depth);
  std::string Comparison(int depth);
  std::string ListCondition(int depth);
  std::string TextCondition(int depth);
  std::string TimeCondition(int depth);
  std::string JsonCondition();
  std::string Summand(ValueType number);
  std::string Modest();
  RandomAggregate Moment(const std::string &filter);
  std::string Ordered(const std::string &filter);
  std::string ByValue(ValueType number);
  std::string OfOneRow();
  std::string Quantile(const std::string &filter);
  std::string Case(ValueType type, int depth);
  std::string TimeLiteral();
  int64_t Instant();
  const Scope::Reference *TimeColumn() const;
  ValueType AnyType();
  template <size_t Count>
  const char *OneOf(const char *const (&choices)[Count]) {
    return choices[random_.Below(Count)];
  }

  Random &random_;
  const Scope &scope_;
};

}  // namespace shardite::test
