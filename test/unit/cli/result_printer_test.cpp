#include "cli/result_printer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace shardite {
namespace {

/// What a query's result looks like in a format.
std::string Printed(const std::string &sql, OutputFormat format) {
  duckdb::DuckDB database(nullptr);
  duckdb::Connection connection(database);
  const auto result = connection.Query(sql);
  EXPECT_FALSE(result->HasError()) << result->GetError();
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  std::string text;
  {
    Output output(ends[1]);
    PrintSettings settings;
    settings.format = format;
    const auto printer = MakeResultPrinter(settings, *connection.context, output);
    printer->Begin(result->names, result->types);
    while (auto chunk = result->Fetch()) printer->Rows(*chunk);
    printer->End();
    text = output.Pending();
    output.Discard();
  }
  close(ends[0]);
  close(ends[1]);
  return text;
}

TEST(Csv, QuotesAsDuckDbDoes) {
  EXPECT_EQ(Printed("SELECT 'a,b' AS \"x,y\", 'q\"q' AS b, '' AS c, NULL::INT AS d, '#' AS e, chr(10) AS f, 'é' AS g",
                    OutputFormat::CSV),
            "\"x,y\",b,c,d,e,f,g\n\"a,b\",\"q\"\"q\",\"\",,\"#\",\"\n\",é\n");
  EXPECT_EQ(Printed("SELECT 1.50::DECIMAL(4,2) a, [1, NULL] b, TIMESTAMP_NS '2026-11-20 00:00:00.000000001' c, true d",
                    OutputFormat::CSV),
            "a,b,c,d\n1.50,\"[1, NULL]\",2026-11-20 00:00:00.000000001,true\n");
}

TEST(Json, NumbersStayNumbersAtAnySize) {
  EXPECT_EQ(Printed("SELECT 9223372036854775807 a, 170141183460469231731687303715884105727::HUGEINT b, 0.1::DOUBLE c, "
                    "-1.50::DECIMAL(4,2) d, false e, NULL f",
                    OutputFormat::NDJSON),
            "{\"a\":9223372036854775807,\"b\":170141183460469231731687303715884105727,\"c\":0.1,\"d\":-1.50,"
            "\"e\":false,\"f\":null}\n");
}

TEST(Json, WhatJsonLacksIsText) {
  EXPECT_EQ(Printed("SELECT 'inf'::DOUBLE a, '-inf'::DOUBLE b, 'nan'::FLOAT c, '\\x00A'::BLOB d, DATE '2026-11-20' e",
                    OutputFormat::NDJSON),
            "{\"a\":\"inf\",\"b\":\"-inf\",\"c\":\"nan\",\"d\":\"\\\\x00A\",\"e\":\"2026-11-20\"}\n");
}

TEST(Json, NestedValuesAreJson) {
  EXPECT_EQ(Printed("SELECT [1, NULL] a, {'x': 'y\"', 'z': [2]} b, MAP {'k': 1} c, '{\"j\": 1}'::JSON d, "
                    "union_value(u := 3) e, [DATE '2026-11-20'] f",
                    OutputFormat::NDJSON),
            "{\"a\":[1,null],\"b\":{\"x\":\"y\\\"\",\"z\":[2]},\"c\":{\"k\":1},\"d\":{\"j\": 1},\"e\":3,"
            "\"f\":[\"2026-11-20\"]}\n");
}

TEST(Json, ArraysEvenWithoutRows) {
  EXPECT_EQ(Printed("SELECT 1 AS a WHERE false", OutputFormat::JSON), "[]\n");
  EXPECT_EQ(Printed("SELECT range AS a FROM range(2)", OutputFormat::JSON), "[{\"a\":0},\n{\"a\":1}]\n");
}

TEST(Json, EscapesControlCharacters) {
  EXPECT_EQ(Printed("SELECT 'a' || chr(1) || chr(9) || chr(0) || '\\' AS t", OutputFormat::NDJSON),
            "{\"t\":\"a\\u0001\\t\\u0000\\\\\"}\n");
}

TEST(Table, ShowsAllColumnsIntoAPipe) {
  std::string sql = "SELECT ";
  for (int i = 0; i < 40; i++) sql += (i ? ", " : "") + std::string("'value' AS column_") + std::to_string(i);
  const auto text = Printed(sql, OutputFormat::TABLE);
  EXPECT_NE(text.find("column_20"), std::string::npos);
  EXPECT_NE(text.find("column_39"), std::string::npos);
}

}  // namespace
}  // namespace shardite
