// Text, documents, and conditions on them.
#include "sqlite/value.hpp"
#include "test/differential/random_expression.hpp"
#include "test/differential/random_values.hpp"

namespace shardite::test {

std::string ExpressionMaker::Text(int depth) {
  switch (random_.Below(12)) {
    case 0: return OneOf({"upper(", "lower(", "lcase(", "ucase("}) + Make(ValueType::TEXT, depth - 1) + ")";
    case 1:
    case 2: return SliceOfText(depth);
    case 3: return "(" + Make(ValueType::TEXT, depth - 1) + " || " + Make(ValueType::TEXT, depth - 1) + ")";
    case 4:
      return OneOf({"concat(", "concat_ws('-', "}) + Make(ValueType::TEXT, depth - 1) + ", '/', " +
             Make(ValueType::INTEGER, depth - 1) + ")";
    case 5: return OneOf({"trim(", "ltrim(", "rtrim("}) + Make(ValueType::TEXT, depth - 1) + ")";
    case 6: return "trim(" + Make(ValueType::TEXT, depth - 1) + OneOf({", 'a')", ", ' svc')", ", 'aé ')", ", '')"});
    case 7: return "replace(" + Make(ValueType::TEXT, depth - 1) + OneOf({", 'a', 'zz')", ", '', 'x')", ", 'é', '')"});
    case 8: return "nullif(" + Make(ValueType::TEXT, depth - 1) + ", " + Literal(ValueType::TEXT) + ")";
    case 9: return JsonText();
    default: return TextOfOther(depth);
  }
}

std::string ExpressionMaker::SliceOfText(int depth) {
  const std::string text = Make(ValueType::TEXT, depth - 1);
  switch (random_.Below(6)) {
    case 0:
    case 1:
      // From before the beginning, or backwards from behind the end, DuckDB 1.4.4 takes another part of text that it
      // knows to be ASCII.
      return OneOf({"substr(", "substring("}) + text + ", " + std::to_string(random_.Between(-1, 4)) + ", " +
             std::to_string(random_.Between(0, 5)) + ")";
    case 2: return "substr(" + text + ", " + std::to_string(random_.Between(-3, 4)) + ")";
    case 3: return OneOf({"left(", "right("}) + text + ", " + std::to_string(random_.Between(-2, 4)) + ")";
    case 4: return text + OneOf({"[1]", "[2:3]", "[-1]", "[:2]"});
    default: return "split_part(" + text + OneOf({", '-', ", ", 'a', ", ", 'é', "}) + OneOf({"1)", "2)", "3)", "-1)"});
  }
}

std::string ExpressionMaker::TextOfOther(int depth) {
  switch (random_.Below(9)) {
    case 0: return "(" + Make(ValueType::INTEGER, depth - 1) + ")::VARCHAR";
    case 1: return "(" + Make(ValueType::REAL, depth - 1) + ")::VARCHAR";
    case 2: return "(" + Make(ValueType::BOOLEAN, depth - 1) + ")::VARCHAR";
    case 3: return "(" + Make(ValueType::TIME, depth - 1) + ")::VARCHAR";
    case 4: return "hex(" + Make(ValueType::BLOB, depth - 1) + ")";
    case 5: return OneOf({"reverse(", "md5("}) + Make(ValueType::TEXT, depth - 1) + ")";
    case 6: return OneOf({"lpad(", "rpad("}) + Make(ValueType::TEXT, depth - 1) + ", 4, '*')";
    case 7:
      return "strftime(" + Make(ValueType::TIME, depth - 1) + OneOf({", '%Y-%m-%d')", ", '%H:%M')", ", '%a %j')"});
    default: return "regexp_replace(" + Make(ValueType::TEXT, depth - 1) + ", '[0-9]+', '#')";
  }
}

std::string ExpressionMaker::Json(int depth) {
  if (depth > 0 && random_.Chance(300)) return "(" + Column(ValueType::JSON) + "->'tags')";
  return Column(ValueType::JSON);
}

std::string ExpressionMaker::JsonText() {
  const std::string document = Column(ValueType::JSON);
  const std::string key = JsonKeyPool()[random_.Below(JsonKeyPool().size())];
  switch (random_.Below(8)) {
    case 0:
    case 1:
    case 2: return "(" + document + "->>" + QuoteText(key) + ")";
    case 3: return "json_extract_string(" + document + ", " + QuoteText(key) + ")";
    case 4:
      return "(" + document + "->>" +
             OneOf({"'$.status'", "'$.\"http.route\"'", "'$.tags[0]'", "'$.tags.a'", "'$.tags[#-1]'", "'/tags/0'",
                    "'$.\"x y\"'", "'$.a'", "'$.http.route'", "'$'", "'$.*'"}) +
             ")" + (random_.Chance(30) ? "::VARCHAR" : "");
    case 5: return "(" + document + "->>" + OneOf({"0", "1", "-1"}) + ")";
    case 6: return "json_type(" + document + OneOf({")", ", '$.status')", ", 'tags')"});
    default: return "(" + document + "->" + OneOf({"'a'", "'tags'", "'http.route'"}) + ")::VARCHAR";
  }
}

std::string ExpressionMaker::TextCondition(int depth) {
  const std::string text = Make(ValueType::TEXT, depth - 1);
  switch (random_.Below(9)) {
    case 0:
    case 1:
      return "(" + text + OneOf({" LIKE ", " NOT LIKE ", " LIKE "}) +
             OneOf({"'a%'",   "'%a'",  "'%a%'", "'_lpha'", "'A%'",   "'%'",   "''",      "'svc-1%'",
                    "'%É%'",  "'é'",   "'__'",  "'%😀%'",   "'100%'", "'x_y'", "'alpha'", "'%a%h%'",
                    "'[a]%'", "'a*%'", "'%?%'", "'_%'",    "'% '",   "'%]%'", "'svc-__'"}) +
             ")";
    case 2:
      return "(" + text + OneOf({" ILIKE ", " NOT ILIKE "}) +
             OneOf({"'a%'", "'%ALPHA'", "'%k%'", "'i%'", "'_LPHA'", "'%svc%'", "'é'", "'%'", "'%I'", "'K'"}) + ")";
    case 3:
      return OneOf({"starts_with(", "contains(", "ends_with(", "prefix(", "suffix("}) + text + ", " +
             OneOf({"'a'", "'svc'", "''", "'É'", "'😀'", "'%'", "' '", "'alpha'", "'['"}) + ")";
    case 4: return OneOf({"starts_with(", "contains("}) + text + ", " + Column(ValueType::TEXT) + ")";
    case 5:
      return "regexp_matches(" + text + ", " +
             OneOf({"'^a'", "'[0-9]+'", "'a$'", "'(?i)alpha'", "'^svc-1'", "''", "'a|é'", "'^s.*1$'", "'al?p+h'",
                    "'SVC-[0-9]', 'i'", "'^alpha$'", "'.'"}) +
             ")";
    case 6: return "(" + text + OneOf({" GLOB 'a*'", " GLOB '[A-Z]*'", " SIMILAR TO '[a-z]+'", " ^@ 'al'"}) + ")";
    case 7:
      return "(" + text + OneOf({" LIKE ", " NOT LIKE ", " ILIKE ", " NOT ILIKE "}) +
             OneOf({"'%!_%'", "'A!%%'", "'a%a'", "'%!!'", "'x!_y'"}) + " ESCAPE '!')";
    default: return "(" + text + " LIKE " + Column(ValueType::TEXT) + ")";
  }
}

std::string ExpressionMaker::JsonCondition() {
  const std::string document = Column(ValueType::JSON);
  switch (random_.Below(6)) {
    case 0: return "json_valid(" + document + ")";
    case 1: return "json_exists(" + document + ", " + OneOf({"'a'", "'$.tags[1]'", "'$.\"http.route\"'"}) + ")";
    case 2: return "(" + JsonText() + OneOf({" IS NULL)", " IS NOT NULL)"});
    case 3: return "(try_cast(" + JsonText() + " AS BIGINT)" + OneOf({" > ", " = ", " <= "}) + "200)";
    case 4: return "json_contains(" + document + ", '\"a\"')";
    default:
      return "(" + JsonText() + OneOf({" = ", " <> ", " < ", " IS NOT DISTINCT FROM "}) +
             OneOf({"'a'", "'200'", "'true'", "'1.5'", "'1.50'", "''", "'42'", "'é'", "'GET'", "'null'"}) + ")";
  }
}

}  // namespace shardite::test
