#pragma once
// SQLite values and names as SQL text that every SQLite reads back unchanged.

#include <cstdint>
#include <string>
#include <variant>

namespace shardite {

struct SqliteText {
  std::string bytes;
  bool operator==(const SqliteText &) const = default;
};
struct SqliteBlob {
  std::string bytes;
  bool operator==(const SqliteBlob &) const = default;
};
/// NULL, INTEGER, REAL, TEXT, BLOB.
using SqliteValue = std::variant<std::monostate, int64_t, double, SqliteText, SqliteBlob>;

/// "a""b": for any name.
std::string QuoteName(const std::string &name);
/// 'it''s'; text with a NUL byte becomes CAST(X'..' AS TEXT).
std::string QuoteText(const std::string &text);
/// Any value. A double is written so that its bits survive SQLite's own decimal reading, which may be one ulp off:
/// as an integer times a power of two where its shortest form is not certainly exact. +-Inf is +-9e999; NaN has no
/// SQLite value and must not come here.
std::string QuoteValue(const SqliteValue &value);

}  // namespace shardite
