#pragma once
// A pattern of LIKE or GLOB, taken apart, and the SQL that matches it as DuckDB does: by bytes where it can be, by
// SQLite's GLOB where it must be. SQLite's own LIKE folds ASCII case and is never sent.

#include <optional>
#include <string>
#include <vector>

#include "engine/translate/scope.hpp"

namespace shardite {

class LikePattern {
 public:
  /// % and _, and the character that takes their meaning away, if any. nullopt: DuckDB refuses the pattern, or it holds
  /// a NUL byte.
  static std::optional<LikePattern> OfLike(const std::string &pattern, std::optional<char> escape = std::nullopt);
  /// DuckDB's GLOB with * and escaped characters. nullopt for ? (one byte there, one character in SQLite) and [..].
  static std::optional<LikePattern> OfGlob(const std::string &pattern);

  /// Whether `text` matches. Text with a NUL byte, where GLOB stops, is witnessed unless the pattern needs no GLOB.
  Translation Match(const Translation &text) const;
  /// What every matching text holds, in order; "" never among them.
  std::vector<std::string> Literals() const;

 private:
  enum class Kind { TEXT, ONE, RUN };
  struct Token {
    Kind kind;
    std::string text;
  };
  void AddText(char c);
  void Add(Kind kind);
  bool Is(std::initializer_list<Kind> kinds) const;
  std::string Glob() const;

  std::vector<Token> tokens_;
};

/// `text` begins with `prefix`, as a range that an index serves.
RemoteExpr HasPrefix(const RemoteExpr &text, const std::string &prefix);
/// `text` ends with `suffix`, by bytes.
RemoteExpr HasSuffix(const RemoteExpr &text, const std::string &suffix);
/// `text` holds `part`.
RemoteExpr HasPart(const RemoteExpr &text, const RemoteExpr &part);
/// `text` matches SQLite's GLOB pattern, up to its first NUL byte.
RemoteExpr Globs(const RemoteExpr &text, const std::string &pattern);
/// Violated by text with a NUL byte, where several of SQLite's text functions stop.
RemoteQuery::Witness HasNul(const RemoteExpr &text);

}  // namespace shardite
