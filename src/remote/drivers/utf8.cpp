#include "remote/drivers/utf8.hpp"

#include <simdjson.h>

namespace shardite {

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace shardite
