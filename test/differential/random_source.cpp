#include "test/differential/random_source.hpp"

#include "sqlite/value.hpp"

namespace shardite::test {
namespace {

Scope Combined(const Scope &left, const Scope &right) {
  Scope scope;
  scope.fleet = left.fleet;
  // Pairs repeat the rows of either side.
  for (const auto *side : {&left, &right}) {
    for (auto column : side->columns) {
      column.unique = false;
      scope.columns.push_back(std::move(column));
    }
  }
  return scope;
}

}  // namespace

Source SourceMaker::Make() {
  switch (random_.Below(22)) {
    case 0: return Join();
    case 1: return LocalJoin();
    case 2: return Subquery("s");
    case 3: return UnionAll();
    case 4: return CommonTable();
    case 5: return Grouped();
    case 6: return Semijoin();
    case 7: return JsonKeys();
    default: return Table(random_.Chance(150) ? "e" : "");
  }
}

Source SourceMaker::Table(const std::string &alias) {
  const auto &table = fleet_.tables[random_.Chance(850) ? 0 : 1];
  return {"", QuoteName(table.name) + (alias.empty() ? "" : " AS " + alias), ScopeOf(fleet_, table, alias)};
}

std::string SourceMaker::JoinCondition(const Scope &left, const Scope &right) {
  ExpressionMaker l(random_, left), r(random_, right);
  if (random_.Chance(250)) return l.Column(ValueType::INTEGER) + " = " + r.Column(ValueType::INTEGER);
  if (random_.Chance(200) && l.Unique() && r.Unique()) return l.Unique()->sql + " = " + r.Unique()->sql;
  return l.Column(ValueType::TEXT) + " = " + r.Column(ValueType::TEXT);
}

Source SourceMaker::Join() {
  const auto &left = fleet_.tables[0], &right = fleet_.tables[random_.Chance(300) ? 0 : 1];
  const Scope l = ScopeOf(fleet_, left, "l"), r = ScopeOf(fleet_, right, "r");
  std::string on = JoinCondition(l, r);
  if (random_.Chance(250)) on += " AND " + l.columns[0].sql + OneOf({" >= ", " < ", " = "}) + r.columns[0].sql;
  if (random_.Chance(150)) on += " AND " + ExpressionMaker(random_, r).Window();
  const char *kind = OneOf({" JOIN ", " LEFT JOIN ", " JOIN ", " FULL JOIN ", " RIGHT JOIN ", " JOIN "});
  return {"", QuoteName(left.name) + " AS l" + kind + QuoteName(right.name) + " AS r ON " + on, Combined(l, r), true};
}

Source SourceMaker::LocalJoin() {
  Source source = Table("l");
  Scope keys;
  keys.fleet = &fleet_;
  keys.columns = {{"k.txt", ValueType::TEXT}, {"k.num", ValueType::INTEGER}};
  if (!fleet_.zoned) keys.columns.push_back({"k.moment", ValueType::TIME});
  std::string on = JoinCondition(source.scope, keys);
  if (!fleet_.zoned && source.scope.columns[0].type == ValueType::TIME && random_.Chance(300)) {
    on = source.scope.columns[0].sql + OneOf({" >= ", " < ", " <= "}) + "k.moment";
  }
  switch (random_.Below(5)) {
    case 0: source.from = "memory.main.keys AS k LEFT JOIN " + source.from + " ON " + on; break;
    case 1: source.from += " LEFT JOIN memory.main.keys AS k ON " + on; break;
    case 2: source.from = "memory.main.keys AS k JOIN " + source.from + " ON " + on; break;
    default: source.from += " JOIN memory.main.keys AS k ON " + on; break;
  }
  source.scope = Combined(source.scope, keys);
  source.is_large = true;
  return source;
}

Source SourceMaker::Semijoin() {
  Source source = Table("o");
  const auto &other = fleet_.tables[random_.Chance(500) ? 0 : 1];
  const Scope inner_scope = ScopeOf(fleet_, other, "i");
  ExpressionMaker inner(random_, inner_scope);
  source.from += OneOf({" SEMI JOIN ", " ANTI JOIN ", " SEMI JOIN "}) +
                 (random_.Chance(400) ? "memory.main.keys AS i ON " +
                                            ExpressionMaker(random_, source.scope).Column(ValueType::TEXT) + " = i.txt"
                                      : QuoteName(other.name) + " AS i ON " + JoinCondition(source.scope, inner_scope) +
                                            (random_.Chance(500) ? " AND " + inner.Window() : ""));
  return source;
}

std::vector<ValueType> SourceMaker::SomeTypes() {
  constexpr ValueType TYPES[] = {ValueType::INTEGER, ValueType::TEXT, ValueType::REAL,
                                 ValueType::TEXT,    ValueType::TIME, ValueType::BOOLEAN};
  std::vector<ValueType> types;
  for (uint64_t i = 0, count = 2 + random_.Below(3); i < count; ++i)
    types.push_back(TYPES[random_.Below(std::size(TYPES))]);
  return types;
}

std::string SourceMaker::Select(const std::vector<ValueType> &types, const std::string &alias, Scope &scope) {
  const Source source = Table();
  ExpressionMaker maker(random_, source.scope);
  std::string list;
  scope.fleet = &fleet_;
  scope.columns.clear();
  for (size_t i = 0; i < types.size(); ++i) {
    const std::string name = "c" + std::to_string(i + 1);
    list += (i ? ", " : "") + (random_.Chance(700) ? maker.Column(types[i]) : maker.Make(types[i], 2)) + " AS " + name;
    scope.columns.push_back({alias + "." + name, types[i]});
  }
  if (const auto *unique = maker.Unique()) {
    list += ", " + unique->sql + " AS id";
    scope.columns.push_back({alias + ".id", ValueType::INTEGER, false, true});
  }
  return "SELECT " + list + " FROM " + source.from + (random_.Chance(600) ? " WHERE " + maker.Filter() : "");
}

Source SourceMaker::Subquery(const std::string &alias) {
  Source source;
  std::string select = Select(SomeTypes(), alias, source.scope);
  if (random_.Chance(250)) {
    select += std::string(" ORDER BY id") + OneOf({"", " DESC"}) + " LIMIT " + std::to_string(random_.Below(60)) +
              (random_.Chance(200) ? " OFFSET " + std::to_string(random_.Below(10)) : "");
  }
  source.from = "(" + select + ") AS " + alias;
  return source;
}

Source SourceMaker::UnionAll() {
  Source source;
  const auto types = SomeTypes();
  std::string sql;
  for (uint64_t i = 0, sides = 2 + random_.Below(2); i < sides; ++i)
    sql += (i ? " UNION ALL " : "") + Select(types, "u", source.scope);
  source.from = "(" + sql + ") AS u";
  for (auto &column : source.scope.columns) column.unique = false;  // the sides repeat each other's rows
  return source;
}

Source SourceMaker::CommonTable() {
  Source source = Subquery("s");
  const std::string body = source.from.substr(0, source.from.size() - std::string(" AS s").size());
  source.with = std::string("WITH s AS ") + OneOf({"", "NOT MATERIALIZED ", "MATERIALIZED "}) + body + " ";
  source.from = "s";
  if (random_.Chance(300)) {
    source.from = "s JOIN s AS s2 ON s.c1 = s2.c1";
    source.is_large = true;
    for (auto &column : source.scope.columns) column.unique = false;
  }
  return source;
}

/// One row per key of a document, beside the row's own columns.
Source SourceMaker::JsonKeys() {
  const auto &table = fleet_.tables[0];
  const Scope scope = ScopeOf(fleet_, table, "d");
  ExpressionMaker maker(random_, scope);
  Source source;
  source.scope.fleet = &fleet_;
  source.scope.columns = {{"j.key", ValueType::TEXT}, {"j.c1", ValueType::TEXT}, {"j.c2", ValueType::INTEGER}};
  if (random_.Chance(400)) {  // lateral
    source.scope = Combined(scope, {{{"u.key", ValueType::TEXT}, {"u.key", ValueType::TEXT}}, &fleet_});
    source.from = QuoteName(table.name) + " AS d, unnest(json_keys(" + maker.Column(ValueType::JSON) + ")) AS u(key)";
    source.is_large = true;
    return source;
  }
  source.from = "(SELECT unnest(json_keys(" + maker.Column(ValueType::JSON) + ")) AS key, " +
                maker.Column(ValueType::TEXT) + " AS c1, " + maker.Column(ValueType::INTEGER) + " AS c2 FROM " +
                QuoteName(table.name) + " AS d WHERE " + (random_.Chance(500) ? maker.Window() : maker.Filter()) +
                ") AS j";
  return source;
}

/// Groups of groups.
Source SourceMaker::Grouped() {
  const Source inner = Table();
  ExpressionMaker maker(random_, inner.scope);
  Source source;
  source.scope.fleet = &fleet_;
  source.scope.columns = {{"g.c1", ValueType::TEXT}, {"g.c2", ValueType::INTEGER}, {"g.c3", ValueType::REAL}};
  source.from = "(SELECT " + maker.Make(ValueType::TEXT, 1) + " AS c1, count(*) AS c2, max(" +
                maker.Column(ValueType::REAL) + ") AS c3 FROM " + inner.from +
                (random_.Chance(600) ? " WHERE " + maker.Filter() : "") + " GROUP BY 1" +
                (random_.Chance(200) ? " HAVING " + maker.Having() : "") + ") AS g";
  return source;
}

}  // namespace shardite::test
