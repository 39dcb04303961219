#include "test/differential/random_expression.hpp"

#include "sqlite/value.hpp"
#include "test/differential/random_values.hpp"

namespace shardite::test {
namespace {

std::string Call(const std::string &name, const std::string &argument) { return name + "(" + argument + ")"; }

std::string Small(Random &random) { return std::to_string(random.Between(1, 12)); }

}  // namespace

Scope ScopeOf(const RandomFleet &fleet, const RandomTable &table, const std::string &alias) {
  Scope scope;
  scope.fleet = &fleet;
  for (const auto &column : table.columns) {
    scope.columns.push_back(
        {(alias.empty() ? "" : alias + ".") + QuoteName(column.name), column.type, column.modest, column.unique});
  }
  return scope;
}

std::string ExpressionMaker::Make(ValueType type, int depth) {
  if (depth <= 0 || random_.Chance(250)) return random_.Chance(800) ? Column(type) : Literal(type);
  if (random_.Chance(80)) return Case(type, depth);
  if (random_.Chance(60)) return OneOf({"coalesce(", "ifnull("}) + Make(type, depth - 1) + ", " + Literal(type) + ")";
  switch (type) {
    case ValueType::INTEGER: return Integer(depth);
    case ValueType::REAL: return Real(depth);
    case ValueType::TEXT: return Text(depth);
    case ValueType::BOOLEAN: return Condition(depth);
    case ValueType::TIME: return Time(depth);
    case ValueType::JSON: return Json(depth);
    case ValueType::BLOB:
    case ValueType::LOOSE: break;
  }
  return Column(type);
}

std::string ExpressionMaker::Column(ValueType type) {
  std::vector<const Scope::Reference *> found;
  for (const auto &column : scope_.columns) {
    if (column.type == type) found.push_back(&column);
  }
  if (type == ValueType::TEXT && (found.empty() || random_.Chance(60))) {
    for (const auto &column : scope_.columns) {
      if (column.type == ValueType::LOOSE || column.type == ValueType::JSON) found.push_back(&column);
    }
  }
  return found.empty() ? Literal(type) : found[random_.Below(found.size())]->sql;
}

const Scope::Reference *ExpressionMaker::Unique() const {
  for (const auto &column : scope_.columns) {
    if (column.unique) return &column;
  }
  return nullptr;
}

std::string ExpressionMaker::Literal(ValueType type) {
  if (random_.Chance(15)) return "NULL";
  switch (type) {
    case ValueType::INTEGER: {
      if (random_.Chance(600)) return std::to_string(random_.Between(-3, 12));
      if (random_.Chance(700)) return std::to_string(random_.Between(-600, 600));
      static constexpr const char *const EDGES[] = {"9007199254740993",     "9007199254740992", "9223372036854775807",
                                                    "-9223372036854775808", "4294967296",       "-9007199254740993",
                                                    "9223372036854775808",  "2147483647"};
      return OneOf(EDGES);
    }
    case ValueType::REAL:
      if (random_.Chance(30)) return OneOf({"'inf'::DOUBLE", "'-inf'::DOUBLE", "0.1", "1e300", "9007199254740993.0"});
      return std::to_string(random_.Between(-300, 300)) + OneOf({".0::DOUBLE", ".125::DOUBLE", ".5"});
    case ValueType::TEXT:
    case ValueType::LOOSE: return QuoteText(TextPool()[random_.Below(TextPool().size())]);
    case ValueType::BOOLEAN: return OneOf({"true", "false"});
    case ValueType::BLOB: return OneOf({"'\\x00'::BLOB", "''::BLOB", "'abc'::BLOB", "'\\xC3\\xA9'::BLOB"});
    case ValueType::TIME: return TimeLiteral();
    case ValueType::JSON: return OneOf({"'{}'", "'{\"a\": 1}'", "'[1, \"b\"]'"});
  }
  return "NULL";
}

std::string ExpressionMaker::Case(ValueType type, int depth) {
  if (random_.Chance(150))
    return "if(" + Condition(depth - 1) + ", " + Make(type, depth - 1) + ", " + Make(type, depth - 1) + ")";
  if (random_.Chance(150)) {
    const auto subject = random_.Chance(500) ? ValueType::INTEGER : ValueType::TEXT;
    return "CASE " + Make(subject, depth - 1) + " WHEN " + Literal(subject) + " THEN " + Make(type, depth - 1) +
           " WHEN " + Literal(subject) + " THEN " + Make(type, depth - 1) + " ELSE " + Make(type, depth - 1) + " END";
  }
  std::string sql = "CASE WHEN " + Condition(depth - 1) + " THEN " + Make(type, depth - 1);
  if (random_.Chance(300)) sql += " WHEN " + Condition(depth - 1) + " THEN " + Make(type, depth - 1);
  if (random_.Chance(700)) sql += " ELSE " + Make(type, depth - 1);
  return sql + " END";
}

std::string ExpressionMaker::Integer(int depth) {
  switch (random_.Below(18)) {
    case 0:
    case 1:
      return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" + ", " - "}) + Make(ValueType::INTEGER, depth - 1) +
             ")";
    case 2: return "(" + Make(ValueType::INTEGER, depth - 1) + " * " + Small(random_) + ")";
    case 3: return "(" + Make(ValueType::INTEGER, depth - 1) + " % " + OneOf({"2", "3", "7", "-5", "0", "60"}) + ")";
    case 4:
      return "(" + Make(ValueType::INTEGER, depth - 1) + " // " + OneOf({"2", "3", "10", "-4", "0", "1000"}) + ")";
    case 5: return Call(OneOf({"abs", "sign", "bit_count"}), Make(ValueType::INTEGER, depth - 1));
    case 6: return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" & ", " | "}) + Small(random_) + ")";
    case 7: return OneOf({"xor(", "mod("}) + Make(ValueType::INTEGER, depth - 1) + ", " + Small(random_) + ")";
    case 8:
      return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" >> ", " << ", " >> "}) +
             OneOf({"0", "1", "3", "31", "63"}) + ")";
    case 9: return "(" + Condition(depth - 1) + ")::INTEGER";
    case 10:
      return OneOf({"greatest(", "least("}) + Make(ValueType::INTEGER, depth - 1) + ", " +
             Make(ValueType::INTEGER, depth - 1) + (random_.Chance(200) ? ", " + Literal(ValueType::INTEGER) : "") +
             ")";
    case 11: return "nullif(" + Make(ValueType::INTEGER, depth - 1) + ", " + Literal(ValueType::INTEGER) + ")";
    case 12: return OneOf({"(- ", "(~ ", "(+ "}) + Make(ValueType::INTEGER, depth - 1) + ")";
    case 13: return IntegerOfTime();
    case 14: return IntegerOfTime();
    case 15:
      return OneOf({"try_cast(", "try_cast("}) + Make(ValueType::REAL, depth - 1) +
             OneOf({" AS BIGINT)", " AS INTEGER)", " AS UTINYINT)"});
    case 16:
      return "try_cast(" + Make(ValueType::INTEGER, depth - 1) +
             OneOf({" AS INTEGER)", " AS SMALLINT)", " AS UBIGINT)", " AS TINYINT)"});
    default: return IntegerOfText(depth);
  }
}

std::string ExpressionMaker::IntegerOfText(int depth) {
  const std::string text = Make(ValueType::TEXT, depth - 1);
  switch (random_.Below(6)) {
    case 0:
    case 1:
      return Call(OneOf({"length", "strlen", "len", "octet_length"}), text) + (random_.Chance(100) ? "::INTEGER" : "");
    case 2: return OneOf({"instr(", "strpos("}) + text + ", " + OneOf({"'a'", "'é'", "'-'", "''"}) + ")";
    case 3: return Call(OneOf({"ascii", "unicode"}), text);
    case 4: return "try_cast(" + JsonText() + " AS BIGINT)";
    default: return "try_cast(" + text + " AS BIGINT)";
  }
}

// Numbers that change in steps, of a column: see engine/translate/steps.
std::string ExpressionMaker::Steps() {
  const std::string column = Column(ValueType::INTEGER);
  const std::string of = OneOf({"", "4 * ", "-3 * ", "0.5::DOUBLE + ", "10 - "});
  const std::string number =
      random_.Chance(500)
          ? of + OneOf({"log2", "log10", "ln", "sqrt", "log"}) + "(greatest(" + column + ", " + OneOf({"1", "7"}) + "))"
          : of + "cbrt(" + column + ")" + OneOf({" / 2097152", " / 1000", " + 1", ""});
  if (random_.Chance(300)) return "(" + number + ")";
  const std::string whole = OneOf({"floor(", "ceil(", "round(", "trunc("}) + number + ")";
  return random_.Chance(300) ? "CASE WHEN " + column + " > 0 THEN floor(2 * log2(" + column + ")) END" : whole;
}

std::string ExpressionMaker::Real(int depth) {
  switch (random_.Below(14)) {
    case 12: return Steps();
    case 0:
      return "(" + Make(ValueType::REAL, depth - 1) + OneOf({" + ", " - "}) + Make(ValueType::REAL, depth - 1) + ")";
    case 1:
      return "(" + Make(ValueType::REAL, depth - 1) +
             OneOf({" * 0.5::DOUBLE", " * 4", " / 2", " / 8", " / 0", " / 1e6", " * 0.1", " % 3"}) + ")";
    case 2: return "(" + Make(ValueType::INTEGER, depth - 1) + OneOf({" / 2", " / 4", " / 0", " / 3", " / 1e6"}) + ")";
    case 3: return Call(OneOf({"abs", "floor", "ceil", "round", "trunc"}), Make(ValueType::REAL, depth - 1));
    case 4: return "(" + Column(ValueType::INTEGER) + OneOf({")::DOUBLE", " * 0.5)::DOUBLE", " + 0.25) / 3"});
    case 5:
      return OneOf({"greatest(", "least("}) + Make(ValueType::REAL, depth - 1) + ", " +
             Make(ValueType::REAL, depth - 1) + ")";
    case 6: return "(- " + Make(ValueType::REAL, depth - 1) + ")";
    case 7:
      return "(" + Make(ValueType::REAL, depth - 1) + OneOf({" + ", " * ", " / "}) +
             Make(ValueType::INTEGER, depth - 1) + ")";
    case 8: return "round(" + Make(ValueType::REAL, depth - 1) + OneOf({", 1)", ", 0)", ", 2)", ", -1)"});
    case 9: return OneOf({"sqrt(abs(", "ln(1 + abs(", "exp(least(5, "}) + Make(ValueType::REAL, depth - 1) + "))";
    case 10: return "epoch(" + Make(ValueType::TIME, depth - 1) + ")";
    case 11: return "try_cast(" + Make(ValueType::TEXT, depth - 1) + " AS DOUBLE)";
    default: return "nullif(" + Make(ValueType::REAL, depth - 1) + ", " + Literal(ValueType::REAL) + ")";
  }
}

}  // namespace shardite::test
