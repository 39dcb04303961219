#include "sqlite/value.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace shardite {
namespace {

std::string Enclose(const std::string &text, char mark) {
  std::string out(1, mark);
  out.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == mark) out += mark;
    out += c;
  }
  return out += mark;
}

std::string QuoteBytes(const std::string &bytes) {
  static constexpr char DIGITS[] = "0123456789ABCDEF";
  std::string out = "X'";
  out.reserve(bytes.size() * 2 + 3);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += DIGITS[byte >> 4];
    out += DIGITS[byte & 15];
  }
  return out += '\'';
}

/// Decimal text with at most three fraction digits, or "" when that is not exactly `value`. SQLite reads such a number
/// as an integer below 2^53 divided by at most 1000: in double, long double and double-double arithmetic alike the
/// quotient is too far from a midpoint between two doubles to be rounded twice.
std::string ShortDecimal(double value) {
  static constexpr double TWO_53 = 9007199254740992.0;
  double scale = 1;
  for (int digits = 0; digits <= 3; digits++, scale *= 10) {
    if (std::fabs(value) * scale > TWO_53) return "";
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    double read = 0;
    std::from_chars(buffer, end, read);
    if (read == value) return std::string(buffer, end) + (digits == 0 ? ".0" : "");
  }
  return "";
}

/// (m*1.0/2^k) or (m*1.0*2^k): every step is exact.
std::string DyadicProduct(double value) {
  int exponent = 0;
  auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  exponent -= 53;
  while (mantissa % 2 == 0) {
    mantissa /= 2;
    exponent++;
  }
  std::string out = "(" + std::to_string(mantissa) + "*1.0";
  const char op = exponent < 0 ? '/' : '*';
  for (int left = std::abs(exponent); left > 0; left -= 62) {
    out += op + std::to_string(int64_t{1} << (left < 62 ? left : 62));
  }
  return out + ")";
}

std::string QuoteReal(double value) {
  if (std::isinf(value)) return value > 0 ? "9e999" : "-9e999";
  if (value == 0) return "0.0";  // SQLite's own reading of -0.0 is 0.0
  const auto text = ShortDecimal(value);
  return text.empty() ? DyadicProduct(value) : text;
}

}  // namespace

std::string QuoteName(const std::string &name) { return Enclose(name, '"'); }

std::string QuoteText(const std::string &text) {
  if (text.find('\0') == std::string::npos) return Enclose(text, '\'');
  return "CAST(" + QuoteBytes(text) + " AS TEXT)";
}

std::string QuoteValue(const SqliteValue &value) {
  if (const auto *integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const auto *real = std::get_if<double>(&value)) return QuoteReal(*real);
  if (const auto *text = std::get_if<SqliteText>(&value)) return QuoteText(text->bytes);
  if (const auto *blob = std::get_if<SqliteBlob>(&value)) return QuoteBytes(blob->bytes);
  return "NULL";
}

}  // namespace shardite
