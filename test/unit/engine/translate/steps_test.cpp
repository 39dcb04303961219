// Numbers that change in steps: SQLite's value against DuckDB's on both sides of every step, and far and wide.

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <regex>
#include <set>

#include <sqlite3.h>
#include <duckdb/main/appender.hpp>

#include "translate_bed.hpp"

namespace shardite {
namespace {

using Integers = std::vector<int64_t>;

/// Around every integer that the expression speaks of, one by one and by doubles; and anywhere.
Integers PointsFor(const std::string &sql) {
  std::set<int64_t> points = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  const auto add = [&](long double point) {
    if (point >= -9223372036854775808.0L && point <= 9223372036854775807.0L) points.insert(static_cast<int64_t>(point));
  };
  for (int64_t offset = 0; offset < 100; offset++) {
    points.insert({INT64_MIN + offset * 1024, INT64_MAX - offset, INT64_MAX - offset * 512});
  }
  const std::regex compared("[<>]=? (-?[0-9]+)");
  for (std::sregex_iterator match(sql.begin(), sql.end(), compared), end; match != end; ++match) {
    const int64_t at = std::stoll((*match)[1]);
    for (int offset = -20; offset <= 20; offset++) add(static_cast<long double>(at) + offset);
    const double spacing =
        std::nextafter(std::abs(static_cast<double>(at)), INFINITY) - std::abs(static_cast<double>(at));
    for (int offset = -100; offset <= 100; offset++) add(at + static_cast<long double>(spacing) * offset);
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; i++) {
    const auto number = static_cast<int64_t>(random() >> (random() % 64));
    add(number);
    add(-static_cast<long double>(number));
  }
  return {points.begin(), points.end()};
}

std::vector<std::optional<std::string>> InSqlite(const std::string &expression, const Integers &points) {
  sqlite3 *db = nullptr;
  sqlite3_open(":memory:", &db);
  sqlite3_exec(db, "CREATE TABLE t(i INTEGER)", nullptr, nullptr, nullptr);
  sqlite3_stmt *statement = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?)", -1, &statement, nullptr);
  for (const auto point : points) {
    sqlite3_bind_int64(statement, 1, point);
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  std::vector<std::optional<std::string>> values;
  const auto select = "SELECT CAST(" + expression + " AS INTEGER) FROM t ORDER BY rowid";
  EXPECT_EQ(sqlite3_prepare_v2(db, select.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  while (sqlite3_step(statement) == SQLITE_ROW) values.emplace_back(std::to_string(sqlite3_column_int64(statement, 0)));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return values;
}

struct StepCase {
  const char *expression, *domain;
};

class Steps : public testing::TestWithParam<StepCase> {};

TEST_P(Steps, AreDuckdbsOnEveryRow) {
  TranslateBed bed;
  const auto verdict = bed.Value(GetParam().expression);
  ASSERT_TRUE(verdict.translated) << verdict.reason;
  const auto points = PointsFor(verdict.sql);
  const auto in_sqlite = InSqlite(verdict.sql, points);
  ASSERT_EQ(in_sqlite.size(), points.size());
  duckdb::DuckDB database(nullptr);
  duckdb::Connection connection(database);
  connection.Query("CREATE TABLE t(i BIGINT, sqlite BIGINT)");
  duckdb::Appender appender(connection, "t");
  for (size_t row = 0; row < points.size(); row++)
    appender.AppendRow(points[row], static_cast<int64_t>(std::stoll(*in_sqlite[row])));
  appender.Close();
  const std::string expression = GetParam().expression;
  auto differ = connection.Query("SELECT count(*), count(*) FILTER (" + expression + " <> sqlite), min(i) FILTER (" +
                                 expression + " <> sqlite) FROM t WHERE " + GetParam().domain);
  ASSERT_FALSE(differ->HasError()) << differ->GetError();
  EXPECT_GT(differ->GetValue(0, 0).GetValue<int64_t>(), 10000);
  EXPECT_EQ(differ->GetValue(1, 0).GetValue<int64_t>(), 0) << differ->GetValue(2, 0).ToString();
}

INSTANTIATE_TEST_SUITE_P(
    , Steps,
    testing::Values(StepCase{"floor(log2(i))", "i > 0"}, StepCase{"floor(4 * log2(i))::INT", "i > 0"},
                    StepCase{"floor(8 * log2(i))::INT", "i > 0"}, StepCase{"(5 * log2(i))::INT", "i > 0"},
                    StepCase{"round(20 * log10(i))", "i > 0"}, StepCase{"ceil(-10 * ln(i))::INT", "i > 0"},
                    StepCase{"trunc(log(1.1, i))::INT", "i > 0"},
                    StepCase{"floor(10 * log10(-i))::INT", "i < 0 AND i > -9223372036854775808"},
                    StepCase{"floor(cbrt(i) / 10000)::INT", "i > -1000000000000000 AND i < 1000000000000000"},
                    StepCase{"floor(sqrt(i) / 1e7)", "i >= 0"},
                    StepCase{"trunc(-8 * log10(i) + 0.5)::SMALLINT", "i > 0"},
                    StepCase{"ceil(2 * ln(i / 1000.0) + 100)::BIGINT", "i > 0"},
                    StepCase{"round(log(1.5, i) * 2)::INTEGER", "i > 0"},
                    StepCase{"floor(log(i // 1000))", "i >= 1000"},
                    StepCase{"floor(-(sqrt(i) / 1e7))::BIGINT", "i > 0"}, StepCase{"(log2(i) <> 3)::INT", "i > 0"},
                    StepCase{"(sqrt(i) < 3)::INT", "i >= 0"}, StepCase{"(ln(i) BETWEEN 7 AND 36.5)::INT", "i > 0"},
                    StepCase{"(cbrt(i) >= -1)::INT", "true"}, StepCase{"(log10(i) >= 18)::INT", "i > 0"},

                    StepCase{"floor(log2(greatest(i, 1)) * 3)::BIGINT", "true"}));

}  // namespace
}  // namespace shardite
