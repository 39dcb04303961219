#pragma once
// Reads the packed cells of a page (remote_query.hpp) value by value: the hot path of a scan. Nothing is allocated per
// value; malformed input is an error, never a crash. One reader serves one cell and one thread.

#include <string>
#include <string_view>

#include "sqlite/cell.hpp"
#include "sqlite/remote_query.hpp"

namespace shardite {

class PackedReader {
 public:
  /// `packed` must outlive the reader; a packed cell that is NULL (a page without rows) is the empty text. QUOTED and
  /// HEX are read alike.
  PackedReader(Packing packing, std::string_view packed);

  /// The next value, false at the end or on an error. TEXT and BLOB bytes point into `packed` or, where they were
  /// written with escapes, into a buffer that the next call reuses. Integers are exact; a number with a fraction or
  /// exponent, or beyond int64, is REAL; text is passed on as it is, valid UTF-8 or not.
  bool Next(Cell &cell);

  bool Failed() const { return error_ != nullptr; }
  /// What is wrong, "" when nothing is: "packed page: unterminated text at byte 17".
  std::string Error() const;

 private:
  bool Fail(const char *what);
  bool ReadJsonValue(Cell &cell);
  bool ReadQuotedValue(Cell &cell);
  bool ReadNumber(Cell &cell);
  bool ReadWord(std::string_view word);
  bool ReadJsonText(Cell &cell);
  bool ReadEscape();
  bool ReadUnicodeEscape();
  bool ReadFourHex(uint32_t &unit);
  bool ReadJsonBlob(Cell &cell);
  bool ReadSqlText(Cell &cell);
  bool ReadHex(Cell &cell, StorageClass storage, char closing);

  const char *begin_;
  const char *at_;
  const char *end_;
  bool json_;
  bool first_ = true;
  const char *error_ = nullptr;
  std::string scratch_;
};

}  // namespace shardite
