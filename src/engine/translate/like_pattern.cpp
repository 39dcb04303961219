#include "engine/translate/like_pattern.hpp"

#include <algorithm>

namespace shardite {
namespace {

RemoteExpr AsBlob(RemoteExpr text) { return RemoteExpr::Cast(std::move(text), "BLOB"); }

RemoteExpr AtLeastBytes(const RemoteExpr &text, size_t bytes) {
  return RemoteExpr::Infix(">=", RemoteExpr::Call("length", {AsBlob(text)}),
                           RemoteExpr::Integer(static_cast<int64_t>(bytes)));
}

/// The least text above all that begin with `prefix`: its last code point plus one (UTF-8 sorts as code points do);
/// nullopt where that takes more than its last byte.
std::optional<std::string> AfterPrefix(std::string prefix) {
  if (prefix.empty()) return std::nullopt;
  const auto last = static_cast<unsigned char>(prefix.back());
  if (last == 0x7F || last == 0xBF) return std::nullopt;
  prefix.back() = static_cast<char>(last + 1);
  return prefix;
}

}  // namespace

RemoteExpr HasPrefix(const RemoteExpr &text, const std::string &prefix) {
  std::vector<RemoteExpr> bounds = {RemoteExpr::Infix(">=", text, RemoteExpr::Text(prefix))};
  if (auto after = AfterPrefix(prefix)) {
    bounds.push_back(RemoteExpr::Infix("<", text, RemoteExpr::Text(std::move(*after))));
  } else if (!prefix.empty()) {
    auto head = RemoteExpr::Call(
        "substr", {AsBlob(text), RemoteExpr::Integer(1), RemoteExpr::Integer(static_cast<int64_t>(prefix.size()))});
    bounds.push_back(RemoteExpr::Infix("=", std::move(head), RemoteExpr::Literal(SqliteBlob{prefix})));
  }
  return RemoteExpr::And(std::move(bounds));
}

RemoteExpr HasSuffix(const RemoteExpr &text, const std::string &suffix) {
  // By bytes, as DuckDB does: on text, substr() would stop at a NUL; of an empty BLOB it is NULL.
  auto tail = RemoteExpr::Call("substr", {AsBlob(text), RemoteExpr::Integer(-static_cast<int64_t>(suffix.size()))});
  return RemoteExpr::And({AtLeastBytes(text, suffix.size()),
                          RemoteExpr::Infix("=", std::move(tail), RemoteExpr::Literal(SqliteBlob{suffix}))});
}

RemoteExpr HasPart(const RemoteExpr &text, const RemoteExpr &part) {
  return RemoteExpr::Infix(">", RemoteExpr::Call("instr", {text, part}), RemoteExpr::Integer(0));
}

RemoteExpr Globs(const RemoteExpr &text, const std::string &pattern) {
  return RemoteExpr::Infix("GLOB", text, RemoteExpr::Text(pattern));
}

RemoteQuery::Witness HasNul(const RemoteExpr &text) {
  return {HasPart(text, RemoteExpr::Call("char", {RemoteExpr::Integer(0)})), "text with a NUL byte"};
}

void LikePattern::AddText(char c) {
  if (tokens_.empty() || tokens_.back().kind != Kind::TEXT) tokens_.push_back({Kind::TEXT, ""});
  tokens_.back().text += c;
}

void LikePattern::Add(Kind kind) {
  if (kind == Kind::RUN && !tokens_.empty() && tokens_.back().kind == Kind::RUN) return;
  tokens_.push_back({kind, ""});
}

std::optional<LikePattern> LikePattern::OfLike(const std::string &pattern, std::optional<char> escape) {
  if (pattern.find('\0') != std::string::npos) return std::nullopt;
  LikePattern result;
  for (size_t i = 0; i < pattern.size(); i++) {
    if (escape && pattern[i] == *escape) {
      if (++i == pattern.size()) return std::nullopt;
      result.AddText(pattern[i]);
    } else if (pattern[i] == '%') {
      result.Add(Kind::RUN);
    } else if (pattern[i] == '_') {
      result.Add(Kind::ONE);
    } else {
      result.AddText(pattern[i]);
    }
  }
  return result;
}

std::optional<LikePattern> LikePattern::OfGlob(const std::string &pattern) {
  if (pattern.find_first_of(std::string("?[\0", 3)) != std::string::npos) return std::nullopt;
  LikePattern result;
  for (size_t i = 0; i < pattern.size(); i++) {
    if (pattern[i] == '*') {
      result.Add(Kind::RUN);
    } else {
      if (pattern[i] == '\\' && ++i == pattern.size()) return std::nullopt;
      result.AddText(pattern[i]);
    }
  }
  return result;
}

bool LikePattern::Is(std::initializer_list<Kind> kinds) const {
  return std::equal(tokens_.begin(), tokens_.end(), kinds.begin(), kinds.end(),
                    [](const Token &token, Kind kind) { return token.kind == kind; });
}

/// As SQLite's GLOB writes it: brackets around what it takes for special.
std::string LikePattern::Glob() const {
  std::string glob;
  for (const auto &token : tokens_) {
    if (token.kind == Kind::RUN) glob += '*';
    if (token.kind == Kind::ONE) glob += '?';
    for (const char c : token.text) {
      const bool special = c == '*' || c == '?' || c == '[';
      glob += special ? std::string("[") + c + "]" : std::string(1, c);
    }
  }
  return glob;
}

Translation LikePattern::Match(const Translation &text) const {
  const auto matches = [&](RemoteExpr condition) {
    return Combine(std::move(condition), duckdb::LogicalType::BOOLEAN, Encoding::BOOLEAN, text);
  };
  if (tokens_.empty()) return matches(RemoteExpr::Infix("=", text.expr, RemoteExpr::Text("")));
  const auto &first = tokens_.front().text;
  const auto &last = tokens_.back().text;
  if (Is({Kind::RUN})) return matches(RemoteExpr::Infix("=", text.expr, text.expr));
  if (Is({Kind::TEXT})) return matches(RemoteExpr::Infix("=", text.expr, RemoteExpr::Text(first)));
  if (Is({Kind::TEXT, Kind::RUN})) return matches(HasPrefix(text.expr, first));
  if (Is({Kind::RUN, Kind::TEXT})) return matches(HasSuffix(text.expr, last));
  if (Is({Kind::RUN, Kind::TEXT, Kind::RUN})) {
    return matches(HasPart(text.expr, RemoteExpr::Text(tokens_[1].text)));
  }
  if (Is({Kind::TEXT, Kind::RUN, Kind::TEXT})) {
    return matches(RemoteExpr::And({HasPrefix(text.expr, first), AtLeastBytes(text.expr, first.size() + last.size()),
                                    HasSuffix(text.expr, last)}));
  }
  auto result = matches(Globs(text.expr, Glob()));
  result.witnesses.push_back(HasNul(text.expr));
  return result;
}

std::vector<std::string> LikePattern::Literals() const {
  std::vector<std::string> literals;
  for (const auto &token : tokens_) {
    if (!token.text.empty()) literals.push_back(token.text);
  }
  return literals;
}

}  // namespace shardite
