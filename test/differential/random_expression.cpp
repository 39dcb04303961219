#include "test/differential/random_expression.hpp"

#include "fleet/slice.hpp"
#include "sqlite/value.hpp"

namespace shardite::test {
namespace {

std::string Call(const std::string &name, const std::string &argument) { return name + "(" + argument + ")"; }

std::string Small(Random &random) { return std::to_string(random.Between(1, 12)); }

}  // namespace

Scope ScopeOf(const RandomFleet &fleet, const RandomTable &table, const std::string &alias) {
  Scope scope;
  scope.fleet = &fleet;
  for (const auto &column : table.columns) {
    scope.columns.push_back({(alias.empty() ? "" : alias + ".") + QuoteName(column.name), column.type});
  }
  return scope;
}

std::string ExpressionMaker::Make(ValueType type, int depth) {
  if (depth <= 0 || random_.Chance(250)) return random_.Chance(800) ? Column(type) : Literal(type);
  if (random_.Chance(80)) return Case(type, depth);
  if (random_.Chance(60)) return "coalesce(" + Make(type, depth - 1) + ", " + Literal(type) + ")";
  switch (type) {
    case ValueType::INTEGER: return Integer(depth);
    case ValueType::REAL: return Real(depth);
    case ValueType::TEXT: return Text(depth);
    case ValueType::BOOLEAN: return Condition(depth);
    case ValueType::TIME: return Time(depth);
    case ValueType::BLOB: break;
  }
  return Column(type);
}

std::string ExpressionMaker::Column(ValueType type) {
  std::vector<const Scope::Reference *> found;
  for (const auto &column : scope_.columns) {
    if (column.type == type) found.push_back(&column);
  }
  return found.empty() ? Literal(type) : found[random_.Below(found.size())]->sql;
}

std::string ExpressionMaker::Literal(ValueType type) {
  if (random_.Chance(15)) return "NULL";
  switch (type) {
    case ValueType::INTEGER: {
      if (random_.Chance(600)) return std::to_string(random_.Between(-3, 12));
      if (random_.Chance(700)) return std::to_string(random_.Between(-600, 600));
      static constexpr const char *const EDGES[] = {"9007199254740993", "9007199254740992", "9223372036854775807",
                                                    "-9223372036854775808", "4294967296"};
      return OneOf(EDGES);
    }
    case ValueType::REAL:
      return std::to_string(random_.Between(-300, 300)) + OneOf({".0::DOUBLE", ".125::DOUBLE", ".5"});
    case ValueType::TEXT: return QuoteText(TextPool()[random_.Below(TextPool().size())]);
    case ValueType::BOOLEAN: return OneOf({"true", "false"});
    case ValueType::BLOB: return OneOf({"'\\x00'::BLOB", "''::BLOB", "'abc'::BLOB"});
    case ValueType::TIME: return TimeLiteral();
  }
  return "NULL";
}

std::string ExpressionMaker::Case(ValueType type, int depth) {
  std::string sql = "CASE WHEN " + Condition(depth - 1) + " THEN " + Make(type, depth - 1);
  if (random_.Chance(300)) sql += " WHEN " + Condition(depth - 1) + " THEN " + Make(type, depth - 1);
  if (random_.Chance(700)) sql += " ELSE " + Make(type, depth - 1);
  return sql + " END";
}

std::string ExpressionMaker::Integer(int depth) {
  switch (random_.Below(14)) {
    case 0:
    case 1:
      return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" + ", " - "}) + Make(ValueType::INTEGER, depth - 1) +
             ")";
    case 2: return "(" + Make(ValueType::INTEGER, depth - 1) + " * " + Small(random_) + ")";
    case 3: return "(" + Make(ValueType::INTEGER, depth - 1) + " % " + OneOf({"2", "3", "7", "-5", "0", "60"}) + ")";
    case 4:
      return "(" + Make(ValueType::INTEGER, depth - 1) + " // " + OneOf({"2", "3", "10", "-4", "0", "1000"}) + ")";
    case 5: return Call("abs", Make(ValueType::INTEGER, depth - 1));
    case 6: return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" & ", " | "}) + Small(random_) + ")";
    case 7: return Call(OneOf({"length", "strlen"}), Make(ValueType::TEXT, depth - 1));
    case 8: return "(" + Condition(depth - 1) + ")::INTEGER";
    case 9:
      return OneOf({"greatest(", "least("}) + Make(ValueType::INTEGER, depth - 1) + ", " +
             Make(ValueType::INTEGER, depth - 1) + ")";
    case 10: return "nullif(" + Make(ValueType::INTEGER, depth - 1) + ", " + Literal(ValueType::INTEGER) + ")";
    case 11: return "(- " + Make(ValueType::INTEGER, depth - 1) + ")";
    case 12:
      if (const auto *time = TimeColumn())
        return std::string("extract(") + OneOf({"hour", "minute", "second", "day", "year", "epoch", "dow"}) + " FROM " +
               time->sql + ")::BIGINT";
      return Column(ValueType::INTEGER);
    default:
      if (const auto *time = TimeColumn()) return std::string(OneOf({"epoch_ms(", "epoch_us("})) + time->sql + ")";
      return "try_cast(" + Make(ValueType::TEXT, depth - 1) + " AS BIGINT)";
  }
}

std::string ExpressionMaker::Real(int depth) {
  switch (random_.Below(9)) {
    case 0:
      return "(" + Make(ValueType::REAL, depth - 1) + OneOf({" + ", " - "}) + Make(ValueType::REAL, depth - 1) + ")";
    case 1:
      return "(" + Make(ValueType::REAL, depth - 1) + OneOf({" * 0.5::DOUBLE", " * 4", " / 2", " / 8", " / 0"}) + ")";
    case 2: return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" / 2", " / 4", " / 0"}) + ")";
    case 3: return Call(OneOf({"abs", "floor", "ceil", "round", "trunc"}), Make(ValueType::REAL, depth - 1));
    case 4: return "(" + Column(ValueType::INTEGER) + ")::DOUBLE";
    case 5:
      return OneOf({"greatest(", "least("}) + Make(ValueType::REAL, depth - 1) + ", " +
             Make(ValueType::REAL, depth - 1) + ")";
    case 6: return "(- " + Make(ValueType::REAL, depth - 1) + ")";
    case 7: return "(" + Make(ValueType::REAL, depth - 1) + " + " + Make(ValueType::INTEGER, depth - 1) + ")";
    default: return "nullif(" + Make(ValueType::REAL, depth - 1) + ", " + Literal(ValueType::REAL) + ")";
  }
}

std::string ExpressionMaker::Text(int depth) {
  switch (random_.Below(13)) {
    case 10: return OneOf({"left(", "right("}) + Make(ValueType::TEXT, depth - 1) + OneOf({", -2)", ", 0)", ", 3)"});
    case 11:
      return "split_part(" + Make(ValueType::TEXT, depth - 1) + OneOf({", '-', ", ", 'a', ", ", 'é', "}) +
             OneOf({"1)", "2)", "3)", "-1)"});
    case 12: return Call(OneOf({"trim", "ltrim", "rtrim"}), Make(ValueType::TEXT, depth - 1) + ", 'aé '");
    case 0: return Call(OneOf({"upper", "lower"}), Make(ValueType::TEXT, depth - 1));
    case 1:
      return OneOf({"substr(", "substring("}) + Make(ValueType::TEXT, depth - 1) + ", " +
             std::to_string(random_.Between(-2, 4)) + ", " + Small(random_) + ")";
    case 2: return "(" + Make(ValueType::TEXT, depth - 1) + " || " + Make(ValueType::TEXT, depth - 1) + ")";
    case 3: return "concat(" + Make(ValueType::TEXT, depth - 1) + ", '/', " + Make(ValueType::INTEGER, depth - 1) + ")";
    case 4: return "(" + Make(ValueType::INTEGER, depth - 1) + ")::VARCHAR";
    case 5: return Call(OneOf({"trim", "ltrim", "rtrim"}), Make(ValueType::TEXT, depth - 1));
    case 6: return "replace(" + Make(ValueType::TEXT, depth - 1) + ", 'a', 'zz')";
    case 7: return "left(" + Make(ValueType::TEXT, depth - 1) + ", " + Small(random_) + ")";
    case 8: return "nullif(" + Make(ValueType::TEXT, depth - 1) + ", " + Literal(ValueType::TEXT) + ")";
    default: return "(" + Make(ValueType::REAL, depth - 1) + ")::VARCHAR";
  }
}

std::string ExpressionMaker::Time(int depth) {
  const auto *time = TimeColumn();
  if (!time) return TimeLiteral();
  switch (random_.Below(3)) {
    case 0:
      return "(" + time->sql + OneOf({" + INTERVAL '1 hour'", " - INTERVAL '90 seconds'", " + INTERVAL '1 day'"}) + ")";
    case 1: return Bucket();
    default: return Case(ValueType::TIME, depth);
  }
}

std::string ExpressionMaker::Bucket() {
  const auto *time = TimeColumn();
  if (!time) return Column(ValueType::INTEGER) + " // 3600000";
  if (random_.Chance(500)) {
    return std::string("date_trunc('") + OneOf({"second", "minute", "hour", "day", "week", "month", "year"}) + "', " +
           time->sql + ")";
  }
  return std::string("time_bucket(INTERVAL '") +
         OneOf({"1 minute", "1 hour", "5 minutes", "1 day", "7 seconds", "90 minutes", "2 weeks", "1 month",
                "10 seconds"}) +
         "', " + time->sql + ")";
}

std::string ExpressionMaker::Condition(int depth) {
  if (depth <= 0) return random_.Chance(500) ? Column(ValueType::BOOLEAN) : Comparison(0);
  switch (random_.Below(12)) {
    case 0:
    case 1: return "(" + Condition(depth - 1) + OneOf({" AND ", " OR "}) + Condition(depth - 1) + ")";
    case 2: return "(NOT " + Condition(depth - 1) + ")";
    case 3: return "(" + Make(AnyType(), depth - 1) + OneOf({" IS NULL)", " IS NOT NULL)"});
    case 4: return TextCondition(depth);
    case 5: {
      const ValueType type = AnyType();
      std::string list;
      for (uint64_t i = 0, count = 1 + random_.Below(4); i < count; ++i) list += (i ? ", " : "") + Literal(type);
      return "(" + Make(type, depth - 1) + OneOf({" IN (", " NOT IN (", " IN ("}) + list + "))";
    }
    case 6: {
      const ValueType type = AnyType();
      return "(" + Make(type, depth - 1) + OneOf({" BETWEEN ", " NOT BETWEEN ", " BETWEEN "}) + Literal(type) +
             " AND " + Literal(type) + ")";
    }
    case 7: return "(" + Condition(depth - 1) + OneOf({") IS TRUE", ") IS NOT TRUE", ") IS FALSE", ") IS NULL"});
    default: return Comparison(depth);
  }
}

std::string ExpressionMaker::Comparison(int depth) {
  static constexpr const char *const OPERATORS[] = {
      " = ", " <> ", " < ", " <= ", " > ", " >= ", " = ", " > ", " IS DISTINCT FROM ", " IS NOT DISTINCT FROM "};
  if (random_.Chance(100)) {  // an integer beside a double
    return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf(OPERATORS) + Make(ValueType::REAL, depth - 1) + ")";
  }
  const ValueType type = AnyType();
  const std::string right = random_.Chance(700) ? Literal(type) : Make(type, depth - 1);
  return "(" + Make(type, depth - 1) + OneOf(OPERATORS) + right + ")";
}

std::string ExpressionMaker::TextCondition(int depth) {
  const std::string text = Make(ValueType::TEXT, depth - 1);
  switch (random_.Below(6)) {
    case 5:
      return "(" + text + OneOf({" LIKE ", " NOT LIKE ", " ILIKE ", " NOT ILIKE "}) +
             OneOf({"'%!_%'", "'A!%%'", "'a%a'", "'%!!'", "'x!_y'"}) + " ESCAPE '!')";
    case 0:
    case 1:
      return "(" + text + OneOf({" LIKE ", " NOT LIKE ", " ILIKE ", " LIKE "}) +
             OneOf({"'a%'", "'%a'", "'%a%'", "'_lpha'", "'A%'", "'%'", "''", "'svc-1%'", "'%É%'", "'é'", "'__'",
                    "'%😀%'", "'100%'", "'x_y'", "'alpha'"}) +
             ")";
    case 2:
      return OneOf({"starts_with(", "contains(", "ends_with("}) + text + ", " +
             OneOf({"'a'", "'svc'", "''", "'É'", "'😀'", "'%'", "' '"}) + ")";
    case 3:
      return "regexp_matches(" + text + ", " +
             OneOf({"'^a'", "'[0-9]+'", "'a$'", "'(?i)alpha'", "'a|é'", "'^s.*1$'", "'al?p+h'", "'SVC-[0-9]', 'i'"}) +
             ")";
    default: return "(" + text + OneOf({" GLOB 'a*'", " GLOB '[A-Z]*'", " SIMILAR TO '[a-z]+'"}) + ")";
  }
}

const Scope::Reference *ExpressionMaker::TimeColumn() const {
  for (const auto &column : scope_.columns) {
    if (column.type == ValueType::TIME) return &column;
  }
  return nullptr;
}

int64_t ExpressionMaker::Instant() {
  const auto &fleet = *scope_.fleet;
  const int64_t span = fleet.until - fleet.from;
  // Edges of slices matter most; instants far outside leave no shard or all of them.
  if (random_.Chance(300)) return fleet.from + fleet.width * random_.Between(0, span / fleet.width);
  if (random_.Chance(60)) return fleet.from - 100 * fleet.width;
  const int64_t at = fleet.from + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(span)));
  return random_.Chance(500) ? at : at - ((at % fleet.tick) + fleet.tick) % fleet.tick;
}

std::string ExpressionMaker::TimeLiteral() {
  std::string text = FormatTime(Instant());
  text.pop_back();  // Z
  text[10] = ' ';
  const bool typed = !scope_.fleet->zoned && random_.Chance(350);
  return (typed ? "TIMESTAMP_NS '" : "'") + text + "'";
}

ValueType ExpressionMaker::AnyType() {
  static constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::INTEGER, ValueType::REAL,
                                        ValueType::TEXT,    ValueType::TEXT,    ValueType::BLOB};
  return TYPES[random_.Below(std::size(TYPES))];
}

std::string ExpressionMaker::Window() {
  const auto *time = TimeColumn();
  if (!time) {  // shown as milliseconds
    const std::string column = scope_.columns.front().sql;
    return "(" + column + " >= " + std::to_string(Instant() / 1'000'000) + " AND " + column + " < " +
           std::to_string(Instant() / 1'000'000) + ")";
  }
  const std::string plain = "'" + FormatTime(Instant()).substr(0, 19) + "'";
  switch (random_.Below(7)) {
    case 0: return time->sql + OneOf({" >= ", " < ", " > ", " <= ", " = ", " <> "}) + TimeLiteral();
    case 1: return time->sql + " BETWEEN " + TimeLiteral() + " AND " + TimeLiteral();
    case 2: return "(" + Window() + " OR " + Window() + ")";
    case 3: return Bucket() + OneOf({" >= TIMESTAMP ", " < TIMESTAMP "}) + plain;
    default: return "(" + time->sql + " >= " + TimeLiteral() + " AND " + time->sql + " < " + TimeLiteral() + ")";
  }
}

std::string ExpressionMaker::Filter() {
  std::string sql;
  for (uint64_t i = 0, count = 1 + random_.Below(3); i < count; ++i) {
    sql += (i ? " AND " : "") + (random_.Chance(350) ? Window() : Condition(2));
  }
  return sql;
}

std::string ExpressionMaker::Key() {
  if (random_.Chance(250)) return Bucket();
  if (random_.Chance(500)) return Column(random_.Chance(500) ? ValueType::TEXT : ValueType::INTEGER);
  static constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::REAL, ValueType::TEXT, ValueType::BOOLEAN,
                                        ValueType::BLOB};
  return Make(TYPES[random_.Below(std::size(TYPES))], 2);
}

std::string ExpressionMaker::Summand(ValueType number) {
  if (number == ValueType::INTEGER) return Make(number, random_.Chance(600) ? 0 : 2);
  // Beyond this a sum of doubles would depend on the order of addition.
  return "(" + Column(number) + OneOf({")", " * 0.5::DOUBLE)", " + 1.25)", " / 2)"});
}

// Aggregates that look at values and how often each comes; sums in them stay exact.
std::string ExpressionMaker::ByValue(ValueType number) {
  const std::string column = Column(number);
  switch (random_.Below(8)) {
    case 0: return "median(" + column + ")";
    case 1: return "quantile_disc(" + Make(AnyType(), 0) + ", " + OneOf({"0", "0.3", "0.5", "1"}) + ")";
    case 2: return "quantile_cont(" + column + ", [0.25, 0.5])";
    case 3: return "mad(" + column + ")";
    case 4: return "histogram(" + Column(ValueType::TEXT) + ")";
    case 5: return "approx_count_distinct(" + Make(AnyType(), 0) + ")";
    case 6: return "regr_count(" + Column(ValueType::REAL) + ", " + Column(ValueType::INTEGER) + ")";
    default: return "sum(length(upper(" + Column(ValueType::TEXT) + ")))";
  }
}

// The key is the value, so that ties do not show.
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

std::string ExpressionMaker::Aggregate() {
  const std::string filter = random_.Chance(200) ? " FILTER (WHERE " + Condition(2) + ")" : "";
  const std::string distinct = random_.Chance(120) ? "DISTINCT " : "";
  const ValueType number = random_.Chance(600) ? ValueType::INTEGER : ValueType::REAL;
  const int depth = random_.Chance(600) ? 0 : 2;
  switch (random_.Below(13)) {
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
    case 10: return random_.Chance(500) ? ByValue(number) + filter : "count_if(" + Condition(1) + ")" + filter;
    case 11: return OfOneRow() + filter;
    default:
      if (const auto *time = TimeColumn()) return OneOf({"min(", "max(", "count("}) + time->sql + ")" + filter;
      return "count(*)" + filter;
  }
}

}  // namespace shardite::test
