#include "remote/reading_statement.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace shardite {

namespace {

constexpr std::string_view DESCRIBING_PRAGMAS[] = {
    "application_id", "collation_list", "compile_options", "data_version", "database_list", "encoding",
    "freelist_count", "function_list",  "journal_mode",    "module_list",  "page_count",    "page_size",
    "pragma_list",    "schema_version", "table_list",      "user_version",
};
constexpr std::string_view PRAGMAS_ABOUT_A_NAME[] = {
    "foreign_key_list", "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo",
};

template <size_t size>
bool IsAmong(const std::string_view (&words)[size], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

enum class Kind { END, WORD, SEMICOLON, DOT, OTHER };
struct Token {
  Kind kind = Kind::END;
  std::string word;  // in lower case
};

size_t EndOfQuoted(std::string_view sql, size_t begin) {
  const char close = sql[begin] == '[' ? ']' : sql[begin];
  const size_t end = sql.find(close, begin + 1);
  // A doubled quote is read as two quoted texts side by side, which ends at the same place.
  return end == std::string_view::npos ? sql.size() : end + 1;
}

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0; }

Token NextToken(std::string_view sql, size_t &at) {
  while (at < sql.size()) {
    const char c = sql[at];
    const std::string_view two = sql.substr(at, 2);
    if (std::isspace(static_cast<unsigned char>(c))) {
      at++;
    } else if (two == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (two == "/*") {
      const size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
      at = EndOfQuoted(sql, at);
      return {Kind::OTHER, ""};
    } else if (IsWordCharacter(c)) {
      Token token{Kind::WORD, ""};
      for (; at < sql.size() && IsWordCharacter(sql[at]); at++) {
        token.word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
      }
      return token;
    } else {
      at++;
      return {c == ';' ? Kind::SEMICOLON : c == '.' ? Kind::DOT : Kind::OTHER, ""};
    }
  }
  return {};
}

// PRAGMA [schema.]name [(argument) | = value]
bool IsReadingPragmaStatement(const std::vector<Token> &tokens) {
  size_t name = 1;
  if (tokens.size() > 3 && tokens[2].kind == Kind::DOT) name = 3;
  if (tokens.size() <= name || tokens[name].kind != Kind::WORD) return false;
  return IsReadingPragma(tokens[name].word, tokens.size() > name + 1);
}

}  // namespace

bool IsReadingPragma(std::string_view name, bool has_argument) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return IsAmong(PRAGMAS_ABOUT_A_NAME, lower) || (!has_argument && IsAmong(DESCRIBING_PRAGMAS, lower));
}

bool IsBlankSql(std::string_view sql) {
  size_t at = 0;
  Token token = NextToken(sql, at);
  while (token.kind == Kind::SEMICOLON) token = NextToken(sql, at);
  return token.kind == Kind::END;
}

bool IsOneReadingStatement(std::string_view sql) {
  static constexpr std::string_view READING[] = {"select", "with", "values", "explain"};
  std::vector<Token> tokens;
  size_t at = 0;
  for (Token token = NextToken(sql, at); token.kind != Kind::END; token = NextToken(sql, at)) tokens.push_back(token);
  while (!tokens.empty() && tokens.back().kind == Kind::SEMICOLON) tokens.pop_back();
  const auto is_semicolon = [](const Token &token) { return token.kind == Kind::SEMICOLON; };
  if (tokens.empty() || std::any_of(tokens.begin(), tokens.end(), is_semicolon)) return false;
  if (tokens[0].kind != Kind::WORD) return false;
  if (tokens[0].word == "pragma") return IsReadingPragmaStatement(tokens);
  return IsAmong(READING, tokens[0].word);
}

}  // namespace shardite
