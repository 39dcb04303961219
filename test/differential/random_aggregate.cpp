// Group keys, aggregates, and conditions on them.
#include "test/differential/random_expression.hpp"

namespace shardite::test {

std::string ExpressionMaker::Key() {
  if (random_.Chance(250)) return Bucket();
  if (random_.Chance(500)) return Column(random_.Chance(500) ? ValueType::TEXT : ValueType::INTEGER);
  static constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::REAL, ValueType::TEXT, ValueType::BOOLEAN,
                                        ValueType::BLOB,    ValueType::TEXT, ValueType::LOOSE};
  return Make(TYPES[random_.Below(std::size(TYPES))], 2);
}

std::string ExpressionMaker::Summand(ValueType number) {
  if (number == ValueType::INTEGER) return Make(number, random_.Chance(600) ? 0 : 2);
  // Beyond this a sum of doubles would depend on the order of addition.
  return "(" + Column(number) + OneOf({")", " * 0.5::DOUBLE)", " + 1.25)", " / 2)"});
}

std::string ExpressionMaker::Modest() {
  std::vector<const Scope::Reference *> found;
  for (const auto &column : scope_.columns) {
    if (column.modest) found.push_back(&column);
  }
  if (found.empty()) return "length(" + Column(ValueType::TEXT) + ")";
  const std::string column = found[random_.Below(found.size())]->sql;
  return random_.Chance(150) ? "(" + column + OneOf({" + 3)", " * 2)", " / 4)"}) : column;
}

/// Centred moments: comparable with a tolerance.
RandomAggregate ExpressionMaker::Moment(const std::string &filter) {
  if (random_.Chance(600)) {
    return {OneOf({"stddev(", "stddev_samp(", "stddev_pop(", "variance(", "var_samp(", "var_pop(", "skewness(",
                   "kurtosis(", "kurtosis_pop(", "sem("}) +
                Modest() + ")" + filter,
            true};
  }
  return {OneOf({"covar_pop(", "covar_samp(", "corr(", "regr_slope(", "regr_intercept(", "regr_avgx(", "regr_avgy(",
                 "regr_sxx(", "regr_sxy(", "regr_syy(", "regr_r2(", "regr_count("}) +
              Modest() + ", " + Modest() + ")" + filter,
          true};
}

/// Aggregates that depend on the order of rows, over an order without ties.
std::string ExpressionMaker::Ordered(const std::string &filter) {
  const auto *unique = Unique();
  if (!unique) return "count(*)" + filter;
  const std::string value = Make(AnyType(), random_.Chance(700) ? 0 : 1);
  const std::string order = " ORDER BY " + unique->sql + OneOf({")", " DESC)"}) + filter;
  switch (random_.Below(8)) {
    case 0:
    case 1:
    case 2:
      return OneOf({"arg_max(", "arg_min(", "max_by(", "min_by(", "arg_max_null(", "arg_min_null("}) + value + ", " +
             unique->sql + ")" + filter;
    case 3: return OneOf({"arg_max(", "arg_min("}) + value + ", " + unique->sql + ", 3)" + filter;
    case 4:
    case 5: return OneOf({"first(", "last(", "any_value("}) + value + order;
    case 6: return OneOf({"list(", "array_agg("}) + value + order;
    default: return "string_agg(" + Make(ValueType::TEXT, 0) + ", ','" + order;
  }
}

std::string ExpressionMaker::Quantile(const std::string &filter) {
  const std::string number = random_.Chance(500) ? Modest() : Column(ValueType::INTEGER);
  switch (random_.Below(7)) {
    case 0:
    case 1: return "median(" + number + ")" + filter;
    case 2: return "quantile_cont(" + number + OneOf({", 0.5)", ", 0.9)", ", 0)", ", 1)", ", 0.25)"}) + filter;
    case 3: return "quantile_disc(" + number + OneOf({", 0.5)", ", 0.99)", ", [0.1, 0.5, 0.9])"}) + filter;
    case 4: return "quantile_disc(" + Column(ValueType::TEXT) + ", 0.5)" + filter;
    case 5: return "mad(" + Modest() + ")" + filter;
    default: return "histogram(" + Column(random_.Chance(500) ? ValueType::INTEGER : ValueType::TEXT) + ")" + filter;
  }
}

/// Aggregates that look at values and how often each comes; sums in them stay exact.
std::string ExpressionMaker::ByValue(ValueType number) {
  const std::string column = Column(number);
  switch (random_.Below(6)) {
    case 0: return "median(" + column + ")";
    case 1: return "quantile_disc(" + Make(AnyType(), 0) + ", " + OneOf({"0", "0.3", "0.5", "1"}) + ")";
    case 2: return "quantile_cont(" + column + ", [0.25, 0.5])";
    case 3: return "mad(" + column + ")";
    case 4: return "regr_count(" + Column(ValueType::REAL) + ", " + Column(ValueType::INTEGER) + ")";
    default: return "sum(length(upper(" + Column(ValueType::TEXT) + ")))";
  }
}

/// The key is the value, so that ties do not show.
std::string ExpressionMaker::OfOneRow() {
  const std::string column = Column(AnyType());
  switch (random_.Below(3)) {
    case 0: return OneOf({"arg_max(", "arg_min(", "arg_max_null(", "min_by("}) + column + ", " + column + ")";
    case 1:
      return OneOf({"first(", "last(", "any_value("}) + column + " ORDER BY " + column +
             OneOf({"", " DESC", " NULLS FIRST", " DESC NULLS FIRST"}) + ")";
    default: return OneOf({"arg_max(", "arg_min("}) + column + " IS NULL, " + column + " IS NULL)";
  }
}

std::string ExpressionMaker::ExactAggregate() {
  const std::string filter = random_.Chance(200) ? " FILTER (WHERE " + Condition(2) + ")" : "";
  const std::string distinct = random_.Chance(120) ? "DISTINCT " : "";
  const ValueType number = random_.Chance(600) ? ValueType::INTEGER : ValueType::REAL;
  const int depth = random_.Chance(600) ? 0 : 2;
  switch (random_.Below(20)) {
    case 0:
    case 1: return "count(*)" + filter;
    case 2: return "count(" + distinct + Make(AnyType(), depth) + ")" + filter;
    case 3:
    case 4: return "sum(" + distinct + Summand(number) + ")" + filter;
    case 5: return "avg(" + distinct + Summand(number) + ")" + filter;
    case 6:
    case 7: return OneOf({"min(", "max("}) + Make(AnyType(), depth) + ")" + filter;
    case 8: return OneOf({"bool_and(", "bool_or("}) + Condition(1) + ")" + filter;
    case 9: return OneOf({"bit_and(", "bit_or(", "bit_xor("}) + Column(ValueType::INTEGER) + ")" + filter;
    case 10: return OneOf({"count_if(", "sum(", "countif("}) + Condition(1) + ")" + filter;
    case 11: return Quantile(filter);
    case 17: return ByValue(number) + filter;
    case 18: return OfOneRow() + filter;
    case 12: return "approx_count_distinct(" + Make(AnyType(), depth) + ")" + filter;
    case 13: return OneOf({"count(DISTINCT ", "min(", "max("}) + Bucket() + ")" + filter;
    case 14:
    case 15: return Ordered(filter);
    case 16:
      return "(" + std::string(OneOf({"sum(", "max(", "min("})) + Modest() + ")" +
             OneOf({" / count(*)", " - 1", " + 0.5", " // 3"}) + ")";
    default:
      if (const auto *time = TimeColumn()) return OneOf({"min(", "max(", "count("}) + time->sql + ")" + filter;
      return "count(*)" + filter;
  }
}

RandomAggregate ExpressionMaker::Aggregate() {
  if (random_.Chance(60)) return Moment(random_.Chance(200) ? " FILTER (WHERE " + Condition(1) + ")" : "");
  return {ExactAggregate(), false};
}

std::string ExpressionMaker::Having() {
  switch (random_.Below(9)) {
    case 5:
      return "sum(" + Column(ValueType::INTEGER) + ")" + OneOf({" > ", " <= ", " = ", " <> ", " >= ", " < "}) +
             Literal(ValueType::INTEGER);
    case 6: return "avg(" + Column(ValueType::INTEGER) + ")" + OneOf({" > ", " <= "}) + Literal(ValueType::INTEGER);
    case 7: return "count(" + Make(AnyType(), 0) + ")" + OneOf({" = 0", " BETWEEN 1 AND 3", " <> 2", " >= 2"});
    case 8: return "count(*) >= 2 AND min(" + Column(ValueType::REAL) + ") > " + Literal(ValueType::REAL);
    case 0: return "count(*) > " + std::to_string(random_.Below(6));
    case 1: return "max(" + Column(ValueType::INTEGER) + ") > " + Literal(ValueType::INTEGER);
    case 2: return "count(DISTINCT " + Column(ValueType::TEXT) + ") " + OneOf({">= 2", "= 1", "< 3"});
    case 3: return "min(" + Column(ValueType::TEXT) + ") < " + Literal(ValueType::TEXT) + " OR count(*) = 1";
    default: return "sum(" + Column(ValueType::REAL) + ") <= " + Literal(ValueType::REAL);
  }
}

}  // namespace shardite::test
