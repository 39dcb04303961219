// Conditions: what stands in WHERE, FILTER, CASE and ON.
#include "test/differential/random_expression.hpp"

namespace shardite::test {

ValueType ExpressionMaker::AnyType() {
  static constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::INTEGER, ValueType::REAL, ValueType::TEXT,
                                        ValueType::TEXT,    ValueType::TEXT,    ValueType::BLOB, ValueType::LOOSE};
  return TYPES[random_.Below(std::size(TYPES))];
}

std::string ExpressionMaker::Condition(int depth) {
  if (depth <= 0) return random_.Chance(500) ? Column(ValueType::BOOLEAN) : Comparison(0);
  switch (random_.Below(14)) {
    case 0:
    case 1: return "(" + Condition(depth - 1) + OneOf({" AND ", " OR "}) + Condition(depth - 1) + ")";
    case 2: return "(NOT " + Condition(depth - 1) + ")";
    case 3: return "(" + Make(AnyType(), depth - 1) + OneOf({" IS NULL)", " IS NOT NULL)"});
    case 4: return TextCondition(depth);
    case 5: return ListCondition(depth);
    case 6: {
      const ValueType type = AnyType();
      return "(" + Make(type, depth - 1) + OneOf({" BETWEEN ", " NOT BETWEEN ", " BETWEEN "}) + Literal(type) +
             " AND " + (random_.Chance(700) ? Literal(type) : Make(type, depth - 1)) + ")";
    }
    case 7: return "(" + Condition(depth - 1) + OneOf({") IS TRUE", ") IS NOT TRUE", ") IS FALSE", ") IS NULL"});
    case 8: return JsonCondition();
    case 9: return TimeCondition(depth);
    default: return Comparison(depth);
  }
}

std::string ExpressionMaker::ListCondition(int depth) {
  const ValueType type = AnyType();
  std::string list;
  const uint64_t count = random_.Chance(30) ? 200 : 1 + random_.Below(5);
  for (uint64_t i = 0; i < count; ++i) list += (i ? ", " : "") + Literal(type);
  const std::string value = Make(type, depth - 1);
  switch (random_.Below(10)) {
    case 0: return "list_contains([" + list + "], " + value + ")";
    case 1: return "(" + value + " = ANY([" + list + "]))";
    case 2:
      return "((" + Column(ValueType::INTEGER) + ", " + Column(ValueType::TEXT) + ") IN ((" +
             Literal(ValueType::INTEGER) + ", " + Literal(ValueType::TEXT) + "), (1, 'alpha')))";
    default: return "(" + value + OneOf({" IN (", " NOT IN (", " IN ("}) + list + "))";
  }
}

std::string ExpressionMaker::Comparison(int depth) {
  static constexpr const char *const OPERATORS[] = {
      " = ", " <> ", " < ", " <= ", " > ", " >= ", " = ", " > ", " IS DISTINCT FROM ", " IS NOT DISTINCT FROM "};
  if (random_.Chance(100)) {  // an integer beside a double
    return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf(OPERATORS) + Make(ValueType::REAL, depth - 1) + ")";
  }
  if (random_.Chance(60)) {  // decimals
    static constexpr const char *const WITH[] = {" * 0.5", " + 0.25", " - 1.5", " * 1.10", " * 0.001", " * 100.0"};
    return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf(WITH) + OneOf(OPERATORS) +
           (random_.Chance(500) ? Column(ValueType::INTEGER) + OneOf(WITH) : OneOf({"2.5", "-0.001", "100", "0.50"})) +
           ")";
  }
  if (random_.Chance(30)) {
    return "((" + Column(ValueType::INTEGER) + ", " + Column(ValueType::TEXT) + ")" + OneOf({" = ", " < ", " >= "}) +
           "(" + Literal(ValueType::INTEGER) + ", " + Literal(ValueType::TEXT) + "))";
  }
  const ValueType type = AnyType();
  const std::string right = random_.Chance(700) ? Literal(type) : Make(type, depth - 1);
  return "(" + Make(type, depth - 1) + OneOf(OPERATORS) + right + ")";
}

std::string ExpressionMaker::Filter() {
  std::string sql;
  for (uint64_t i = 0, count = 1 + random_.Below(3); i < count; ++i) {
    sql += (i ? " AND " : "") + (random_.Chance(350) ? Window() : Condition(2));
  }
  return sql;
}

}  // namespace shardite::test
