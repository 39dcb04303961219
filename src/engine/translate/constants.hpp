#pragma once
// Constants of bound expressions, as SQLite holds them.

#include <optional>

#include "engine/translate/translate.hpp"

namespace shardite {

/// The encoding in which values of a type are computed; nullopt for types that SQLite cannot compute with.
std::optional<Encoding> ComputedEncoding(const duckdb::LogicalType &type);

/// What an integer type up to 64 bits can hold; nullopt for every other type.
struct IntegerLimits {
  int64_t low, high;
  bool Hold(const IntegerLimits &other) const { return low <= other.low && other.high <= high; }
};
std::optional<IntegerLimits> LimitsOf(const duckdb::LogicalType &type);

/// The value of a constant, looking through casts that need no session; nullopt when `expr` is no constant.
std::optional<duckdb::Value> ConstantOf(const duckdb::Expression &expr);

/// The same value for SQLite, in ComputedEncoding of its type; nullopt for NaN and for types without one.
std::optional<SqliteValue> SqliteConstant(const duckdb::Value &value);

/// Integers, booleans, timestamps and dates as their number (in the type's own unit); nullopt for others and NULL.
std::optional<int64_t> ConstantInteger(const duckdb::Value &value);

}  // namespace shardite
