#include "cli/shell/statement_buffer.hpp"

#include <gtest/gtest.h>

namespace shardite {
namespace {

TEST(StatementBuffer, EndsAtASemicolonOutsideOfQuotesAndComments) {
  for (const auto *sql :
       {"SELECT 1;", "SELECT ';';", "SELECT \";\";\n", "SELECT 1; -- why; not", "SELECT 1; /* ; */ ", "SELECT $$;$$;",
        "SELECT $a$ $$ ; $a$;", "SELECT 'it''s';", "SELECT E'\\'';", "", "  \n", "-- nothing", "SELECT $1;", ";"}) {
    EXPECT_TRUE(IsCompleteStatement(sql)) << sql;
  }
  for (const auto *sql : {"SELECT 1", "SELECT ';", "SELECT \";", "SELECT 1 -- ;", "SELECT 1 /* ;", "SELECT $$;",
                          "SELECT $a$;$$;", "SELECT 1; SELECT 2", "SELECT E'\\';", "/* /* */ ;"}) {
    EXPECT_FALSE(IsCompleteStatement(sql)) << sql;
  }
}

TEST(StatementBuffer, KnowsWhatHoldsNothing) {
  for (const auto *sql : {"", ";", " ;; -- x", "/* ; */"}) EXPECT_TRUE(IsBlankStatement(sql)) << sql;
  for (const auto *sql : {"1", "'", "SELECT 1"}) EXPECT_FALSE(IsBlankStatement(sql)) << sql;
}

TEST(StatementBuffer, HistoryIsOneLineWhereThatChangesNothing) {
  EXPECT_EQ(AsHistoryLine("SELECT 1,\n  2;\n"), "SELECT 1,   2;");
  EXPECT_EQ(AsHistoryLine("SELECT 'a\nb';"), "SELECT 'a\nb';");
  EXPECT_EQ(AsHistoryLine("SELECT 1 -- one\n, 2;"), "SELECT 1 -- one\n, 2;");
}

}  // namespace
}  // namespace shardite
