// Values, expressions and queries as SQL: what SQLite reads back is what went in.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "sqlite/packed_reader.hpp"
#include "sqlite/remote_query.hpp"
#include "sqlite/value_list.hpp"

namespace shardite {
namespace {

class Sqlite {
 public:
  Sqlite() { sqlite3_open(":memory:", &handle_); }
  ~Sqlite() { sqlite3_close(handle_); }
  void Run(const std::string &sql) {
    char *message = nullptr;
    ASSERT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message << ": " << sql;
  }
  /// The first row; texts and blobs as bytes.
  std::vector<SqliteValue> Row(const std::string &sql) {
    std::vector<SqliteValue> row;
    sqlite3_stmt *statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_) << ": " << sql;
    if (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement); i++) row.push_back(Cell(statement, i));
    }
    sqlite3_finalize(statement);
    return row;
  }

 private:
  static SqliteValue Cell(sqlite3_stmt *statement, int column) {
    const int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL) return {};
    if (type == SQLITE_INTEGER) return static_cast<int64_t>(sqlite3_column_int64(statement, column));
    if (type == SQLITE_FLOAT) return sqlite3_column_double(statement, column);
    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
    const std::string text(bytes == nullptr ? "" : bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    if (type == SQLITE_TEXT) return SqliteText{text};
    return SqliteBlob{text};
  }
  sqlite3 *handle_ = nullptr;
};

std::vector<SqliteValue> EdgeValues() {
  std::vector<SqliteValue> values = {std::monostate{},
                                     int64_t{0},
                                     int64_t{-1},
                                     std::numeric_limits<int64_t>::max(),
                                     std::numeric_limits<int64_t>::min(),
                                     int64_t{9007199254740993},
                                     SqliteText{""},
                                     SqliteText{"it's"},
                                     SqliteText{"'"},
                                     SqliteText{"''"},
                                     SqliteText{"a\"b\\c/d"},
                                     SqliteText{"tab\tline\nbell\x07"},
                                     SqliteText{"é日本😀"},
                                     SqliteText{std::string("a\0b", 3)},
                                     SqliteText{std::string(1, '\0')},
                                     SqliteText{"X'00'"},
                                     SqliteText{"NULL"},
                                     SqliteText{"[1,{\"a\":2}]"},
                                     SqliteBlob{""},
                                     SqliteBlob{std::string("\0\xFF\x01", 3)},
                                     SqliteBlob{"\x13"
                                                "1"}};  // valid JSONB
  for (const double real : {0.0, 1.0, -1.5, 0.1, 0.1 + 0.2, 1e15, 1e16, 1e22, 1e300, 5e-324, 2.2250738585072014e-308,
                            1.7976931348623157e308, 9007199254740993.0, 1.1982278376757701e+142,
                            std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    values.emplace_back(real);
  }
  return values;
}

TEST(SqliteText, ValuesSurvive) {
  Sqlite sqlite;
  for (const auto &value : EdgeValues()) {
    EXPECT_EQ(sqlite.Row("SELECT " + QuoteValue(value)), std::vector<SqliteValue>{value}) << QuoteValue(value);
  }
}

TEST(SqliteText, EveryDoubleSurvives) {
  Sqlite sqlite;
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 20000; i++) {
    const uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (i % 2 == 0) value = static_cast<double>(static_cast<int64_t>(bits >> 20)) / 1000;
    if (std::isnan(value)) continue;
    const auto row = sqlite.Row("SELECT " + QuoteValue(value));
    ASSERT_EQ(row.size(), 1u);
    ASSERT_EQ(std::get<double>(row[0]), value) << QuoteValue(value);
  }
}

TEST(SqliteText, NamesSurvive) {
  Sqlite sqlite;
  for (const std::string name : {"order", "a\"b", "é", "with space", "x.y", "[z]", "`q`", "it's"}) {
    sqlite.Run("CREATE TABLE " + QuoteName(name) + " (" + QuoteName(name) + " INTEGER)");
    sqlite.Run("INSERT INTO " + QuoteName(name) + " VALUES (7)");
    RemoteQuery query;
    query.table = name;
    query.select = {{RemoteExpr::Column(0), Packing::JSON}};
    DeparseTarget target;
    target.column = [&](size_t) { return "t." + QuoteName(name); };
    EXPECT_EQ(std::get<SqliteText>(sqlite.Row(Deparse(query, target))[0]).bytes, "[7]");
  }
}

TEST(SqliteText, LongJunctionsStayShallow) {
  Sqlite sqlite;
  std::vector<RemoteExpr> operands;
  for (int i = 0; i < 20000; i++)
    operands.push_back(RemoteExpr::Infix("=", RemoteExpr::Integer(i), RemoteExpr::Integer(-1)));
  const auto none = [](size_t) { return std::string("NULL"); };
  EXPECT_EQ(std::get<int64_t>(sqlite.Row("SELECT " + RemoteExpr::Or(operands).ToSql(none))[0]), 0);
  EXPECT_EQ(RemoteExpr::And({}).ToSql(none), "1");
  EXPECT_EQ(RemoteExpr::Or({}).ToSql(none), "0");
}

/// 3000 fillers and the edge values, which come last.
std::vector<SqliteValue> LongList() {
  std::vector<SqliteValue> list;
  for (int64_t i = 0; i < 1500; i++) {
    list.emplace_back(1000000 + i);
    list.emplace_back(SqliteText{"filler \"" + std::to_string(i) + "\\'\n"});
  }
  for (const auto &value : EdgeValues()) {
    if (!std::holds_alternative<std::monostate>(value)) list.push_back(value);
  }
  return list;
}

std::string ListSql(const SqliteValue &operand, const std::vector<SqliteValue> &list) {
  return "SELECT " + InList(RemoteExpr::Literal(operand), list).ToSql(nullptr, {.json_each = true});
}

TEST(SqliteText, LongListsHoldWhatTheyHold) {
  Sqlite sqlite;
  auto list = LongList();
  EXPECT_NE(ListSql(int64_t{1}, list).find("json_each('[1000000,"), std::string::npos);
  for (size_t i = 0; i < list.size(); i += i < 2900 ? 97 : 1) {
    ASSERT_EQ(sqlite.Row(ListSql(list[i], list)), std::vector<SqliteValue>{int64_t{1}}) << QuoteValue(list[i]);
  }
  for (const SqliteValue &other : {SqliteValue{int64_t{9007199254740995}}, SqliteValue{SqliteText{"1000000"}},
                                   SqliteValue{SqliteText{"FILLER"}}}) {
    EXPECT_EQ(sqlite.Row(ListSql(other, list)), std::vector<SqliteValue>{int64_t{0}}) << QuoteValue(other);
  }
  EXPECT_EQ(sqlite.Row(ListSql(std::monostate{}, list)), std::vector<SqliteValue>{std::monostate{}});
  list.emplace_back(std::monostate{});
  EXPECT_EQ(sqlite.Row(ListSql(SqliteText{"FILLER"}, list)), std::vector<SqliteValue>{std::monostate{}});
  EXPECT_EQ(sqlite.Row(ListSql(list[0], list)), std::vector<SqliteValue>{int64_t{1}});
}

TEST(SqliteText, LongListsUseAnIndex) {
  Sqlite sqlite;
  sqlite.Run("CREATE TABLE t(v TEXT, i INTEGER); CREATE INDEX by_v ON t(v); CREATE INDEX by_i ON t(i)");
  for (const char *column : {"t.\"v\"", "t.\"i\""}) {
    const auto condition = InList(RemoteExpr::Column(0), std::vector<SqliteValue>(100, int64_t{7}));
    const auto plan = sqlite.Row("EXPLAIN QUERY PLAN SELECT 1 FROM t WHERE " +
                                 condition.ToSql([&](size_t) { return std::string(column); }, {.json_each = true}));
    EXPECT_EQ(std::get<SqliteText>(plan[3]).bytes.find("SEARCH t USING"), 0u) << std::get<SqliteText>(plan[3]).bytes;
  }
}

TEST(SqliteText, VeryLongListsGoInPieces) {
  Sqlite sqlite;
  std::vector<SqliteValue> list;
  for (int i = 0; i < 300; i++) list.emplace_back(SqliteText{std::string(10000, 'x') + std::to_string(i)});
  EXPECT_GT(ListBytes(list), 3000000u);
  for (const auto &value : {list.front(), list.back()}) {
    EXPECT_EQ(sqlite.Row(ListSql(value, list)), std::vector<SqliteValue>{int64_t{1}});
  }
  EXPECT_EQ(InList(RemoteExpr::Integer(1), list).ToSql(nullptr).find("json_each"), std::string::npos);
  EXPECT_EQ(sqlite.Row("SELECT " + InList(RemoteExpr::Null(), {}).ToSql(nullptr)),
            std::vector<SqliteValue>{int64_t{0}});
}

TEST(SqliteText, EachServerGetsTheFormItHas) {
  RemoteQuery query;
  query.table = "t";
  query.select = {{RemoteExpr::Either(Capability::MATH, RemoteExpr::Call("floor", {RemoteExpr::Column(0)}),
                                      RemoteExpr::Cast(RemoteExpr::Column(0), "INTEGER"))}};
  query.where = {RemoteExpr::Either(Capability::JSON_EACH, RemoteExpr::Integer(1), RemoteExpr::Integer(2))};
  DeparseTarget target;
  target.column = [](size_t) { return "t.\"c\""; };
  target.packed = false;
  EXPECT_EQ(Deparse(query, target), "SELECT CAST(t.\"c\" AS INTEGER) AS c0 FROM \"t\" AS t WHERE 2");
  target.capabilities.math = true;
  EXPECT_EQ(Deparse(query, target), "SELECT floor(t.\"c\") AS c0 FROM \"t\" AS t WHERE 2");
  target.capabilities.json_each = true;
  EXPECT_EQ(Deparse(query, target), "SELECT floor(t.\"c\") AS c0 FROM \"t\" AS t WHERE 1");
  EXPECT_FALSE(query.where[0].Equals(query.select[0].expr));
}

TEST(SqliteText, ExpressionsKnowTheirColumns) {
  const auto expr = RemoteExpr::Case({RemoteExpr::In(RemoteExpr::Column(3), {RemoteExpr::Integer(1)}),
                                      RemoteExpr::Column(1), RemoteExpr::Aggregate("sum", {RemoteExpr::Column(3)})});
  EXPECT_EQ(expr.Columns(), (std::vector<size_t>{1, 3}));
  EXPECT_TRUE(expr.Equals(expr));
  EXPECT_FALSE(expr.Equals(RemoteExpr::Column(1)));
  EXPECT_TRUE(RemoteExpr::Text("a").Equals(RemoteExpr::Text("a")));
  EXPECT_FALSE(RemoteExpr::Text("1").Equals(RemoteExpr::Integer(1)));
}

class PackedPage : public testing::Test {
 protected:
  void SetUp() override {
    sqlite_.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, c)");
    for (const auto &value : EdgeValues()) sqlite_.Run("INSERT INTO t(c) VALUES (" + QuoteValue(value) + ")");
    query_.table = "t";
    target_.column = [](size_t column) { return column == 0 ? "t.\"id\"" : "t.\"c\""; };
  }
  std::vector<SqliteValue> Read(Packing packing, const SqliteValue &cell) {
    const auto *text = std::get_if<SqliteText>(&cell);
    const std::string bytes = text == nullptr ? "" : text->bytes;
    PackedReader reader(packing, bytes);
    std::vector<SqliteValue> values;
    shardite::Cell read;
    while (reader.Next(read)) {
      switch (read.storage) {
        case StorageClass::NONE: values.emplace_back(); break;
        case StorageClass::INTEGER: values.emplace_back(read.integer); break;
        case StorageClass::REAL: values.emplace_back(read.real); break;
        case StorageClass::TEXT: values.emplace_back(SqliteText{std::string(read.bytes)}); break;
        case StorageClass::BLOB: values.emplace_back(SqliteBlob{std::string(read.bytes)}); break;
      }
    }
    EXPECT_EQ(reader.Error(), "");
    return values;
  }
  Sqlite sqlite_;
  RemoteQuery query_;
  DeparseTarget target_;
};

TEST_F(PackedPage, QuotedAndHexLoseNothing) {
  query_.select = {{RemoteExpr::Column(1), Packing::QUOTED}, {RemoteExpr::Column(1), Packing::HEX}};
  target_.byte_count = true;
  const auto row = sqlite_.Row(Deparse(query_, target_));
  ASSERT_EQ(row.size(), 4u);
  EXPECT_EQ(Read(Packing::QUOTED, row[0]), EdgeValues());
  EXPECT_EQ(Read(Packing::HEX, row[1]), EdgeValues());
  EXPECT_EQ(std::get<int64_t>(row[2]), static_cast<int64_t>(EdgeValues().size()));
  EXPECT_EQ(std::get<int64_t>(row[3]), static_cast<int64_t>(std::get<SqliteText>(row[0]).bytes.size() +
                                                            std::get<SqliteText>(row[1]).bytes.size()));
}

TEST_F(PackedPage, JsonLosesNothingButDigitsOfReals) {
  query_.select = {{RemoteExpr::Column(1), Packing::JSON}};
  const auto read = Read(Packing::JSON, sqlite_.Row(Deparse(query_, target_))[0]);
  const auto expected = EdgeValues();
  ASSERT_EQ(read.size(), expected.size());
  for (size_t i = 0; i < read.size(); i++) {
    if (std::holds_alternative<double>(expected[i])) {
      EXPECT_TRUE(std::holds_alternative<double>(read[i])) << i;
    } else {
      EXPECT_EQ(read[i], expected[i]) << i;
    }
  }
}

TEST_F(PackedPage, EmptyPagesAndRanges) {
  query_.select = {{RemoteExpr::Column(0), Packing::JSON}, {RemoteExpr::Column(1), Packing::QUOTED}};
  query_.witnesses = {
      {RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {RemoteExpr::Column(1)}), RemoteExpr::Text("blob")), "c"}};
  target_.range = {1000, 2000};
  auto row = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(Read(Packing::JSON, row[0]).size(), 0u);
  EXPECT_EQ(Read(Packing::QUOTED, row[1]).size(), 0u);
  EXPECT_EQ(std::get<int64_t>(row[3]), 0);
  target_.range = {2, 4};
  row = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(Read(Packing::JSON, row[0]), (std::vector<SqliteValue>{int64_t{3}, int64_t{4}}));
  EXPECT_EQ(std::get<int64_t>(row[2]), 0);
  target_.range = {};
  row = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(std::get<int64_t>(row[2]), 3);  // the blobs
}

TEST_F(PackedPage, GroupsOrdersAndLimits) {
  query_.grouped = true;
  query_.group_keys = 1;
  query_.select = {
      {RemoteExpr::Call("typeof", {RemoteExpr::Column(1)}), Packing::JSON},
      {RemoteExpr::Aggregate("count", {}), Packing::JSON},
      {RemoteExpr::Aggregate("count", {}, RemoteExpr::Infix(">", RemoteExpr::Column(0), RemoteExpr::Integer(3))),
       Packing::JSON}};
  query_.order_by = {{RemoteExpr::Integer(1), true, false}, {RemoteExpr::Column(1), true, true}};
  query_.limit = 2;
  EXPECT_EQ(
      Deparse(query_, target_),
      "SELECT json_group_array(c0) AS p0, "
      "json_group_array(CASE WHEN typeof(c1) = 'blob' THEN json_object('blob', hex(c1)) ELSE c1 END) AS p1, "
      "json_group_array(CASE WHEN typeof(c2) = 'blob' THEN json_object('blob', hex(c2)) ELSE c2 END) AS p2, count(*) "
      "FROM "
      "(SELECT * FROM (SELECT typeof(t.\"c\") AS c0, count(*) AS c1, count(*) FILTER (WHERE (t.\"id\" > 3)) AS c2 FROM "
      "\"t\" AS t GROUP BY 1) ORDER BY c1 DESC NULLS FIRST LIMIT 2)");
  const auto row = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(Read(Packing::JSON, row[0]), (std::vector<SqliteValue>{SqliteText{"real"}, SqliteText{"text"}}));
  target_.packed = false;
  target_.strict = true;
  EXPECT_EQ(std::get<SqliteText>(sqlite_.Row(Deparse(query_, target_))[0]).bytes, "real");
}

// The rows of the table, not of the page: a filter may leave none.
TEST_F(PackedPage, ThatReliesOnACertificateTellsWhichRowsThereAre) {
  query_.select = {{RemoteExpr::Column(0), Packing::JSON}};
  target_.byte_count = true;
  const auto with_proof = sqlite_.Row(Deparse(query_, target_));
  query_.select[0].no_blobs = true;
  query_.relies_on_certificate = true;
  EXPECT_EQ(Deparse(query_, target_).find("typeof"), std::string::npos);
  const auto row = sqlite_.Row(Deparse(query_, target_));
  ASSERT_EQ(row.size(), with_proof.size() + 2);
  EXPECT_EQ(row[0], with_proof[0]);
  EXPECT_EQ(row[3], SqliteValue(int64_t{1}));
  EXPECT_EQ(row[4], SqliteValue(static_cast<int64_t>(EdgeValues().size())));
  query_.where = {RemoteExpr::Infix("<", RemoteExpr::Column(0), RemoteExpr::Integer(0))};
  const auto none = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(none[1], SqliteValue(int64_t{0}));
  EXPECT_EQ(none[4], row[4]);
}

// A group with a violated witness passes whatever is asked of it, first.
TEST_F(PackedPage, ChoosesGroupsButHidesNoWitness) {
  query_.grouped = true;
  query_.group_keys = 1;
  query_.select = {{RemoteExpr::Call("typeof", {RemoteExpr::Column(1)}), Packing::JSON},
                   {RemoteExpr::Aggregate("count", {}), Packing::JSON}};
  query_.having = {RemoteExpr::Infix(">", RemoteExpr::Column(1), RemoteExpr::Integer(100))};
  query_.limit = 1;
  EXPECT_EQ(Read(Packing::JSON, sqlite_.Row(Deparse(query_, target_))[0]).size(), 0u);
  query_.witnesses = {
      {RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {RemoteExpr::Column(1)}), RemoteExpr::Text("text")), "c"}};
  const auto row = sqlite_.Row(Deparse(query_, target_));
  EXPECT_EQ(Read(Packing::JSON, row[0]), (std::vector<SqliteValue>{SqliteText{"text"}}));
  EXPECT_GT(std::get<int64_t>(row[2]), 0);
}

TEST(PackedReader, RefusesMalformedPagesWithoutCrashing) {
  const std::pair<Packing, std::string> pages[] = {{Packing::JSON, "["},       {Packing::JSON, "[1"},
                                                   {Packing::JSON, "[1,"},     {Packing::JSON, "[1 2]"},
                                                   {Packing::JSON, "{}"},      {Packing::JSON, "[\"a"},
                                                   {Packing::JSON, "[\"\\"},   {Packing::JSON, "[\"\\u12\"]"},
                                                   {Packing::JSON, "[nul]"},   {Packing::JSON, "[\"\\ud800\"]"},
                                                   {Packing::JSON, "[1]x"},    {Packing::JSON, "[{\"blob\":\"0\"}]"},
                                                   {Packing::JSON, "[--1]"},   {Packing::JSON, "[1e]"},
                                                   {Packing::QUOTED, "'a"},    {Packing::QUOTED, "1,"},
                                                   {Packing::QUOTED, "X'0"},   {Packing::QUOTED, "X'0G'"},
                                                   {Packing::QUOTED, "T0"},    {Packing::QUOTED, "NUL"},
                                                   {Packing::QUOTED, "1;2"},   {Packing::QUOTED, "-"},
                                                   {Packing::QUOTED, "1.2.3"}, {Packing::QUOTED, "x"}};
  for (const auto &[packing, page] : pages) {
    PackedReader reader(packing, page);
    Cell cell;
    while (reader.Next(cell)) {
    }
    EXPECT_TRUE(reader.Failed()) << page;
    EXPECT_NE(reader.Error(), "") << page;
  }
}

TEST(PackedReader, SurvivesRandomDamage) {
  std::mt19937 random(7);
  const std::string json = R"([1,null,"a\"b\u00e9\ud83d\ude00",{"blob":"00FF"},-2.5e10,"é"])";
  const std::string quoted = "1,NULL,'it''s',X'00FF',T6100,-2.5e10,Inf";
  for (int i = 0; i < 200000; i++) {
    const bool as_json = i % 2 == 0;
    std::string page = as_json ? json : quoted;
    for (int damage = 0; damage < 2; damage++) page[random() % page.size()] = static_cast<char>(random());
    page.resize(random() % (page.size() + 1));
    PackedReader reader(as_json ? Packing::JSON : Packing::QUOTED, page);
    Cell cell;
    size_t values = 0;
    while (reader.Next(cell)) ASSERT_LE(++values, page.size());
  }
}

}  // namespace
}  // namespace shardite
