#include "test/differential/random_query.hpp"

#include <algorithm>

#include "demo/random.hpp"
#include "sqlite/value.hpp"
#include "test/differential/random_expression.hpp"

namespace shardite::test {
namespace {

class QueryMaker {
 public:
  QueryMaker(const RandomFleet &fleet, Random &random) : fleet_(fleet), random_(random) {}

  std::string Make() {
    switch (random_.Below(17)) {
      case 0:
      case 1:
      case 2: return Rows(true);
      case 3:
      case 4:
      case 5:
      case 6:
      case 7: return Groups(true);
      case 8: return Distinct();
      case 9: return CountOfLimited();
      case 10: return OverSubquery();
      case 11: return Semijoin();
      case 12: return SetOperation();
      case 13: return Join();
      case 14: return JoinWithValues();
      case 15: return JoinOfGroups();
      default: return Windowed();
    }
  }

 private:
  template <size_t Count>
  const char *OneOf(const char *const (&choices)[Count]) {
    return choices[random_.Below(Count)];
  }
  const RandomTable &Table() { return fleet_.tables[random_.Chance(850) ? 0 : 1]; }
  std::string Where(ExpressionMaker &maker, uint64_t permille = 750) {
    return random_.Chance(permille) ? " WHERE " + maker.Filter() : "";
  }
  ValueType PlainType() {
    constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::TEXT, ValueType::REAL, ValueType::BOOLEAN,
                                   ValueType::TIME};
    return TYPES[random_.Below(std::size(TYPES))];
  }

  /// ORDER BY all `columns`, in a random order and direction; perhaps a LIMIT.
  std::string Order(size_t columns, uint64_t limit_permille) {
    std::vector<size_t> positions;
    for (size_t i = 1; i <= columns; ++i) positions.push_back(i);
    for (size_t i = columns; i > 1; --i) std::swap(positions[i - 1], positions[random_.Below(i)]);
    std::string sql = " ORDER BY ";
    for (size_t i = 0; i < columns; ++i) {
      sql += (i ? ", " : "") + std::to_string(positions[i]) +
             OneOf({"", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST", ""});
    }
    if (random_.Chance(limit_permille))
      sql += " LIMIT " + std::to_string(random_.Below(random_.Chance(200) ? 400 : 30));
    if (random_.Chance(limit_permille / 4)) sql += " OFFSET " + std::to_string(random_.Below(20));
    return sql;
  }

  std::string Named(const std::string &expression, size_t number, bool always) {
    return expression + (always || random_.Chance(800) ? " AS c" + std::to_string(number) : "");
  }

  std::string Rows(bool top) {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table);
    ExpressionMaker maker(random_, scope);
    if (top && random_.Chance(150)) return "SELECT * FROM " + QuoteName(table.name) + Where(maker);
    std::string list;
    const size_t columns = 1 + random_.Below(4);
    for (size_t i = 1; i <= columns; ++i) {
      const auto &column = table.columns[random_.Below(table.columns.size())];
      list += (i > 1 ? ", " : "") +
              Named(random_.Chance(600) ? QuoteName(column.name) : maker.Make(PlainType(), 2), i, !top);
    }
    return "SELECT " + list + " FROM " + QuoteName(table.name) + Where(maker) +
           (random_.Chance(450) ? Order(columns, 700) : "");
  }

  std::string Groups(bool top) {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table);
    ExpressionMaker maker(random_, scope);
    const size_t keys = random_.Chance(150) ? 0 : 1 + random_.Below(3), aggregates = 1 + random_.Below(3);
    std::string list, group;
    for (size_t i = 1; i <= keys; ++i) {
      list += (i > 1 ? ", " : "") + Named(maker.Key(), i, !top);
      group += (i > 1 ? ", " : "") + std::to_string(i);
    }
    for (size_t i = 0; i < aggregates; ++i)
      list += (list.empty() ? "" : ", ") + Named(maker.Aggregate(), keys + i + 1, !top);
    std::string sql = "SELECT " + list + " FROM " + QuoteName(table.name) + Where(maker);
    if (keys > 0) {
      if (random_.Chance(100)) {
        sql += std::string(" GROUP BY ") + OneOf({"ROLLUP (", "CUBE ("}) + group + ")";
      } else {
        sql += " GROUP BY " + (random_.Chance(300) ? std::string("ALL") : group);
      }
    }
    if (random_.Chance(200)) sql += " HAVING " + Having(maker);
    if (random_.Chance(400)) sql += Order(keys + aggregates, 600);
    return sql;
  }

  std::string Having(ExpressionMaker &maker) {
    switch (random_.Below(3)) {
      case 0: return "count(*) > " + std::to_string(random_.Below(6));
      case 1: return "max(" + maker.Column(ValueType::INTEGER) + ") > " + maker.Literal(ValueType::INTEGER);
      default: return "sum(" + maker.Column(ValueType::REAL) + ") <= " + maker.Literal(ValueType::REAL);
    }
  }

  std::string Distinct() {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table);
    ExpressionMaker maker(random_, scope);
    std::string list;
    const size_t columns = 1 + random_.Below(3);
    for (size_t i = 1; i <= columns; ++i) list += (i > 1 ? ", " : "") + Named(maker.Key(), i, false);
    return "SELECT DISTINCT " + list + " FROM " + QuoteName(table.name) + Where(maker) +
           (random_.Chance(300) ? Order(columns, 600) : "");
  }

  std::string CountOfLimited() {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table);
    ExpressionMaker maker(random_, scope);
    return "SELECT count(*) FROM (SELECT " + maker.Column(PlainType()) + " AS c1 FROM " + QuoteName(table.name) +
           Where(maker, 500) + " LIMIT " + std::to_string(random_.Below(200)) +
           (random_.Chance(300) ? " OFFSET " + std::to_string(random_.Below(50)) : "") + ")";
  }

  std::string OverSubquery() {
    const std::string inner = random_.Chance(500) ? Groups(false) : Rows(false);
    const std::string outer =
        OneOf({"SELECT count(*), count(c1), min(c1), max(c1) FROM s", "SELECT c1, count(*) FROM s GROUP BY c1",
               "SELECT * FROM s WHERE c1 IS NOT NULL", "SELECT DISTINCT c1 FROM s",
               "SELECT a.c1, count(*) FROM s a JOIN s b ON a.c1 = b.c1 GROUP BY ALL"});
    return "WITH s AS " + std::string(OneOf({"", "", "NOT MATERIALIZED ", "MATERIALIZED "})) + "(" + inner + ") " +
           outer;
  }

  std::string Semijoin() {
    const auto &table = fleet_.tables[0], &other = Table();
    const Scope scope = ScopeOf(fleet_, table, "o"), inner_scope = ScopeOf(fleet_, other, "i");
    ExpressionMaker maker(random_, scope), inner(random_, inner_scope);
    const ValueType type = random_.Chance(500) ? ValueType::INTEGER : ValueType::TEXT;
    const std::string subquery = " FROM " + QuoteName(other.name) + " AS i" + Where(inner);
    std::string condition;
    switch (random_.Below(4)) {
      case 0:
        condition = maker.Column(type) + OneOf({" IN (", " IN (", " NOT IN ("}) + "SELECT " + inner.Column(type) +
                    subquery + ")";
        break;
      case 1:
        condition =
            maker.Column(type) + OneOf({" = ", " >= "}) + "(SELECT max(" + inner.Column(type) + ")" + subquery + ")";
        break;
      case 2:
        condition = "EXISTS (SELECT 1" + subquery +
                    (subquery.find(" WHERE ") == std::string::npos ? " WHERE " : " AND ") + inner.Column(type) + " = " +
                    maker.Column(type) + ")";
        break;
      default:
        condition = scope.columns[0].sql + " >= (SELECT min(" + inner_scope.columns[0].sql + ")" + subquery + ")";
        break;
    }
    return "SELECT " + maker.Column(ValueType::TEXT) + " AS c1, count(*), sum(" + maker.Column(ValueType::INTEGER) +
           ") FROM " + QuoteName(table.name) + " AS o WHERE " + condition +
           (random_.Chance(500) ? " AND " + maker.Filter() : "") + " GROUP BY ALL";
  }

  std::string SetOperation() {
    const ValueType first = PlainType(), second = PlainType();
    const auto side = [&] {
      const auto &table = Table();
      const Scope scope = ScopeOf(fleet_, table);
      ExpressionMaker maker(random_, scope);
      return "SELECT " + maker.Column(first) + " AS c1, " + maker.Column(second) + " AS c2 FROM " +
             QuoteName(table.name) + Where(maker);
    };
    const std::string left = side(), right = side();
    return left + OneOf({" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ", " UNION ALL "}) + right +
           (random_.Chance(300) ? Order(2, 600) : "");
  }

  std::string Join() {
    const auto &left_table = fleet_.tables[0], &right_table = fleet_.tables[1];
    const Scope left_scope = ScopeOf(fleet_, left_table, "l"), right_scope = ScopeOf(fleet_, right_table, "r");
    ExpressionMaker left(random_, left_scope), right(random_, right_scope);
    const ValueType type = random_.Chance(600) ? ValueType::TEXT : ValueType::INTEGER;
    std::string on = left.Column(type) + " = " + right.Column(type);
    if (random_.Chance(300))
      on += " AND " + left_scope.columns[0].sql + OneOf({" >= ", " < "}) + right_scope.columns[0].sql;
    const char *kind = OneOf({" JOIN ", " LEFT JOIN ", " JOIN ", " FULL JOIN ", " RIGHT JOIN "});
    return "SELECT " + left.Column(ValueType::TEXT) + " AS c1, " + right.Column(PlainType()) +
           " AS c2, count(*), max(" + left.Column(ValueType::INTEGER) + ") FROM " + QuoteName(left_table.name) +
           " AS l" + kind + QuoteName(right_table.name) + " AS r ON " + on + Where(left, 500) + " GROUP BY ALL" +
           (random_.Chance(300) ? Order(4, 500) : "");
  }

  std::string JoinWithValues() {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table, "l");
    ExpressionMaker maker(random_, scope);
    const ValueType type = random_.Chance(600) ? ValueType::TEXT : ValueType::INTEGER;
    std::string values;
    for (uint64_t i = 0, count = 1 + random_.Below(5); i < count; ++i)
      values += (i ? ", (" : "(") + maker.Literal(type) + ")";
    return "SELECT v.k AS c1, count(*), min(" + maker.Column(PlainType()) + ") FROM (VALUES " + values + ") v(k)" +
           OneOf({" JOIN ", " LEFT JOIN "}) + QuoteName(table.name) + " AS l ON v.k = " + maker.Column(type) +
           Where(maker, 400) + " GROUP BY ALL";
  }

  /// Groups joined with the keys of other rows: the keys go below the GROUP BY, but never below a LIMIT.
  std::string JoinOfGroups() {
    const auto &table = Table(), &other = Table();
    const Scope scope = ScopeOf(fleet_, table), other_scope = ScopeOf(fleet_, other);
    ExpressionMaker maker(random_, scope), keys(random_, other_scope);
    const ValueType type = PlainType();
    const std::string groups = "SELECT " + maker.Column(type) + " AS k, count(*) AS n, " + maker.Aggregate() +
                               " AS a FROM " + QuoteName(table.name) + Where(maker) + " GROUP BY 1" +
                               (random_.Chance(200) ? " HAVING " + Having(maker) : "") +
                               (random_.Chance(200) ? Order(3, 900) : "");
    return "SELECT a.k AS c1, a.n AS c2, a.a AS c3 FROM (" + groups + ") a" +
           OneOf({" JOIN ", " SEMI JOIN ", " ANTI JOIN ", " LEFT JOIN "}) + "(SELECT " + keys.Column(type) +
           " AS k FROM " + QuoteName(other.name) + Where(keys, 900) + ") b ON a.k = b.k";
  }

  std::string Windowed() {
    const auto &table = Table();
    const Scope scope = ScopeOf(fleet_, table);
    ExpressionMaker maker(random_, scope);
    // Peers of rank, count and sum share one value: whatever the rows' order, the answer is the same.
    const std::string function = OneOf({"rank()", "dense_rank()", "count(*)"});
    const std::string over = " OVER (PARTITION BY " + maker.Column(ValueType::TEXT) + " ORDER BY " +
                             maker.Column(PlainType()) + OneOf({"", " DESC", " NULLS FIRST"}) + ")";
    return "SELECT " + maker.Column(ValueType::INTEGER) + " AS c1, " + function + over + ", sum(" +
           maker.Column(ValueType::REAL) + ")" + over + " FROM " + QuoteName(table.name) + Where(maker);
  }

  const RandomFleet &fleet_;
  Random &random_;
};

}  // namespace

std::string MakeRandomQuery(const RandomFleet &fleet, uint64_t seed) {
  Random random(Mix(seed, 1));
  return QueryMaker(fleet, random).Make();
}

}  // namespace shardite::test
