#include "sqlite/select_guard.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace shardite {

namespace {

// The words and semicolons outside of strings, quoted names and comments.
std::vector<std::string> Words(const std::string &sql) {
  std::vector<std::string> words;
  size_t at = 0;
  const auto skip_to = [&](const std::string &end) {
    const auto found = sql.find(end, at);
    at = found == std::string::npos ? sql.size() : found + end.size();
  };
  while (at < sql.size()) {
    const char c = sql[at];
    if (sql.compare(at, 2, "--") == 0) {
      skip_to("\n");
    } else if (sql.compare(at, 2, "/*") == 0) {
      at += 2;
      skip_to("*/");
    } else if (c == '\'' || c == '"' || c == '`') {
      at++;  // a doubled quote only begins the next quoted part
      skip_to(std::string(1, c));
    } else if (c == '[') {
      skip_to("]");
    } else if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') {
      std::string word;
      while (at < sql.size() && (std::isalnum(static_cast<unsigned char>(sql[at])) != 0 || sql[at] == '_')) {
        word += static_cast<char>(std::toupper(static_cast<unsigned char>(sql[at++])));
      }
      words.push_back(word);
    } else {
      if (c == ';') words.emplace_back(";");
      at++;
    }
  }
  while (!words.empty() && words.back() == ";") words.pop_back();
  return words;
}

}  // namespace

std::optional<std::string> RefuseUnlessSelect(const std::string &sql) {
  if (sql.find('\0') != std::string::npos) return "the statement holds a NUL byte";
  const auto words = Words(sql);
  if (words.empty()) return "there is no statement";
  if (std::find(words.begin(), words.end(), ";") != words.end()) return "only one statement is allowed";
  static constexpr std::array<const char *, 3> READING = {"SELECT", "WITH", "VALUES"};
  if (std::find(READING.begin(), READING.end(), words[0]) == READING.end()) {
    return "only SELECT is allowed, not " + words[0];
  }
  static constexpr std::array<const char *, 10> REFUSED = {
      "INSERT", "UPDATE", "DELETE", "REPLACE", "ATTACH", "PRAGMA", "READFILE", "WRITEFILE", "LOAD_EXTENSION", "EDIT"};
  for (const auto *word : REFUSED) {
    // REPLACE is also a harmless function; only WITH can lead to a write.
    const bool harmless = std::string(word) == "REPLACE" && words[0] != "WITH";
    if (!harmless && std::find(words.begin(), words.end(), word) != words.end()) {
      return std::string(word) + " is not allowed in a reading statement";
    }
  }
  return std::nullopt;
}

}  // namespace shardite
