#pragma once
// Base64 with the standard alphabet (RFC 4648).

#include <string>
#include <string_view>

namespace shardite {

/// Padded.
std::string EncodeBase64(std::string_view bytes);
/// Appends to `bytes`; padding may be absent, the URL-safe digits are taken too. False when it is no base64.
bool DecodeBase64(std::string_view text, std::string &bytes);

}  // namespace shardite
