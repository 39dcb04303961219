#pragma once
// Whether a text is JSON: what is printed as a document must be one, whoever wrote it.

#include <string_view>

namespace shardite {

/// True for one value of RFC 8259 with nothing but blanks around it, nested at most 512 deep. Takes any bytes; whether
/// they are UTF-8 is not looked at.
bool IsJson(std::string_view text);

}  // namespace shardite
