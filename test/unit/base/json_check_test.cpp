#include "base/json_check.hpp"

#include <string>

#include <gtest/gtest.h>

namespace shardite {
namespace {

TEST(IsJson, TakesDocuments) {
  for (const char *text :
       {"{}", "[]", "null", "true", " false\r\n", "0", "-0", "-1.5e+10", "123456789012345678901234567890", "1E400",
        R"("")", R"("a\"b\\\/\b\f\n\r\té")", R"({"a":[1,{"b":null}], "a": "x" })", "[\n 1,\t2 ]", "\"\xC3\xA9\""}) {
    EXPECT_TRUE(IsJson(text)) << text;
  }
  EXPECT_TRUE(IsJson(std::string(500, '[') + std::string(500, ']')));
}

TEST(IsJson, RefusesEverythingElse) {
  for (const char *text :
       {"",    " ",       "not json",    "nul",    "NaN",   "Infinity", "01",       "+1",     "1.",         ".5",
        "1e",  "-",       "{",           "[1,]",   "[1 2]", "{\"a\"}",  "{\"a\":}", "{a:1}",  "{\"a\":1,}", "'a'",
        "\"a", "\"\\x\"", "\"\\u00g0\"", "\"\n\"", "1 2",   "{}x",      "[}",       "// c\n1"}) {
    EXPECT_FALSE(IsJson(text)) << text;
  }
  EXPECT_FALSE(IsJson(std::string(100'000, '[')));
  EXPECT_FALSE(IsJson(std::string_view("1\0", 2)));
}

}  // namespace
}  // namespace shardite
