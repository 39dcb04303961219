#pragma once
// Text as a JSON string.

#include <string>
#include <string_view>

namespace shardite {

/// Appends "text" with quotes and escapes; the text is UTF-8.
void AppendJsonString(std::string_view text, std::string &out);
std::string JsonString(std::string_view text);

}  // namespace shardite
