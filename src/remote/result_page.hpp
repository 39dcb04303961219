#pragma once
// The rows of one response, by column: SQLite's five storage classes, nothing converted. A packed page is one row
// whose cells are the packed columns.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/cell.hpp"

namespace shardite {

class PageColumn {
 public:
  void AppendNull() { slots_.push_back({0, 0, StorageClass::NONE}); }
  void AppendInteger(int64_t value) { slots_.push_back({value, 0, StorageClass::INTEGER}); }
  void AppendReal(double value) {
    Slot slot{0, 0, StorageClass::REAL};
    std::memcpy(&slot.bits, &value, sizeof value);
    slots_.push_back(slot);
  }
  void AppendBytes(StorageClass storage, std::string_view value) {  // TEXT or BLOB
    slots_.push_back({static_cast<int64_t>(bytes_.size()), static_cast<uint32_t>(value.size()), storage});
    bytes_.append(value);
  }
  void Reserve(size_t rows) { slots_.reserve(rows); }

  size_t Size() const { return slots_.size(); }
  uint64_t ByteSize() const { return slots_.size() * sizeof(int64_t) + bytes_.size(); }

  Cell At(size_t row) const {
    const Slot &slot = slots_[row];
    Cell cell;
    cell.storage = slot.storage;
    switch (slot.storage) {
      case StorageClass::NONE: break;
      case StorageClass::INTEGER: cell.integer = slot.bits; break;
      case StorageClass::REAL: std::memcpy(&cell.real, &slot.bits, sizeof cell.real); break;
      case StorageClass::TEXT:
      case StorageClass::BLOB:
        cell.bytes = std::string_view(bytes_).substr(static_cast<size_t>(slot.bits), slot.length);
        break;
    }
    return cell;
  }

 private:
  struct Slot {
    int64_t bits;     // the integer, the double's bits, or where the bytes start
    uint32_t length;  // of the bytes
    StorageClass storage;
  };
  std::vector<Slot> slots_;
  std::string bytes_;
};

struct ResultPage {
  std::vector<std::string> names;
  std::vector<PageColumn> columns;
  size_t row_count = 0;
  PageColumn after;     // the first value of Statement::after, if it gave any
  uint64_t source = 0;  // of a file: which one was read, where several have had its name

  uint64_t ByteSize() const {
    uint64_t size = 0;
    for (const auto &column : columns) size += column.ByteSize();
    return size;
  }
};

}  // namespace shardite
