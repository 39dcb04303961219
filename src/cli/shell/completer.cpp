#include "cli/shell/completer.hpp"

#include <algorithm>
#include <cctype>
#include <duckdb/parser/keyword_helper.hpp>
#include <set>

#include "cli/shell/dot_commands.hpp"

namespace shardite {

namespace {

bool StartsWithIgnoringCase(const std::string &text, const std::string &prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

/// Where the word at the end of the text begins; a quoted name begins at its quote.
size_t WordStart(const std::string &text) {
  const auto quotes = std::count(text.begin(), text.end(), '"');
  if (quotes % 2 == 1) return text.rfind('"');
  size_t start = text.size();
  while (start > 0) {
    const auto byte = static_cast<unsigned char>(text[start - 1]);
    if (!std::isalnum(byte) && byte != '_' && byte < 0x80) break;
    start--;
  }
  return start;
}

}  // namespace

Completer::Completer(Session &session) : session_(session) {
  const auto result = session.Connection().Query(
      "SELECT DISTINCT unnest([table_name, column_name]) AS name FROM duckdb_columns() WHERE database_name = "
      "current_database() ORDER BY name");
  if (result->HasError()) return;  // completion then offers DuckDB's own words only
  for (const auto &row : *result) {
    names_.push_back(duckdb::KeywordHelper::WriteOptionallyQuoted(row.GetValue<std::string>(0)));
  }
}

Completions Completer::Complete(const std::string &pending, const std::string &before_cursor) {
  Completions completions;
  if (pending.empty() && before_cursor.starts_with(".") && before_cursor.find(' ') == std::string::npos) {
    for (const auto &name : DotCommandNames()) {
      if (name.starts_with(before_cursor)) completions.words.push_back(name);
    }
    return completions;
  }
  completions.start = WordStart(before_cursor);
  const auto word = before_cursor.substr(completions.start);
  std::set<std::string> offered;
  const auto offer = [&](const std::string &text) {
    if (StartsWithIgnoringCase(text, word) && offered.insert(text).second) completions.words.push_back(text);
  };
  if (!word.empty()) {
    const bool quoted = word.front() == '"';
    for (const auto &name : names_) offer(quoted && name.front() != '"' ? "\"" + name + "\"" : name);
  }
  size_t start = 0;
  const auto suggestions = Suggestions(pending + before_cursor, start);
  if (start == pending.size() + completions.start) {
    for (const auto &suggestion : suggestions) offer(suggestion);
  }
  return completions;
}

std::vector<std::string> Completer::Suggestions(const std::string &sql, size_t &start) {
  const auto result = session_.Connection().Query("SELECT suggestion, suggestion_start FROM sql_auto_complete(" +
                                                  duckdb::KeywordHelper::WriteQuoted(sql, '\'') + ")");
  std::vector<std::string> suggestions;
  if (result->HasError()) return suggestions;
  for (const auto &row : *result) {
    auto text = row.GetValue<std::string>(0);
    while (!text.empty() && text.back() == ' ') text.pop_back();
    suggestions.push_back(std::move(text));
    start = static_cast<size_t>(row.GetValue<int64_t>(1));
  }
  return suggestions;
}

}  // namespace shardite
