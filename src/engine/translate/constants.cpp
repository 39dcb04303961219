#include "engine/translate/constants.hpp"

#include <cmath>

#include "engine/translate/scope.hpp"

namespace shardite {

using duckdb::LogicalTypeId;

std::optional<int64_t> NanosecondsPerTick(Encoding encoding) {
  switch (encoding) {
    case Encoding::TICKS_NS: return 1;
    case Encoding::TICKS_US: return 1000;
    case Encoding::TICKS_MS: return 1000000;
    case Encoding::TICKS_S: return 1000000000;
    default: return std::nullopt;
  }
}

std::optional<Encoding> ComputedEncoding(const duckdb::LogicalType &type) {
  if (LimitsOf(type)) return Encoding::INTEGER;
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN: return Encoding::BOOLEAN;
    case LogicalTypeId::DOUBLE: return Encoding::REAL;
    case LogicalTypeId::VARCHAR: return Encoding::TEXT;
    case LogicalTypeId::BLOB: return Encoding::BLOB;
    case LogicalTypeId::DATE: return Encoding::DAYS;
    case LogicalTypeId::TIMESTAMP_NS: return Encoding::TICKS_NS;
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ: return Encoding::TICKS_US;
    case LogicalTypeId::TIMESTAMP_MS: return Encoding::TICKS_MS;
    case LogicalTypeId::TIMESTAMP_SEC: return Encoding::TICKS_S;
    default: return std::nullopt;
  }
}

std::optional<IntegerLimits> LimitsOf(const duckdb::LogicalType &type) {
  switch (type.id()) {
    case LogicalTypeId::TINYINT: return IntegerLimits{-128, 127};
    case LogicalTypeId::SMALLINT: return IntegerLimits{-32768, 32767};
    case LogicalTypeId::INTEGER: return IntegerLimits{-2147483648LL, 2147483647};
    case LogicalTypeId::BIGINT: return IntegerLimits{std::numeric_limits<int64_t>::min(), 9223372036854775807};
    case LogicalTypeId::UTINYINT: return IntegerLimits{0, 255};
    case LogicalTypeId::USMALLINT: return IntegerLimits{0, 65535};
    case LogicalTypeId::UINTEGER: return IntegerLimits{0, 4294967295};
    default: return std::nullopt;
  }
}

std::optional<duckdb::Value> ConstantOf(const duckdb::Expression &expr) {
  if (expr.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT) {
    return expr.Cast<duckdb::BoundConstantExpression>().value;
  }
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return std::nullopt;
  const auto &cast = expr.Cast<duckdb::BoundCastExpression>();
  auto inner = ConstantOf(*cast.child);
  const auto needs_session = [](const duckdb::LogicalType &type) { return type.id() == LogicalTypeId::TIMESTAMP_TZ; };
  if (!inner || cast.try_cast || needs_session(inner->type()) || needs_session(cast.return_type)) return std::nullopt;
  if (inner->type().HasAlias() || cast.return_type.HasAlias()) return std::nullopt;
  if (!inner->DefaultTryCastAs(cast.return_type)) return std::nullopt;
  return inner;
}

std::optional<int64_t> ConstantInteger(const duckdb::Value &value) {
  if (value.IsNull()) return std::nullopt;
  if (LimitsOf(value.type())) return value.GetValue<int64_t>();
  switch (value.type().id()) {
    case LogicalTypeId::BOOLEAN: return duckdb::BooleanValue::Get(value) ? 1 : 0;
    case LogicalTypeId::DATE: return duckdb::DateValue::Get(value).days;
    case LogicalTypeId::TIMESTAMP: return duckdb::TimestampValue::Get(value).value;
    case LogicalTypeId::TIMESTAMP_TZ: return value.GetValueUnsafe<duckdb::timestamp_t>().value;
    case LogicalTypeId::TIMESTAMP_NS: return value.GetValueUnsafe<duckdb::timestamp_ns_t>().value;
    case LogicalTypeId::TIMESTAMP_MS: return value.GetValueUnsafe<duckdb::timestamp_ms_t>().value;
    case LogicalTypeId::TIMESTAMP_SEC: return value.GetValueUnsafe<duckdb::timestamp_sec_t>().value;
    default: return std::nullopt;
  }
}

std::optional<SqliteValue> SqliteConstant(const duckdb::Value &value) {
  if (!ComputedEncoding(value.type())) return std::nullopt;
  if (value.IsNull()) return SqliteValue{};
  switch (value.type().id()) {
    case LogicalTypeId::DOUBLE: {
      const double real = duckdb::DoubleValue::Get(value);
      // SQLite has neither NaN nor, as a literal, a negative zero.
      if (std::isnan(real) || (real == 0 && std::signbit(real))) return std::nullopt;
      return SqliteValue(real);
    }
    case LogicalTypeId::VARCHAR: return SqliteValue(SqliteText{duckdb::StringValue::Get(value)});
    case LogicalTypeId::BLOB: return SqliteValue(SqliteBlob{duckdb::StringValue::Get(value)});
    default: break;
  }
  const auto integer = ConstantInteger(value);
  if (!integer) return std::nullopt;
  return SqliteValue(*integer);
}

}  // namespace shardite
