#pragma once
// Stored times to DuckDB's: ticks of one unit to ticks of another, REAL seconds, ISO 8601 text.

#include <cmath>
#include <limits>
#include <string>

#include <duckdb.hpp>

#include "engine/translate/translate.hpp"
#include "fleet/slice.hpp"
#include "sqlite/cell.hpp"

namespace shardite {

class TimeDecoder {
 public:
  TimeDecoder(Encoding encoding, const duckdb::LogicalType &type)
      : encoding_(encoding), to_(PerSecond(type)), from_(PerSecond(encoding)) {}

  /// False when the cell is no time in this unit, or lies outside the type's range.
  bool Decode(const Cell &cell, int64_t &value) const {
    switch (encoding_) {
      case Encoding::ISO8601: {
        int64_t nanoseconds = 0;
        if (cell.storage != StorageClass::TEXT || !ParseTime(std::string(cell.bytes), nanoseconds)) return false;
        return Scale(nanoseconds, 1000000000, value);
      }
      case Encoding::REAL_SECONDS: {
        if (cell.storage != StorageClass::REAL) return false;
        const double ticks = std::nearbyint(cell.real * static_cast<double>(to_));
        if (!(ticks > -9.2e18 && ticks < 9.2e18)) return false;
        value = static_cast<int64_t>(ticks);
        return true;
      }
      default: return cell.storage == StorageClass::INTEGER && Scale(cell.integer, from_, value);
    }
  }

 private:
  static int64_t PerSecond(Encoding encoding) {
    switch (encoding) {
      case Encoding::TICKS_S: return 1;
      case Encoding::TICKS_MS: return 1000;
      case Encoding::TICKS_US: return 1000000;
      default: return 1000000000;
    }
  }
  static int64_t PerSecond(const duckdb::LogicalType &type) {
    switch (type.id()) {
      case duckdb::LogicalTypeId::TIMESTAMP_SEC: return 1;
      case duckdb::LogicalTypeId::TIMESTAMP_MS: return 1000;
      case duckdb::LogicalTypeId::TIMESTAMP:
      case duckdb::LogicalTypeId::TIMESTAMP_TZ: return 1000000;
      default: return 1000000000;
    }
  }
  // As DuckDB's own casts between timestamps: to a finer unit multiplies (false on overflow), to a coarser one divides
  // towards zero; +-infinity stays.
  bool Scale(int64_t ticks, int64_t from, int64_t &value) const {
    if (ticks == std::numeric_limits<int64_t>::max() || ticks == -std::numeric_limits<int64_t>::max()) {
      value = ticks;
      return true;
    }
    if (to_ >= from) return !__builtin_mul_overflow(ticks, to_ / from, &value);
    value = ticks / (from / to_);
    return true;
  }

  Encoding encoding_;
  int64_t to_;
  int64_t from_;
};

}  // namespace shardite
