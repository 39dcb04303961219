// Patterns that SQLite has no form for (text_functions.hpp). What every match must hold finds the candidates:
//
//   regexp_matches(Body, 'timeout after [0-9]+ms')   ->   instr(Body, 'timeout after ') > 0, checked again here
//
// Safe because a match of the pattern holds the literals, and the local filter stays.
#include <algorithm>

#include "engine/translate/like_pattern.hpp"
#include "engine/translate/regex_literals.hpp"
#include "engine/translate/text_functions.hpp"

namespace shardite {
namespace {

std::optional<RegexLiterals> LiteralsOf(const duckdb::BoundFunctionExpression &call) {
  const auto pattern = ConstantText(*call.children[1]);
  if (!pattern) return std::nullopt;
  auto letters = RegexCase::SENSITIVE;
  if (call.children.size() > 2) {
    const auto options = ConstantText(*call.children[2]);
    if (!options || options->find_first_not_of("cimnps") != std::string::npos) return std::nullopt;
    for (const char option : *options) {
      if (option == 'i') letters = RegexCase::IGNORED;
      if (option == 'c') letters = RegexCase::SENSITIVE;
    }
  }
  const bool full = call.function.name == "regexp_full_match";
  return ReadRegex(*pattern, letters, full ? RegexMatch::FULL : RegexMatch::PART);
}

/// What a match of the branch needs; empty when that is nothing.
std::vector<RemoteExpr> Needs(const RemoteExpr &text, const RegexBranch &branch) {
  std::vector<RemoteExpr> needs;
  if (!branch.prefix.empty()) needs.push_back(HasPrefix(text, branch.prefix));
  if (!branch.suffix.empty()) needs.push_back(HasSuffix(text, branch.suffix));
  // The longest of the others tells most.
  const auto longest = std::max_element(branch.parts.begin(), branch.parts.end(),
                                        [](const std::string &a, const std::string &b) { return a.size() < b.size(); });
  if (longest != branch.parts.end()) needs.push_back(HasPart(text, RemoteExpr::Text(*longest)));
  return needs;
}

/// The branch itself, when it is but one literal.
std::optional<RemoteExpr> WholeBranch(const RemoteExpr &text, const RegexBranch &branch) {
  if (!branch.is_literal) return std::nullopt;
  if (branch.from_start && branch.to_end) return RemoteExpr::Infix("=", text, RemoteExpr::Text(branch.prefix));
  if (!branch.prefix.empty()) return HasPrefix(text, branch.prefix);
  if (!branch.suffix.empty()) return HasSuffix(text, branch.suffix);
  if (branch.parts.size() != 1) return std::nullopt;
  return HasPart(text, RemoteExpr::Text(branch.parts[0]));
}

std::optional<RemoteExpr> NecessaryForRegex(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto literals = LiteralsOf(call);
  if (!literals) return scope.Refuse("a regular expression that is not looked into for literals");
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text || !text->witnesses.empty()) return std::nullopt;
  const bool folds = literals->letters == RegexCase::IGNORED;
  const auto searched = folds ? RemoteExpr::Call("lower", {text->expr}) : text->expr;
  std::vector<RemoteExpr> alternatives;
  for (const auto &branch : literals->branches) {
    auto needs = Needs(searched, branch);
    if (needs.empty()) return scope.Refuse("a regular expression without a literal that every match holds");
    alternatives.push_back(RemoteExpr::And(std::move(needs)));
  }
  scope.reason = "SQLite has no regular expressions: the shard looks for the literals of this one";
  return RemoteExpr::Or(std::move(alternatives));
}

/// The ASCII parts of a pattern, without the letters into which others fold.
std::optional<RemoteExpr> NecessaryForIlike(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto constant = ConstantText(*call.children[1]);
  const auto pattern = constant && call.children.size() == 2 ? LikePattern::OfLike(*constant) : std::nullopt;
  if (!pattern) return std::nullopt;
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text || !text->witnesses.empty()) return std::nullopt;
  std::string longest, part;
  for (const auto &literal : pattern->Literals()) {
    for (const char c : duckdb::StringUtil::Lower(literal) + '\x80') {
      if (static_cast<unsigned char>(c) < 0x80 && c != 'k' && c != 'i') {
        part += c;
        continue;
      }
      if (part.size() > longest.size()) longest = part;
      part.clear();
    }
  }
  if (longest.empty()) return std::nullopt;
  scope.reason = "SQLite folds ASCII only: the shard looks for the longest ASCII part of the pattern";
  return HasPart(RemoteExpr::Call("lower", {text->expr}), RemoteExpr::Text(longest));
}

}  // namespace

std::optional<Translation> TranslateRegex(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto literals = LiteralsOf(call);
  if (!literals || literals->letters == RegexCase::IGNORED) return scope.Refuse("SQLite has no regular expressions");
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text) return std::nullopt;
  std::vector<RemoteExpr> alternatives;
  for (const auto &branch : literals->branches) {
    auto whole = WholeBranch(text->expr, branch);
    if (!whole) return scope.Refuse("SQLite has no regular expressions");
    alternatives.push_back(std::move(*whole));
  }
  return Combine(RemoteExpr::Or(std::move(alternatives)), call.return_type, Encoding::BOOLEAN, *text);
}

std::optional<RemoteExpr> NecessaryText(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  if (name == "regexp_matches" || name == "regexp_full_match") return NecessaryForRegex(scope, call);
  if (name == "~~*") return NecessaryForIlike(scope, call);
  return std::nullopt;
}

}  // namespace shardite
