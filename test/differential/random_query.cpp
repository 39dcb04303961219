#include "test/differential/random_query.hpp"

#include <algorithm>

#include "demo/random.hpp"
#include "sqlite/value.hpp"
#include "test/differential/random_expression.hpp"
#include "test/differential/random_source.hpp"

namespace shardite::test {
namespace {

class QueryMaker {
 public:
  QueryMaker(const RandomFleet &fleet, Random &random) : fleet_(fleet), random_(random), sources_(fleet, random) {}

  RandomQuery Make() {
    if (random_.Chance(40)) return Prepared();
    RandomQuery query;
    query.sql = Sql();
    query.plain = query.sql;
    query.approximate = approximate_;
    return query;
  }

 private:
  template <size_t Count>
  const char *OneOf(const char *const (&choices)[Count]) {
    return choices[random_.Below(Count)];
  }

  std::string Sql() {
    switch (random_.Below(24)) {
      case 18: return JoinOfGroups();
      case 19: return FirstOfEach();
      case 20: return FirstOfOthers();
      case 21: return GroupsOfJoin();
      case 0:
      case 1:
      case 2: return Rows();
      case 3:
      case 4: return Newest();
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
      case 11: return Groups();
      case 12: return Distinct();
      case 13: return CountOfLimited();
      case 14:
      case 15: return WithSubquery();
      case 16: return SetOperation();
      case 17: return TopGroups();
      default: return Windowed();
    }
  }

  std::string Where(ExpressionMaker &maker, uint64_t permille = 750) {
    return random_.Chance(permille) ? " WHERE " + maker.Filter() : "";
  }
  ValueType PlainType() {
    constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::TEXT, ValueType::REAL, ValueType::BOOLEAN,
                                   ValueType::TIME,    ValueType::TEXT, ValueType::JSON, ValueType::LOOSE};
    return TYPES[random_.Below(std::size(TYPES))];
  }
  std::string Direction() { return OneOf({"", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST", "", " NULLS LAST"}); }
  std::string Limit(uint64_t offset_permille = 200) {
    return " LIMIT " + std::to_string(random_.Below(random_.Chance(200) ? 400 : 30)) +
           (random_.Chance(offset_permille) ? " OFFSET " + std::to_string(random_.Below(20)) : "");
  }

  /// ORDER BY the first `columns`, in a random order and direction; perhaps a LIMIT.
  std::string Order(size_t columns, uint64_t limit_permille) {
    std::vector<size_t> positions;
    for (size_t i = 1; i <= columns; ++i) positions.push_back(i);
    for (size_t i = columns; i > 1; --i) std::swap(positions[i - 1], positions[random_.Below(i)]);
    std::string sql = " ORDER BY ";
    for (size_t i = 0; i < columns; ++i) sql += (i ? ", " : "") + std::to_string(positions[i]) + Direction();
    return sql + (random_.Chance(limit_permille) ? Limit() : "");
  }

  std::string Named(const std::string &expression, size_t number) {
    return expression + (random_.Chance(800) ? " AS c" + std::to_string(number) : "");
  }

  std::string List(ExpressionMaker &maker, size_t columns) {
    std::string list;
    for (size_t i = 1; i <= columns; ++i) {
      const ValueType type = PlainType();
      list += (i > 1 ? ", " : "") + Named(random_.Chance(600) ? maker.Column(type) : maker.Make(type, 2), i);
    }
    return list;
  }

  std::string Rows() {
    const Source source = sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    if (!source.is_large && random_.Chance(150)) return source.with + "SELECT * FROM " + source.from + Where(maker);
    const size_t columns = 1 + random_.Below(4);
    const std::string list = List(maker, columns);
    return source.with + "SELECT " + list + " FROM " + source.from + Where(maker) +
           (random_.Chance(450) ? Order(columns, 700) : "");
  }

  /// ORDER BY time LIMIT n, as people look at logs.
  std::string Newest() {
    const Source source = random_.Chance(800) ? sources_.Table() : sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    const auto *unique = maker.Unique();
    if (!unique) return Rows();
    const std::string list = List(maker, 1 + random_.Below(4)), where = Where(maker);
    const std::string first = random_.Chance(600) ? source.scope.columns[0].sql : maker.Make(PlainType(), 1);
    return source.with + "SELECT " + list + " FROM " + source.from + where + " ORDER BY " + first + Direction() + ", " +
           unique->sql + Direction() + Limit();
  }

  std::string GroupBy(size_t keys) {
    std::string all;
    for (size_t i = 1; i <= keys; ++i) all += (i > 1 ? ", " : "") + std::to_string(i);
    if (random_.Chance(880)) return " GROUP BY " + (random_.Chance(300) ? std::string("ALL") : all);
    switch (random_.Below(4)) {
      case 0: return " GROUP BY ROLLUP (" + all + ")";
      case 1: return " GROUP BY CUBE (" + all + ")";
      case 2: return " GROUP BY GROUPING SETS ((" + all + "), ())";
      default: return " GROUP BY GROUPING SETS ((1), (" + all + "), ())";
    }
  }

  std::string Groups() {
    const Source source = sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    const size_t keys = random_.Chance(150) ? 0 : 1 + random_.Below(3), aggregates = 1 + random_.Below(4);
    std::string list;
    for (size_t i = 1; i <= keys; ++i) list += (i > 1 ? ", " : "") + Named(maker.Key(), i);
    bool exact = true;
    approximate_.assign(keys, false);
    for (size_t i = 0; i < aggregates; ++i) {
      auto aggregate = maker.Aggregate();
      list += (list.empty() ? "" : ", ") + Named(aggregate.sql, keys + i + 1);
      approximate_.push_back(aggregate.approximate);
      exact = exact && !aggregate.approximate;
    }
    std::string sql = source.with + "SELECT " + list + " FROM " + source.from + Where(maker);
    if (keys > 0) sql += GroupBy(keys);
    if (random_.Chance(200)) sql += " HAVING " + maker.Having();
    if (exact && random_.Chance(400)) sql += Order(keys + aggregates, 600);
    return sql;
  }

  /// The groups of one time bucket and key, the first n of them.
  std::string TopGroups() {
    const Source source = sources_.Table();
    ExpressionMaker maker(random_, source.scope);
    const std::string bucket = maker.Bucket(), key = maker.Key(), aggregate = maker.ExactAggregate();
    const bool two = random_.Chance(500);
    std::string sql = "SELECT " + bucket + " AS c1" + (two ? ", " + key + " AS c2" : "") + ", " + aggregate + " AS c" +
                      (two ? "3" : "2") + " FROM " + source.from + Where(maker) + " GROUP BY ALL";
    if (random_.Chance(300)) sql += " HAVING " + maker.Having();
    const std::string last = two ? "c3" : "c2";
    return sql + " ORDER BY " + (random_.Chance(400) ? last + Direction() + ", " : "") + "c1" + Direction() +
           (two ? ", c2" + Direction() : "") + Limit();
  }

  std::string Distinct() {
    const Source source = sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    std::string list;
    const size_t columns = 1 + random_.Below(3);
    for (size_t i = 1; i <= columns; ++i) list += (i > 1 ? ", " : "") + Named(maker.Key(), i);
    const std::string where = Where(maker);
    if (const auto *unique = maker.Unique(); unique && random_.Chance(150)) {
      return source.with + "SELECT DISTINCT ON (" + maker.Key() + ") " + list + " FROM " + source.from + where +
             " ORDER BY " + unique->sql;
    }
    return source.with + "SELECT DISTINCT " + list + " FROM " + source.from + where +
           (random_.Chance(300) ? Order(columns, 600) : "");
  }

  std::string CountOfLimited() {
    const Source source = sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    const std::string column = maker.Column(PlainType()), where = Where(maker, 500);
    return source.with + "SELECT count(*) FROM (SELECT " + column + " AS c1 FROM " + source.from + where + Limit(300) +
           ")";
  }

  /// IN, NOT IN, EXISTS, a scalar subquery, correlated or not.
  std::string WithSubquery() {
    const Source outer = sources_.Table("o");
    const auto &other = fleet_.tables[random_.Chance(500) ? 0 : 1];
    const Scope inner_scope = ScopeOf(fleet_, other, "i");
    ExpressionMaker maker(random_, outer.scope), inner(random_, inner_scope);
    const ValueType type = random_.Chance(500) ? ValueType::INTEGER : ValueType::TEXT;
    const std::string from = " FROM " + QuoteName(other.name) + " AS i WHERE " +
                             (random_.Chance(600) ? inner.Filter() : std::string("true"));
    const std::string mine = maker.Column(type), theirs = inner.Column(type);
    std::string condition;
    switch (random_.Below(7)) {
      case 0: condition = mine + OneOf({" IN (", " IN (", " NOT IN ("}) + "SELECT " + theirs + from + ")"; break;
      case 1:
        condition =
            mine + OneOf({" = ", " >= ", " < "}) + "(SELECT " + OneOf({"max(", "min("}) + theirs + ")" + from + ")";
        break;
      case 2:
        condition = OneOf({"EXISTS (SELECT 1", "NOT EXISTS (SELECT 1"}) + from + " AND " + theirs + " = " + mine + ")";
        break;
      case 3:
        condition = mine + OneOf({" IN (", " NOT IN ("}) + "SELECT " + (type == ValueType::TEXT ? "txt" : "num") +
                    " FROM memory.main.keys)";
        break;
      case 4:
        condition =
            "(SELECT count(*)" + from + " AND " + theirs + " = " + mine + ") > " + std::to_string(random_.Below(4));
        break;
      case 5:
        condition = "coalesce((SELECT avg(" + inner.Column(ValueType::INTEGER) + ")" + from + ") < " +
                    maker.Column(ValueType::INTEGER) + ", true)";
        break;
      default:
        condition = outer.scope.columns[0].sql + OneOf({" >= ", " < "}) + "(SELECT " + OneOf({"min(", "max("}) +
                    inner_scope.columns[0].sql + ")" + from + ")";
        break;
    }
    if (random_.Chance(400)) condition += " AND " + maker.Filter();
    if (random_.Chance(300)) {
      return "SELECT " + maker.Column(PlainType()) + " AS c1, (SELECT count(*)" + from + ") AS c2 FROM " + outer.from +
             " WHERE " + condition;
    }
    return "SELECT " + maker.Column(ValueType::TEXT) + " AS c1, count(*), sum(" + maker.Column(ValueType::INTEGER) +
           ") FROM " + outer.from + " WHERE " + condition + " GROUP BY ALL";
  }

  std::string SetOperation() {
    const ValueType first = PlainType(), second = PlainType();
    const auto side = [&] {
      const Source source = sources_.Table();
      ExpressionMaker maker(random_, source.scope);
      return "SELECT " + maker.Column(first) + " AS c1, " + maker.Column(second) + " AS c2 FROM " + source.from +
             Where(maker);
    };
    const std::string left = side(), right = side();
    return left +
           OneOf({" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ", " UNION ALL ", " EXCEPT ALL ",
                  " INTERSECT ALL "}) +
           right + (random_.Chance(300) ? Order(2, 600) : "");
  }

  /// Groups joined with the keys of other rows: the keys go below the GROUP BY, but never below a LIMIT.
  std::string JoinOfGroups() {
    const Source source = sources_.Table(), other = sources_.Table();
    ExpressionMaker maker(random_, source.scope), keys(random_, other.scope);
    const ValueType type = PlainType();
    const std::string groups = "SELECT " + maker.Column(type) + " AS k, count(*) AS n, " + maker.ExactAggregate() +
                               " AS a FROM " + source.from + Where(maker) + " GROUP BY 1" +
                               (random_.Chance(200) ? " HAVING " + maker.Having() : "") +
                               (random_.Chance(200) ? Order(3, 900) : "");
    return "SELECT a.k AS c1, a.n AS c2, a.a AS c3 FROM (" + groups + ") a" +
           OneOf({" JOIN ", " SEMI JOIN ", " ANTI JOIN ", " LEFT JOIN "}) + "(SELECT " + keys.Column(type) +
           " AS k FROM " + other.from + Where(keys, 900) + ") b ON a.k = b.k";
  }

  /// Aggregates of one side of a join, by columns of either.
  std::string GroupsOfJoin() {
    const Source source = sources_.Table(), other = sources_.Table();
    ExpressionMaker maker(random_, source.scope), keys(random_, other.scope);
    static constexpr ValueType TYPES[] = {ValueType::TEXT, ValueType::BOOLEAN, ValueType::INTEGER};
    const ValueType type = TYPES[random_.Below(std::size(TYPES))];
    const bool drops = random_.Chance(250);  // the other side's columns
    const std::string join = drops ? OneOf({" SEMI JOIN ", " ANTI JOIN "})
                                   : OneOf({" JOIN ", " JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN "});
    const std::string groups = drops                 ? maker.Key() + " AS c1, "
                               : random_.Chance(400) ? "b.\"b group\" AS c1, " + maker.Key() + " AS c2, "
                               : random_.Chance(800) ? "b.\"b group\" AS c1, "
                                                     : "";
    return "SELECT " + groups + "count(" + (random_.Chance(300) ? "*" : maker.Column(PlainType())) + ") AS n, " +
           (random_.Chance(400) ? OneOf({"min(", "max("}) + maker.Column(PlainType()) + ")" : maker.ExactAggregate()) +
           " AS a FROM " + source.from + join + "(SELECT DISTINCT " + keys.Column(type) + " AS \"b key\", " +
           keys.Column(PlainType()) + " AS \"b group\" FROM " + other.from + Where(keys, 900) + ") b ON " +
           maker.Column(type) + OneOf({" = ", " = ", " IS NOT DISTINCT FROM "}) + "b.\"b key\"" + Where(maker, 400) +
           (groups.empty() ? "" : " GROUP BY ALL");
  }

  /// The first rows of every key; row_number() by an order that decides, ranks by any.
  std::string FirstOfEach() {
    const Source source = random_.Chance(700) ? sources_.Table() : sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    const auto *unique = maker.Unique();
    std::string keys = random_.Chance(850) ? "PARTITION BY " + maker.Key() : "";
    if (!keys.empty() && random_.Chance(200)) keys += ", " + maker.Column(PlainType());
    std::string order = maker.Column(PlainType()) + Direction();
    if (random_.Chance(300)) order += ", " + maker.Column(PlainType()) + Direction();
    const bool numbers = unique && random_.Chance(600);
    if (numbers) order += ", " + unique->sql + Direction();
    const std::string number = std::to_string(1 + random_.Below(4));
    const std::string condition = OneOf({" <= ", " < ", " = ", " BETWEEN 1 AND ", " BETWEEN 2 AND "}) + number;
    const std::string list = List(maker, 1 + random_.Below(3));
    return source.with + "SELECT " + list + " FROM " + source.from + Where(maker) + " QUALIFY " +
           (numbers ? "row_number()" : OneOf({"rank()", "dense_rank()"})) + " OVER (" + keys + " ORDER BY " + order +
           ")" + condition;
  }

  /// The first rows of every key that other rows have.
  std::string FirstOfOthers() {
    const Source source = sources_.Table(), other = sources_.Table();
    ExpressionMaker maker(random_, source.scope), keys(random_, other.scope);
    const auto *unique = maker.Unique();
    if (!unique) return FirstOfEach();
    const ValueType type = PlainType();
    std::string first = "SELECT " + List(maker, 1 + random_.Below(3)) + " FROM " + source.from + " WHERE " +
                        maker.Column(type) + OneOf({" = ", " = ", " IS NOT DISTINCT FROM ", " <= "}) + "a.k";
    if (random_.Chance(400)) first += " AND " + maker.Filter();
    first += " ORDER BY " + maker.Column(PlainType()) + Direction() + ", " + unique->sql + Direction() + " LIMIT " +
             std::to_string(1 + random_.Below(4)) + OneOf({"", "", " OFFSET 1"});
    return "SELECT r.*, a.k AS k FROM (SELECT DISTINCT " + keys.Column(type) + " AS k FROM " + other.from +
           Where(keys) + ") a" + OneOf({" JOIN", " LEFT JOIN"}) + " LATERAL (" + first + ") r ON true";
  }

  std::string Windowed() {
    const Source source = sources_.Make();
    ExpressionMaker maker(random_, source.scope);
    const auto *unique = maker.Unique();
    const std::string partition = " OVER (PARTITION BY " + maker.Key() + " ORDER BY ";
    const std::string id = maker.Column(ValueType::INTEGER), amount = maker.Column(ValueType::REAL);
    std::string sql;
    approximate_ = {false, false, true};  // the sums
    if (unique && random_.Chance(600)) {
      const std::string over = partition + maker.Column(PlainType()) + Direction() + ", " + unique->sql;
      sql = source.with + "SELECT " + id + " AS c1, " +
            OneOf({"row_number()", "lag(", "lead(", "first_value(", "ntile(3)", "percent_rank()"});
      if (sql.back() == '(') sql += maker.Column(PlainType()) + ")";
      sql += over + ") AS c2, sum(" + amount + ")" + over + OneOf({")", " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"}) +
             " FROM " + source.from + Where(maker);
      if (random_.Chance(300)) sql += " QUALIFY row_number()" + over + ") <= " + std::to_string(1 + random_.Below(3));
      return sql;
    }
    // Peers of rank, count and sum share one value: whatever the rows' order, the answer is the same.
    const std::string over = partition + maker.Column(PlainType()) + OneOf({"", " DESC", " NULLS FIRST"}) + ")";
    return source.with + "SELECT " + id + " AS c1, " + OneOf({"rank()", "dense_rank()", "count(*)"}) + over +
           " AS c2, sum(" + amount + ")" + over + " FROM " + source.from + Where(maker);
  }

  /// PREPARE and EXECUTE: in `plain` the values stand in the places of the parameters.
  RandomQuery Prepared() {
    const Source source = sources_.Table();
    ExpressionMaker maker(random_, source.scope);
    const ValueType types[] = {ValueType::INTEGER, ValueType::TEXT, ValueType::REAL};
    const ValueType type = types[random_.Below(std::size(types))];
    const std::string column = maker.Column(type), value = maker.Literal(type), at = maker.Literal(ValueType::INTEGER);
    const std::string number = maker.Column(ValueType::INTEGER);
    const std::string body = "SELECT " + maker.Key() + " AS c1, count(*), max(" + number + ") FROM " + source.from +
                             " WHERE " + column + OneOf({" = ", " >= ", " <> ", " < "}) + "{1} AND (" + number +
                             OneOf({" < ", " IS DISTINCT FROM ", " > "}) + "{2} OR " + maker.Window() +
                             ") GROUP BY ALL";
    const auto with = [&](const std::string &first, const std::string &second) {
      std::string sql = body;
      sql.replace(sql.find("{1}"), 3, first);
      sql.replace(sql.find("{2}"), 3, second);
      return sql;
    };
    return {"PREPARE p AS " + with("$1", "$2") + "; EXECUTE p(" + value + ", " + at + ")", with(value, at), {}};
  }

  const RandomFleet &fleet_;
  Random &random_;
  SourceMaker sources_;
  std::vector<bool> approximate_;
};

}  // namespace

RandomQuery MakeRandomQuery(const RandomFleet &fleet, uint64_t seed) {
  Random random(Mix(seed, 1));
  return QueryMaker(fleet, random).Make();
}

}  // namespace shardite::test
