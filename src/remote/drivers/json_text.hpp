#pragma once
// Text as a JSON string, for request bodies.

#include <string>
#include <string_view>

namespace shardite {

/// "text" with quotes, control characters and backslashes escaped. `text` must be UTF-8 (IsUtf8).
std::string JsonString(std::string_view text);
bool IsUtf8(std::string_view text);

}  // namespace shardite
