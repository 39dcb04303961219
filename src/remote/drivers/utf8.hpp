#pragma once
// Whether text may go into a JSON request or came whole out of a JSON answer.

#include <string_view>

namespace shardite {

bool IsUtf8(std::string_view text);

}  // namespace shardite
