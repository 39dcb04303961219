// What a regular expression's matches must hold, and the syntax that is not looked into.

#include <gtest/gtest.h>

#include "engine/translate/regex_literals.hpp"

namespace shardite {
namespace {

/// "^prefix + part + part + suffix$", branches between |; a trailing ! where the branch is but a literal.
std::string Summary(const std::string &pattern, RegexMatch match = RegexMatch::PART) {
  const auto literals = ReadRegex(pattern, RegexCase::SENSITIVE, match);
  if (!literals) return "unread";
  std::string out;
  for (const auto &branch : literals->branches) {
    if (!out.empty()) out += " | ";
    std::string needs = branch.prefix.empty() ? "" : "^" + branch.prefix;
    for (const auto &part : branch.parts) needs += (needs.empty() ? "" : " + ") + part;
    if (!branch.suffix.empty()) needs += (needs.empty() ? "" : " + ") + branch.suffix + "$";
    out += needs + (branch.is_literal ? "!" : "");
  }
  return out;
}

TEST(RegexLiterals, AreWhatEveryMatchHolds) {
  const struct {
    const char *pattern, *summary;
  } cases[] = {
      {"abc", "abc!"},
      {"^abc", "^abc!"},
      {"abc$", "abc$!"},
      {"^abc$", "^abc + abc$!"},
      {"a|bc|^d", "a! | bc! | ^d!"},
      {"ab.cd", "ab + cd"},
      {"ab?c", "a + c"},
      {"ab*c", "a + c"},
      {"ab+c", "ab + c"},
      {"ab+?c", "ab + c"},
      {"ab{0,3}c", "a + c"},
      {"ab{2}c", "ab + c"},
      {"éé?x", "é + x"},
      {"a(b|c)d", "a + d"},
      {"a(b|c)?d", "a + d"},
      {"a(?:b(c)\\))d", "a + d"},
      {"a[b-d]e[^]x]f", "a + e + f"},
      {"a[[:digit:]]b", "a + b"},
      {"\\d+ms", "ms"},
      {"a\\.b\\[c", "a.b[c!"},
      {"a\\tb", "a\tb!"},
      {"^a.*b$", "^a + b$"},
      {"^[ab]c", "c"},
      {"\\Aab\\z", "^ab + ab$!"},
      {"", "!"},
      {"^", "!"},
      {".*", ""},
      {"\\bab\\b", "ab"},
  };
  for (const auto &test : cases) EXPECT_EQ(Summary(test.pattern), test.summary) << test.pattern;
  EXPECT_EQ(Summary("ab|c.d", RegexMatch::FULL), "^ab + ab$! | ^c + d$");
}

TEST(RegexLiterals, OfUnknownSyntaxAreNotRead) {
  for (const char *pattern : {"\\Qa.b\\E", "a\\x41", "\\pL", "(?s)a.b", "a(?i)b", "a{,3}", "a{x}", "a$b", "a^b", "a)b",
                              "(ab", "[ab", "a**", "*a", "a\\", "x*^y", "[\\Q]\\E]a"}) {
    EXPECT_EQ(Summary(pattern), "unread") << pattern;
  }
  EXPECT_FALSE(ReadRegex(std::string("a\0b", 3), RegexCase::SENSITIVE, RegexMatch::PART));
}

TEST(RegexLiterals, WithoutCaseLeaveOutWhatFolds) {
  const auto literals = ReadRegex("(?i)Task FAILED: é?X", RegexCase::SENSITIVE, RegexMatch::PART);
  ASSERT_TRUE(literals);
  EXPECT_EQ(literals->letters, RegexCase::IGNORED);
  EXPECT_EQ(literals->branches[0].parts, (std::vector<std::string>{"ta", " failed: ", "x"}));
  EXPECT_FALSE(literals->branches[0].is_literal);
}

}  // namespace
}  // namespace shardite
