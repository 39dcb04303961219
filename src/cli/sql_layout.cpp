#include "cli/sql_layout.hpp"

#include <array>
#include <cctype>
#include <string_view>
#include <vector>

namespace shardite {

namespace {

constexpr std::array<std::string_view, 10> CLAUSES = {"FROM",  "WHERE", "GROUP BY",  "HAVING", "ORDER BY",
                                                      "LIMIT", "UNION", "INTERSECT", "EXCEPT", "WINDOW"};

constexpr size_t LONG_LINE = 100;   // a list goes on in the next line behind the first comma after this
constexpr size_t CLAUSE_WIDTH = 7;  // of "SELECT "

bool IsWordByte(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) || byte == '_'; }

bool StartsWord(std::string_view sql, size_t at, std::string_view word) {
  if (at > 0 && IsWordByte(sql[at - 1])) return false;
  if (sql.size() - at < word.size()) return false;
  for (size_t i = 0; i < word.size(); i++) {
    if (std::toupper(static_cast<unsigned char>(sql[at + i])) != word[i]) return false;
  }
  return at + word.size() == sql.size() || !IsWordByte(sql[at + word.size()]);
}

/// Behind the text or name that opens at `at`; doubled quotes belong to it.
size_t EndOfQuoted(std::string_view sql, size_t at) {
  const char quote = sql[at] == '[' ? ']' : sql[at];
  for (size_t i = at + 1; i < sql.size(); i++) {
    if (sql[i] != quote) continue;
    if (i + 1 < sql.size() && sql[i + 1] == quote) {
      i++;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

}  // namespace

std::string LayOutSql(const std::string &sql, size_t indent) {
  std::string out;
  // For each open parenthesis: whether a subquery stands in it. Clauses break lines only directly inside a query
  // (extract(x FROM y) and OVER (ORDER BY ..) stay on theirs).
  std::vector<bool> in_query = {true};
  size_t depth = 0;  // of subqueries
  const auto break_line = [&] {
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += "\n" + std::string(indent + 2 * depth, ' ');
  };
  for (size_t i = 0; i < sql.size();) {
    const char byte = sql[i];
    if (byte == '\'' || byte == '"' || byte == '`' || byte == '[') {
      const size_t end = EndOfQuoted(sql, i);
      out += sql.substr(i, end - i);
      i = end;
      continue;
    }
    if (byte == '(') {
      const size_t inside = sql.find_first_not_of(" \n", i + 1);
      const bool query = inside != std::string::npos && StartsWord(sql, inside, "SELECT");
      in_query.push_back(query);
      out += byte;
      i++;
      if (query) {
        depth++;
        break_line();
        i = inside;
      }
      continue;
    }
    if (byte == ')' && in_query.size() > 1) {
      if (in_query.back()) depth--;
      in_query.pop_back();
    } else if (in_query.back() && i > 0) {
      for (const auto clause : CLAUSES) {
        if (StartsWord(sql, i, clause)) break_line();
      }
    }
    out += byte;
    i++;
    const size_t line_start = out.rfind('\n') + 1;  // 0 on the first line
    if (byte == ',' && in_query.back() && out.size() - line_start > LONG_LINE) {
      break_line();
      out += std::string(CLAUSE_WIDTH - 1, ' ');  // the space behind the comma is the last of them
    }
  }
  return out;
}

}  // namespace shardite
