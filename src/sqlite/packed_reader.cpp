#include "sqlite/packed_reader.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace shardite {
namespace {

constexpr uint64_t EACH_BYTE = 0x0101010101010101ULL;
constexpr uint64_t HIGH_BITS = 0x8080808080808080ULL;

uint64_t ZeroBytes(uint64_t word) { return (word - EACH_BYTE) & ~word & HIGH_BITS; }

/// The first `a` or `b` in [at, end), or end; eight bytes at a time.
const char *FindEither(const char *at, const char *end, char a, char b) {
  const uint64_t all_a = EACH_BYTE * static_cast<unsigned char>(a);
  const uint64_t all_b = EACH_BYTE * static_cast<unsigned char>(b);
  while (end - at >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if ((ZeroBytes(word ^ all_a) | ZeroBytes(word ^ all_b)) != 0) break;
    at += 8;
  }
  while (at != end && *at != a && *at != b) at++;
  return at;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void AppendUtf8(std::string &out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 63));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 63));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  }
}

bool IsNumberByte(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

}  // namespace

PackedReader::PackedReader(Packing packing, std::string_view packed)
    : begin_(packed.data()), at_(packed.data()), end_(packed.data() + packed.size()), json_(packing == Packing::JSON) {}

std::string PackedReader::Error() const {
  if (error_ == nullptr) return "";
  return std::string("packed page: ") + error_ + " at byte " + std::to_string(at_ - begin_);
}

bool PackedReader::Fail(const char *what) {
  error_ = what;
  return false;
}

bool PackedReader::Next(Cell &cell) {
  if (error_ != nullptr || at_ == end_) return false;
  if (!json_) {
    if (!first_ && *at_++ != ',') return Fail("a comma is missing");
    first_ = false;
    return ReadQuotedValue(cell);
  }
  const char expected = first_ ? '[' : ',';
  if (*at_ == ']' && !first_) {
    if (++at_ != end_) return Fail("text after the end");
    return false;
  }
  if (*at_++ != expected) return Fail(first_ ? "not an array" : "a comma is missing");
  if (first_ && at_ != end_ && *at_ == ']') {
    if (++at_ != end_) return Fail("text after the end");
    return false;
  }
  first_ = false;
  if (!ReadJsonValue(cell)) return false;
  return at_ != end_ || Fail("unterminated array");
}

bool PackedReader::ReadJsonValue(Cell &cell) {
  if (at_ == end_) return Fail("unterminated array");
  switch (*at_) {
    case '"': at_++; return ReadJsonText(cell);
    case '{': return ReadJsonBlob(cell);
    case 'n': cell.storage = StorageClass::NONE; return ReadWord("null");
    default: return ReadNumber(cell);
  }
}

bool PackedReader::ReadQuotedValue(Cell &cell) {
  if (at_ == end_) return Fail("a value is missing");
  switch (*at_) {
    case '\'': at_++; return ReadSqlText(cell);
    case 'N': cell.storage = StorageClass::NONE; return ReadWord("NULL");
    case 'T': at_++; return ReadHex(cell, StorageClass::TEXT, ',');
    case 'X':
      at_++;
      if (at_ == end_ || *at_++ != '\'') return Fail("not a blob");
      return ReadHex(cell, StorageClass::BLOB, '\'');
    default: return ReadNumber(cell);
  }
}

bool PackedReader::ReadWord(std::string_view word) {
  if (static_cast<size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0) {
    return Fail("unknown word");
  }
  at_ += word.size();
  return true;
}

bool PackedReader::ReadNumber(Cell &cell) {
  const char *from = at_;
  const bool negative = *from == '-';
  const char *digits = from + (negative ? 1 : 0);
  if (digits != end_ && *digits == 'I') {  // Inf, -Inf: printf() and, before 3.41, JSON
    at_ = digits;
    cell.storage = StorageClass::REAL;
    cell.real = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return ReadWord("Inf");
  }
  const auto integer = std::from_chars(from, end_, cell.integer);
  if (integer.ec == std::errc{} && (integer.ptr == end_ || !IsNumberByte(*integer.ptr))) {
    cell.storage = StorageClass::INTEGER;
    at_ = integer.ptr;
    return true;
  }
  const auto real = std::from_chars(from, end_, cell.real);
  if (real.ec == std::errc::invalid_argument || real.ptr == from) return Fail("not a value");
  if (real.ptr != end_ && IsNumberByte(*real.ptr)) return Fail("not a number");
  if (real.ec == std::errc::result_out_of_range) {  // 9.0e+999 is infinity; too small is zero
    const std::string text(from, real.ptr);
    cell.real = std::strtod(text.c_str(), nullptr);
  }
  cell.storage = StorageClass::REAL;
  at_ = real.ptr;
  return true;
}

bool PackedReader::ReadJsonText(Cell &cell) {
  cell.storage = StorageClass::TEXT;
  const char *from = at_;
  at_ = FindEither(at_, end_, '"', '\\');
  if (at_ == end_) return Fail("unterminated text");
  if (*at_ == '"') {
    cell.bytes = std::string_view(from, static_cast<size_t>(at_ - from));
    at_++;
    return true;
  }
  scratch_.assign(from, at_);
  while (at_ != end_ && *at_ != '"') {
    if (!ReadEscape()) return false;
    from = at_;
    at_ = FindEither(at_, end_, '"', '\\');
    scratch_.append(from, at_);
  }
  if (at_ == end_) return Fail("unterminated text");
  at_++;
  cell.bytes = scratch_;
  return true;
}

bool PackedReader::ReadEscape() {
  if (end_ - at_ < 2) return Fail("unterminated escape");
  const char escape = at_[1];
  at_ += 2;
  switch (escape) {
    case '"':
    case '\\':
    case '/': scratch_ += escape; return true;
    case 'b': scratch_ += '\b'; return true;
    case 'f': scratch_ += '\f'; return true;
    case 'n': scratch_ += '\n'; return true;
    case 'r': scratch_ += '\r'; return true;
    case 't': scratch_ += '\t'; return true;
    case 'u': return ReadUnicodeEscape();
    default: return Fail("unknown escape");
  }
}

/// The four digits after \u, and a second unit after a high surrogate.
bool PackedReader::ReadUnicodeEscape() {
  uint32_t point = 0;
  if (!ReadFourHex(point)) return false;
  if (point >= 0xDC00 && point < 0xE000) return Fail("lone surrogate");
  if (point >= 0xD800 && point < 0xDC00) {
    uint32_t low = 0;
    if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return Fail("lone surrogate");
    at_ += 2;
    if (!ReadFourHex(low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return Fail("lone surrogate");
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  }
  AppendUtf8(scratch_, point);
  return true;
}

bool PackedReader::ReadFourHex(uint32_t &unit) {
  if (end_ - at_ < 4) return Fail("unterminated escape");
  unit = 0;
  for (int i = 0; i < 4; i++) {
    const int digit = HexDigit(*at_++);
    if (digit < 0) return Fail("not a hex digit");
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  return true;
}

/// {"blob":"00FF"}: Deparse writes a BLOB in a JSON column so.
bool PackedReader::ReadJsonBlob(Cell &cell) {
  return ReadWord("{\"blob\":\"") && ReadHex(cell, StorageClass::BLOB, '"') && ReadWord("}");
}

bool PackedReader::ReadSqlText(Cell &cell) {
  cell.storage = StorageClass::TEXT;
  scratch_.clear();
  bool escaped = false;
  while (true) {
    const auto left = static_cast<size_t>(end_ - at_);
    const auto *quote = static_cast<const char *>(left == 0 ? nullptr : std::memchr(at_, '\'', left));
    if (quote == nullptr) return Fail("unterminated text");
    const std::string_view piece(at_, static_cast<size_t>(quote - at_));
    at_ = quote + 1;
    const bool doubled = at_ != end_ && *at_ == '\'';
    if (!doubled && !escaped) {
      cell.bytes = piece;
      return true;
    }
    scratch_.append(piece);
    if (!doubled) break;
    scratch_ += '\'';
    escaped = true;
    at_++;
  }
  cell.bytes = scratch_;
  return true;
}

/// Pairs of hex digits up to `closing`, which is taken, or up to the end or a comma (left there) when it is a comma.
bool PackedReader::ReadHex(Cell &cell, StorageClass storage, char closing) {
  cell.storage = storage;
  scratch_.clear();
  while (at_ != end_ && *at_ != closing) {
    if (end_ - at_ < 2) return Fail("half a byte");
    const int high = HexDigit(at_[0]);
    const int low = HexDigit(at_[1]);
    if (high < 0 || low < 0) return Fail("not a hex digit");
    scratch_ += static_cast<char>(high * 16 + low);
    at_ += 2;
  }
  if (closing != ',') {
    if (at_ == end_) return Fail("unterminated blob");
    at_++;
  }
  cell.bytes = scratch_;
  return true;
}

}  // namespace shardite
