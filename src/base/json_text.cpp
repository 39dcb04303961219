#include "base/json_text.hpp"

namespace shardite {

namespace {

void AppendEscaped(char byte, std::string &out) {
  switch (byte) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr char DIGITS[] = "0123456789abcdef";
  out += "\\u00";
  out += DIGITS[static_cast<unsigned char>(byte) >> 4];
  out += DIGITS[byte & 15];
}

}  // namespace

void AppendJsonString(std::string_view text, std::string &out) {
  out += '"';
  size_t plain = 0;  // where the run of bytes that need no escape began
  for (size_t i = 0; i < text.size(); i++) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out += text.substr(plain, i - plain);
    AppendEscaped(text[i], out);
    plain = i + 1;
  }
  out += text.substr(plain);
  out += '"';
}

std::string JsonString(std::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

}  // namespace shardite
