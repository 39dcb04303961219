#pragma once
// What every match of a regular expression (RE2's syntax) must hold. SQLite has no regular expressions; the literal
// parts of one find the candidates, and where it is nothing but literals they find the matches themselves.

#include <optional>
#include <string>
#include <vector>

namespace shardite {

/// One top-level alternative: a|b has two.
struct RegexBranch {
  std::string prefix;              // the match begins so, at the start of the text
  std::string suffix;              // and ends so, at the end of the text
  std::vector<std::string> parts;  // and holds these somewhere
  bool from_start = false;         // begins with ^
  bool to_end = false;             // ends with $
  bool is_literal = true;          // nothing but one literal and anchors
};

enum class RegexCase { SENSITIVE, IGNORED };
enum class RegexMatch { PART, FULL };  // a match of part of the text, or of all of it

struct RegexLiterals {
  std::vector<RegexBranch> branches;
  /// IGNORED: the literals are ASCII in lower case, without letters to which a character beyond ASCII folds (k, s).
  RegexCase letters = RegexCase::SENSITIVE;
};

/// nullopt for syntax that is not looked into (\Q, \x41, \pL, flags inside the pattern). A pattern that RE2 refuses may
/// pass: DuckDB has reported it by then.
std::optional<RegexLiterals> ReadRegex(const std::string &pattern, RegexCase letters, RegexMatch match);

}  // namespace shardite
