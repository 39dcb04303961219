#pragma once
// One SQLite value as it came from a shard: what packed pages, plain rows and the decoder all speak of.

#include <cstdint>
#include <string_view>

namespace shardite {

enum class StorageClass : uint8_t { NONE, INTEGER, REAL, TEXT, BLOB };  // NONE is SQL NULL

/// One value; text and blob point into the page (or reader) it came from.
struct Cell {
  StorageClass storage = StorageClass::NONE;
  int64_t integer = 0;
  double real = 0;
  std::string_view bytes;
};

}  // namespace shardite
