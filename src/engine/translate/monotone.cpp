#include "engine/translate/monotone.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "engine/translate/constants.hpp"
#include "engine/translate/time_arithmetic.hpp"

namespace shardite {

static_assert(LDBL_MANT_DIG >= 64, "long double must hold every int64");

using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalTypeId;

namespace {

bool IsInteger(const duckdb::LogicalType &type) { return LimitsOf(type).has_value(); }

/// How many nanoseconds one unit of a timestamp type is.
std::optional<int64_t> UnitOf(const duckdb::LogicalType &type) {
  const auto encoding = ComputedEncoding(type);
  return encoding ? NanosecondsPerTick(*encoding) : std::nullopt;
}

/// Ticks of one unit as ticks of another.
int64_t Rescale(int64_t ticks, int64_t from_nanoseconds, int64_t to_nanoseconds) {
  if (IsInfiniteTime(ticks)) return ticks;
  if (from_nanoseconds >= to_nanoseconds) return SaturatingMultiply(ticks, from_nanoseconds / to_nanoseconds);
  return ticks / (to_nanoseconds / from_nanoseconds);
}

}  // namespace

/// Walks from the expression down to its column, appending the steps on the way back up.
struct MonotoneBuilder {
  const Scope &scope;
  MonotoneColumn &result;
  bool in_any_zone = false;

  bool Add(const duckdb::Expression &expr) {
    switch (expr.GetExpressionClass()) {
      case ExpressionClass::BOUND_CAST: return AddCast(expr.Cast<duckdb::BoundCastExpression>());
      case ExpressionClass::BOUND_FUNCTION: return AddFunction(expr.Cast<duckdb::BoundFunctionExpression>());
      default: return AddColumn(expr);
    }
  }

  bool AddColumn(const duckdb::Expression &expr) {
    const auto column = scope.resolve(expr);
    if (!column) return false;
    result.column_ = *column;
    result.encoding_ = EncodingOf(scope.table, *column);
    switch (result.encoding_) {
      case Encoding::INTEGER:
      case Encoding::DAYS:
      case Encoding::REAL_SECONDS:
      case Encoding::ISO8601: return true;
      default: break;
    }
    const auto stored = NanosecondsPerTick(result.encoding_);
    const auto shown = UnitOf(expr.return_type);
    if (!stored || !shown) return false;
    if (*stored != *shown) AddRescale(*stored, *shown);
    return true;
  }

  void AddRescale(int64_t from, int64_t to) {
    result.steps_.emplace_back([from, to](int64_t ticks) { return Rescale(ticks, from, to); });
  }

  bool AddCast(const duckdb::BoundCastExpression &cast) {
    if (cast.try_cast || !Add(*cast.child)) return false;
    const auto &from = cast.child->return_type;
    const auto &to = cast.return_type;
    if (result.real_) return false;
    if (IsInteger(from)) return AddIntegerCast(from, to);
    const bool from_zone = from.id() == LogicalTypeId::TIMESTAMP_TZ;
    const bool to_zone = to.id() == LogicalTypeId::TIMESTAMP_TZ;
    if (from_zone != to_zone && scope.zone != SessionZone::UTC && !(in_any_zone && IsBareTime(*cast.child)))
      return false;
    if (from.id() == LogicalTypeId::DATE) {
      if (UnitOf(to) == 1000) result.steps_.emplace_back(MicrosOfDate);
      return UnitOf(to) == 1000;
    }
    const auto unit = UnitOf(from);
    if (!unit) return false;
    if (to.id() == LogicalTypeId::DATE) {
      if (*unit != 1000) AddRescale(*unit, 1000);
      result.steps_.emplace_back(DateOfMicros);
      return true;
    }
    const auto target = UnitOf(to);
    // DuckDB rounds away from zero when it casts to milliseconds or seconds.
    if (!target || (*target > *unit && *target != 1000)) return false;
    if (*unit != *target) AddRescale(*unit, *target);
    return true;
  }

  /// A column, in whatever unit. Of a bucket of it a zone moves more than itself: the next may be a year away.
  bool IsBareTime(const duckdb::Expression &expr) const {
    if (!UnitOf(expr.return_type)) return false;
    if (expr.GetExpressionClass() != ExpressionClass::BOUND_CAST) return scope.resolve(expr).has_value();
    return IsBareTime(*expr.Cast<duckdb::BoundCastExpression>().child);
  }

  bool AddIntegerCast(const duckdb::LogicalType &from, const duckdb::LogicalType &to) {
    if (to.id() == LogicalTypeId::DOUBLE) return result.real_ = true;
    // A narrowing cast raises where the value does not fit.
    const auto limits = LimitsOf(to);
    return limits && limits->Hold(*LimitsOf(from));
  }

  bool AddFunction(const duckdb::BoundFunctionExpression &call) {
    const auto &name = call.function.name;
    const auto &arguments = call.children;
    if (name == "date_trunc" || name == "datetrunc" || name == "time_bucket") return AddBucket(call);
    if (name == "year" && arguments.size() == 1) return AddYear(*arguments[0]);
    if (arguments.size() == 1 && IsInteger(arguments[0]->return_type)) return AddTimeOfNumber(name, *arguments[0]);
    if (arguments.size() == 1) return AddEpoch(name, *arguments[0]);
    if (arguments.size() != 2) return false;
    if (call.return_type.id() == LogicalTypeId::DOUBLE) return AddRealArithmetic(name, *arguments[0], *arguments[1]);
    return AddInterval(name, *arguments[0], *arguments[1]);
  }

  bool AddBucket(const duckdb::BoundFunctionExpression &call) {
    const auto bucket = BucketOfCall(call);
    if (!bucket || !Add(*call.children[1])) return false;
    const auto from = call.children[1]->return_type.id();
    if (from == LogicalTypeId::DATE) {
      result.steps_.emplace_back(MicrosOfDate);
    } else if (from != LogicalTypeId::TIMESTAMP) {
      return false;  // TIMESTAMPTZ truncates in the session's zone
    }
    result.steps_.emplace_back([bucket = *bucket](int64_t micros) { return bucket.Of(micros); });
    if (call.return_type.id() == LogicalTypeId::DATE) result.steps_.emplace_back(DateOfMicros);
    return true;
  }

  /// NULL at infinity.
  bool AddYear(const duckdb::Expression &operand) {
    const auto unit = UnitOf(operand.return_type);
    if (!unit || *unit > 1000 || operand.return_type.id() == LogicalTypeId::TIMESTAMP_TZ || !Add(operand)) return false;
    if (*unit != 1000) AddRescale(*unit, 1000);
    result.steps_.emplace_back(YearOfMicros);
    return result.null_at_infinity_ = true;
  }

  /// make_timestamp, epoch_ms of an integer. Out of range, where DuckDB raises, they are infinite.
  bool AddTimeOfNumber(const std::string &name, const duckdb::Expression &operand) {
    const int64_t unit = name == "epoch_ms" || name == "make_timestamp_ms" ? 1000 : name == "make_timestamp" ? 1 : 0;
    if (unit == 0 || !Add(operand)) return false;
    result.steps_.emplace_back([unit](int64_t number) { return SaturatingMultiply(number, unit); });
    return true;
  }

  /// epoch_ns, epoch_us, epoch_ms: NULL at infinity, but for epoch_ns(TIMESTAMP_NS), which is the plain number.
  bool AddEpoch(const std::string &name, const duckdb::Expression &operand) {
    const auto unit = UnitOf(operand.return_type);
    if (name == "epoch") return unit && *unit <= 1000 && AddEpochSeconds(operand, *unit);
    const int64_t target = name == "epoch_ns" ? 1 : name == "epoch_us" ? 1000 : name == "epoch_ms" ? 1000000 : 0;
    if (target == 0 || !unit || *unit > 1000 || !Add(operand)) return false;
    if (*unit == 1) return target == 1;
    if (target != *unit) AddRescale(*unit, target);
    result.null_at_infinity_ = true;
    return true;
  }

  /// epoch: seconds as a double.
  bool AddEpochSeconds(const duckdb::Expression &operand, int64_t unit) {
    if (operand.return_type.id() == LogicalTypeId::TIMESTAMP_TZ || !Add(operand)) return false;
    if (unit != 1000) AddRescale(unit, 1000);
    result.null_at_infinity_ = result.real_ = true;
    result.real_steps_.emplace_back([](double micros) { return micros / 1000000; });
    return true;
  }

  bool AddRealArithmetic(const std::string &op, const duckdb::Expression &left, const duckdb::Expression &right) {
    const auto constant = ConstantOf(right);
    if (!constant || constant->IsNull() || constant->type().id() != LogicalTypeId::DOUBLE) return false;
    const double by = duckdb::DoubleValue::Get(*constant);
    if (!std::isfinite(by) || !Add(left) || !result.real_) return false;
    if (op == "+")
      result.real_steps_.emplace_back([by](double value) { return value + by; });
    else if (op == "-")
      result.real_steps_.emplace_back([by](double value) { return value - by; });
    else if (op == "*" && by > 0)
      result.real_steps_.emplace_back([by](double value) { return value * by; });
    else if (op == "/" && by > 0)
      result.real_steps_.emplace_back([by](double value) { return value / by; });
    else
      return false;
    return true;
  }

  /// timestamp +- interval without months.
  bool AddInterval(const std::string &op, const duckdb::Expression &left, const duckdb::Expression &right) {
    const auto constant = ConstantOf(right);
    if (!constant || constant->IsNull() || constant->type().id() != LogicalTypeId::INTERVAL) return false;
    auto micros = FixedMicros(duckdb::IntervalValue::Get(*constant));
    if (!micros || (op != "+" && op != "-") || left.return_type.id() != LogicalTypeId::TIMESTAMP || !Add(left)) {
      return false;
    }
    const int64_t summand = op == "+" ? *micros : -*micros;
    result.steps_.emplace_back([summand](int64_t value) { return SaturatingAdd(value, summand); });
    return true;
  }
};

std::optional<MonotoneColumn> MonotoneColumn::Of(const Scope &scope, const duckdb::Expression &expr) {
  MonotoneColumn result;
  if (!MonotoneBuilder{scope, result}.Add(expr)) return std::nullopt;
  return result;
}

std::optional<MonotoneColumn> MonotoneColumn::InAnyZone(const Scope &scope, const duckdb::Expression &expr) {
  constexpr int64_t MARGIN_NS = 26 * 3'600'000'000'000;  // the farthest local times are less than 16 hours off
  MonotoneColumn result;
  if (!MonotoneBuilder{scope, result, true}.Add(expr)) return std::nullopt;
  const auto type = SqlTypeOf(scope.table, result.column_);
  const bool exact = result.encoding_ != Encoding::REAL_SECONDS && result.encoding_ != Encoding::ISO8601;
  const auto unit = exact ? NanosecondsPerTick(result.encoding_) : UnitOf(type);
  if (!unit) return std::nullopt;  // no time, or days
  result.margin_ = MARGIN_NS / *unit;
  return result;
}

long double MonotoneColumn::At(int64_t stored) const {
  for (const auto &step : steps_) stored = step(stored);
  if (!real_) return stored;
  auto value = static_cast<double>(stored);
  for (const auto &step : real_steps_) value = step(value);
  return value;
}

std::optional<int64_t> MonotoneColumn::First(long double bound, bool above) const {
  const auto reached = [&](int64_t stored) { return above ? At(stored) > bound : At(stored) >= bound; };
  int64_t low = IntegerRange::LOWEST + 1;
  int64_t high = IntegerRange::HIGHEST;
  if (null_at_infinity_) {
    low++;
    high--;
  }
  if (!reached(high)) return std::nullopt;
  while (low < high) {
    const int64_t middle = low + static_cast<int64_t>((static_cast<uint64_t>(high) - static_cast<uint64_t>(low)) / 2);
    if (reached(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

IntegerRange MonotoneColumn::SharingValue(int64_t stored) const {
  const auto value = At(stored);
  IntegerRange range;
  if (const auto first = First(value, false)) range.low = *first;
  if (const auto next = First(value, true)) range.high = *next - 1;
  return range;
}

std::optional<std::vector<IntegerRange>> MonotoneColumn::Satisfying(ExpressionType op,
                                                                    const duckdb::Value &constant) const {
  long double bound = 0;
  if (constant.IsNull()) return std::nullopt;
  if (constant.type().id() == LogicalTypeId::DOUBLE) {
    bound = duckdb::DoubleValue::Get(constant);
    if (std::isnan(bound)) return std::nullopt;
  } else {
    const auto integer = ConstantInteger(constant);
    if (!integer) return std::nullopt;
    bound = *integer;
  }
  const int64_t lowest = IntegerRange::LOWEST + (null_at_infinity_ ? 2 : 1);
  const int64_t highest = IntegerRange::HIGHEST - (null_at_infinity_ ? 1 : 0);
  const auto at_least = First(bound, false);
  const auto above = First(bound, true);
  std::vector<IntegerRange> ranges;
  const auto add = [&](std::optional<int64_t> from, std::optional<int64_t> before) {
    if (!from) return;
    const int64_t high = before ? *before - 1 : highest;
    if (*from <= high) ranges.push_back({*from, high});
  };
  bool lowest_is_true = false;  // at int64's lowest, which DuckDB's infinities leave out of order
  const long double at_lowest = At(IntegerRange::LOWEST);
  switch (op) {
    case ExpressionType::COMPARE_EQUAL: add(at_least, above), lowest_is_true = at_lowest == bound; break;
    case ExpressionType::COMPARE_NOTEQUAL:
      add(lowest, at_least), add(above, std::nullopt), lowest_is_true = at_lowest != bound;
      break;
    case ExpressionType::COMPARE_LESSTHAN: add(lowest, at_least), lowest_is_true = at_lowest < bound; break;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO: add(lowest, above), lowest_is_true = at_lowest <= bound; break;
    case ExpressionType::COMPARE_GREATERTHAN: add(above, std::nullopt), lowest_is_true = at_lowest > bound; break;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      add(at_least, std::nullopt), lowest_is_true = at_lowest >= bound;
      break;
    default: return std::nullopt;
  }
  if (lowest_is_true) {
    if (!ranges.empty() && ranges[0].low == IntegerRange::LOWEST + 1)
      ranges[0].low = IntegerRange::LOWEST;
    else
      ranges.insert(ranges.begin(), {IntegerRange::LOWEST, IntegerRange::LOWEST});
  }
  for (auto &range : ranges) {
    if (range.low > lowest) range.low = std::max(SaturatingAdd(range.low, -margin_), lowest);
    if (range.high < highest) range.high = std::min(SaturatingAdd(range.high, margin_), highest);
  }
  return ranges;
}

}  // namespace shardite
