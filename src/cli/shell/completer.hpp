#pragma once
// What the Tab key offers: names of the fleet's tables and columns first, then what DuckDB's own completion knows
// (keywords, functions, settings), and dot commands at the start of a line.

#include <string>
#include <vector>

#include "cli/shell/line_editor.hpp"
#include "engine/session.hpp"

namespace shardite {

class Completer {
 public:
  explicit Completer(Session &session);
  /// `pending`: the lines of the statement before this one.
  Completions Complete(const std::string &pending, const std::string &before_cursor);

 private:
  std::vector<std::string> Suggestions(const std::string &sql, size_t &start);

  Session &session_;
  std::vector<std::string> names_;  // quoted where SQL needs it
};

}  // namespace shardite
