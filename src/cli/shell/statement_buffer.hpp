#pragma once
// Collects lines until a statement ends: at a semicolon that is not inside quotes, a $tag$ or a comment.

#include <string>
#include <string_view>

namespace shardite {

/// True when the text ends in a complete statement (or holds nothing but white space and comments).
bool IsCompleteStatement(std::string_view sql);
/// True when there is nothing to run in it: white space, comments, semicolons.
bool IsBlankStatement(std::string_view sql);
/// For the history: one line, unless a comment needs its line end.
std::string AsHistoryLine(std::string_view sql);

}  // namespace shardite
