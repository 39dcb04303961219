#include "engine/translate/time_functions.hpp"

#include "engine/translate/constants.hpp"
#include "engine/translate/time_arithmetic.hpp"
#include "engine/translate/time_sql.hpp"

namespace shardite {

using duckdb::DatePartSpecifier;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;

namespace {

constexpr int64_t MICROS_PER_SECOND = 1000000;
/// Microseconds are kept below this, so that shifting them cannot overflow: 126,000 years around 1970.
constexpr int64_t MICROS_BOUND = 4000000000000000000;
/// What nanoseconds can reach, and so within the years of SQLite's calendar.
constexpr int64_t NANOSECONDS_BOUND_IN_MICROS = 9223372036854776;
/// SQLite's calendar: years 1000 to 9999 (it knows 0 to 9999; steps back by months must not leave it).
constexpr int64_t CALENDAR_BEGIN = -30610224000 * MICROS_PER_SECOND;
constexpr int64_t CALENDAR_END = 253402300800 * MICROS_PER_SECOND;

RemoteExpr Int(int64_t value) { return RemoteExpr::Integer(value); }
RemoteExpr Plus(RemoteExpr a, int64_t b) { return b == 0 ? a : RemoteExpr::Infix("+", std::move(a), Int(b)); }
RemoteExpr Minus(RemoteExpr a, int64_t b) { return b == 0 ? a : RemoteExpr::Infix("-", std::move(a), Int(b)); }
RemoteExpr Times(RemoteExpr a, int64_t b) { return b == 1 ? a : RemoteExpr::Infix("*", std::move(a), Int(b)); }
RemoteExpr Over(RemoteExpr a, int64_t b) { return b == 1 ? a : RemoteExpr::Infix("/", std::move(a), Int(b)); }
RemoteExpr Modulo(RemoteExpr a, int64_t b) { return RemoteExpr::Infix("%", std::move(a), Int(b)); }

RemoteQuery::Witness Outside(const RemoteExpr &expr, int64_t low, int64_t high, const char *subject) {
  return {RemoteExpr::Or({RemoteExpr::Infix("<", expr, Int(low)), RemoteExpr::Infix(">", expr, Int(high))}), subject};
}

Translation Scaled(Translation operand, int64_t factor, int64_t largest) {
  operand.witnesses.push_back(Outside(operand.expr, -largest, largest, "a time out of range"));
  operand.expr = Times(operand.expr, factor);
  operand.bound = largest * factor;
  return operand;
}

/// Ticks of a coarser unit, as DuckDB casts between timestamps: toward zero; +-infinity stays, which is witnessed.
Translation Coarser(Translation ticks, int64_t ratio, Encoding encoding) {
  ticks.witnesses.push_back(Outside(ticks.expr, -(INFINITE_TIME - 1), INFINITE_TIME - 1, "an infinite time"));
  ticks.expr = Over(ticks.expr, ratio);
  ticks.encoding = encoding;
  ticks.bound = INFINITE_TIME / ratio + 1;
  return ticks;
}

/// TIMESTAMP_NS to TIMESTAMP (or TIMESTAMPTZ in UTC).
Translation NanosecondsToMicros(Translation nanoseconds) {
  auto micros = Coarser(std::move(nanoseconds), 1000, Encoding::TICKS_US);
  if (micros.type.id() == LogicalTypeId::TIMESTAMP_NS) micros.type = LogicalType::TIMESTAMP;
  return micros;
}

/// Any time or date as microseconds with a known bound.
std::optional<Translation> Micros(Scope &scope, Translation operand) {
  switch (operand.encoding) {
    case Encoding::TICKS_NS: operand = NanosecondsToMicros(std::move(operand)); break;
    case Encoding::TICKS_US:
      if (operand.bound == 0 || operand.bound > MICROS_BOUND) operand = Scaled(std::move(operand), 1, MICROS_BOUND);
      break;
    case Encoding::TICKS_MS: operand = Scaled(std::move(operand), 1000, MICROS_BOUND / 1000); break;
    case Encoding::TICKS_S: operand = Scaled(std::move(operand), 1000000, MICROS_BOUND / 1000000); break;
    case Encoding::DAYS: operand = Scaled(std::move(operand), MICROS_PER_DAY, 46000000); break;
    default: return scope.Refuse("a time stored as REAL or TEXT is not computed with on the shard");
  }
  operand.encoding = Encoding::TICKS_US;
  operand.type = LogicalType::TIMESTAMP;
  return operand;
}

/// A multiple of `width` that lifts every value within the bound above zero.
int64_t Lift(int64_t bound, int64_t width) { return (bound / width + 2) * width; }

/// Where in its cycle a time is: the hour of the day, the microsecond of the minute. (value mod cycle) / unit.
RemoteExpr InCycle(const Translation &micros, int64_t cycle, int64_t unit) {
  return Over(Modulo(Plus(micros.expr, Lift(micros.bound, cycle)), cycle), unit);
}

/// The first second of a bucket of months.
RemoteExpr MonthBucket(const RemoteExpr &seconds, const Bucket &bucket) {
  if (bucket.months == 1) return Calendar("%s", seconds, {RemoteExpr::Text("start of month")});
  if (bucket.months == 12 && bucket.origin == 0) return Calendar("%s", seconds, {RemoteExpr::Text("start of year")});
  // Months since year 0, less the origin, lifted above zero: what is past a multiple of the width is stepped back.
  const int64_t width = bucket.months;
  const int64_t origin = ((1970 * 12 + bucket.origin) % width + width) % width;
  const bool within_year = 12 % width == 0;
  auto months = Calendar("%m", seconds);
  if (!within_year) months = RemoteExpr::Infix("+", Times(Calendar("%Y", seconds), 12), months);
  auto past = Modulo(Plus(std::move(months), 2 * width - origin - 1), width);
  return Calendar("%s", seconds,
                  {RemoteExpr::Text("start of month"),
                   RemoteExpr::Call("printf", {RemoteExpr::Text("-%d months"), std::move(past)})});
}

Translation BucketOf(Translation micros, const Bucket &bucket, const LogicalType &type) {
  const bool days = type.id() == LogicalTypeId::DATE;
  if (bucket.months > 0) {
    const auto seconds = CalendarSeconds(micros);
    auto start = MonthBucket(seconds, bucket);
    micros.expr = days ? Over(std::move(start), 86400) : Times(std::move(start), MICROS_PER_SECOND);
    micros.bound = CALENDAR_END;
  } else if (days && bucket.micros == MICROS_PER_DAY && bucket.origin == 0) {
    micros.expr = FloorDivide(micros.expr, micros.bound, MICROS_PER_DAY);
  } else {
    const int64_t shift = Lift(micros.bound, bucket.micros) - bucket.origin;
    micros.expr = Minus(Times(Over(Plus(micros.expr, shift), bucket.micros), bucket.micros), shift);
    micros.bound += bucket.micros;
    if (days) micros.expr = FloorDivide(micros.expr, micros.bound, MICROS_PER_DAY);
  }
  micros.type = type;
  micros.encoding = days ? Encoding::DAYS : Encoding::TICKS_US;
  if (days) micros.bound = 46000000;
  return micros;
}

/// The Thursday of the same ISO week, whose year and number are the week's; 1970-01-01 was one.
RemoteExpr ThursdaySeconds(Translation &micros) {
  CalendarSeconds(micros);  // for its witness
  const auto weeks =
      FloorDivide(Plus(micros.expr, 3 * MICROS_PER_DAY), micros.bound + 3 * MICROS_PER_DAY, 7 * MICROS_PER_DAY);
  return Times(weeks, 7 * 86400);
}

std::optional<RemoteExpr> PartOf(Translation &micros, DatePartSpecifier part) {
  switch (part) {
    case DatePartSpecifier::MICROSECONDS: return InCycle(micros, 60 * MICROS_PER_SECOND, 1);
    case DatePartSpecifier::MILLISECONDS: return InCycle(micros, 60 * MICROS_PER_SECOND, 1000);
    case DatePartSpecifier::SECOND: return InCycle(micros, 60 * MICROS_PER_SECOND, MICROS_PER_SECOND);
    case DatePartSpecifier::MINUTE: return InCycle(micros, 3600 * MICROS_PER_SECOND, 60 * MICROS_PER_SECOND);
    case DatePartSpecifier::HOUR: return InCycle(micros, MICROS_PER_DAY, 3600 * MICROS_PER_SECOND);
    case DatePartSpecifier::DOW:
    case DatePartSpecifier::ISODOW: {
      // 1970-01-01 was a Thursday.
      const auto shifted = part == DatePartSpecifier::DOW ? 4 * MICROS_PER_DAY : 3 * MICROS_PER_DAY;
      auto day = Over(Modulo(Plus(micros.expr, Lift(micros.bound, 7 * MICROS_PER_DAY) + shifted), 7 * MICROS_PER_DAY),
                      MICROS_PER_DAY);
      return part == DatePartSpecifier::DOW ? day : Plus(std::move(day), 1);
    }
    case DatePartSpecifier::YEAR: return Calendar("%Y", CalendarSeconds(micros));
    case DatePartSpecifier::MONTH: return Calendar("%m", CalendarSeconds(micros));
    case DatePartSpecifier::DAY: return Calendar("%d", CalendarSeconds(micros));
    case DatePartSpecifier::DOY: return Calendar("%j", CalendarSeconds(micros));
    case DatePartSpecifier::QUARTER: return Over(Plus(Calendar("%m", CalendarSeconds(micros)), 2), 3);
    case DatePartSpecifier::WEEK: return Over(Plus(Calendar("%j", ThursdaySeconds(micros)), 6), 7);
    case DatePartSpecifier::ISOYEAR: return Calendar("%Y", ThursdaySeconds(micros));
    case DatePartSpecifier::YEARWEEK: {
      const auto thursday = ThursdaySeconds(micros);
      return RemoteExpr::Infix("+", Times(Calendar("%Y", thursday), 100), Over(Plus(Calendar("%j", thursday), 6), 7));
    }
    // The calendar's years are positive.
    case DatePartSpecifier::DECADE: return Over(Calendar("%Y", CalendarSeconds(micros)), 10);
    case DatePartSpecifier::CENTURY: return Plus(Over(Minus(Calendar("%Y", CalendarSeconds(micros)), 1), 100), 1);
    case DatePartSpecifier::MILLENNIUM: return Plus(Over(Minus(Calendar("%Y", CalendarSeconds(micros)), 1), 1000), 1);
    default: return std::nullopt;
  }
}

}  // namespace

RemoteExpr FloorDivide(const RemoteExpr &value, int64_t bound, int64_t width) {
  const int64_t lift = Lift(bound, width);
  return Minus(Over(Plus(value, lift), width), lift / width);
}

RemoteExpr CalendarSeconds(Translation &micros) {
  if (micros.bound > NANOSECONDS_BOUND_IN_MICROS) {
    micros.witnesses.push_back(Outside(micros.expr, CALENDAR_BEGIN, CALENDAR_END - 1, "a time out of the calendar"));
  }
  return FloorDivide(micros.expr, micros.bound, MICROS_PER_SECOND);
}

RemoteExpr CalendarText(const std::string &format, const RemoteExpr &seconds, std::vector<RemoteExpr> modifiers) {
  std::vector<RemoteExpr> arguments = {RemoteExpr::Text(format), seconds, RemoteExpr::Text("unixepoch")};
  arguments.insert(arguments.end(), modifiers.begin(), modifiers.end());
  return RemoteExpr::Call("strftime", std::move(arguments));
}

RemoteExpr Calendar(const std::string &format, const RemoteExpr &seconds, std::vector<RemoteExpr> modifiers) {
  return RemoteExpr::Cast(CalendarText(format, seconds, std::move(modifiers)), "INTEGER");
}

std::optional<Translation> TimeArgument(Scope &scope, const duckdb::Expression &argument) {
  switch (argument.return_type.id()) {
    case LogicalTypeId::DATE:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_NS: break;
    case LogicalTypeId::TIMESTAMP_TZ: return scope.Refuse("the parts of a TIMESTAMPTZ depend on the session's zone");
    default: return scope.Refuse("a part of " + argument.return_type.ToString());
  }
  auto operand = scope.Value(argument);
  if (!operand) return std::nullopt;
  return Micros(scope, std::move(*operand));
}

Translation AsShown(Translation column) {
  const auto shown = ComputedEncoding(column.type);
  const auto stored_unit = NanosecondsPerTick(column.encoding);
  const auto shown_unit = shown ? NanosecondsPerTick(*shown) : std::nullopt;
  if (!stored_unit || !shown_unit || *stored_unit >= *shown_unit) return column;
  return Coarser(std::move(column), *shown_unit / *stored_unit, *shown);
}

std::optional<Translation> CastTime(Scope &scope, Translation operand, const LogicalType &target) {
  const bool from_zone = operand.type.id() == LogicalTypeId::TIMESTAMP_TZ;
  const bool to_zone = target.id() == LogicalTypeId::TIMESTAMP_TZ;
  if (from_zone != to_zone && scope.zone != SessionZone::UTC) {
    return scope.Refuse("a cast between TIMESTAMP and TIMESTAMPTZ depends on the session's zone");
  }
  if (target.id() == LogicalTypeId::DATE) {
    auto micros = Micros(scope, std::move(operand));
    if (!micros) return std::nullopt;
    return BucketOf(std::move(*micros), {MICROS_PER_DAY, 0, 0}, target);
  }
  if (target.id() == LogicalTypeId::VARCHAR && operand.encoding == Encoding::DAYS) {
    auto micros = Micros(scope, std::move(operand));
    auto text = CalendarText("%Y-%m-%d", CalendarSeconds(*micros));
    return Combine(std::move(text), target, Encoding::TEXT, *micros);
  }
  const auto target_encoding = ComputedEncoding(target);
  const auto target_unit = target_encoding ? NanosecondsPerTick(*target_encoding) : std::nullopt;
  if (!target_unit) return scope.Refuse("CAST of a time to " + target.ToString());
  if (operand.encoding == Encoding::DAYS) {
    if (*target_unit != 1000) return scope.Refuse("CAST of a date to " + target.ToString());
    operand = *Micros(scope, std::move(operand));
  } else if (*target_unit > *NanosecondsPerTick(operand.encoding)) {
    if (*target_unit != 1000) return scope.Refuse("CAST to " + target.ToString() + " rounds");
    operand = NanosecondsToMicros(std::move(operand));
  }
  operand.type = target;
  return operand;
}

std::optional<Translation> TranslateBucket(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto bucket = BucketOfCall(call);
  if (!bucket || bucket->micros > MICROS_BOUND / 16 || bucket->months > 12000) {
    return scope.Refuse(call.function.name + "(): only constant widths and parts up to a year, with constant origin");
  }
  auto micros = TimeArgument(scope, *call.children[1]);
  if (!micros) return std::nullopt;
  return BucketOf(std::move(*micros), *bucket, call.return_type);
}

std::optional<Translation> TranslateDatePart(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  auto name = call.function.name;
  if (name == "date_part" || name == "datepart") {
    const auto constant = ConstantOf(*call.children[0]);
    if (!constant || constant->IsNull() || call.children.size() != 2) return scope.Refuse("date_part() of a column");
    name = constant->ToString();
  }
  const auto part = DatePartNamed(name);
  auto micros = TimeArgument(scope, *call.children.back());
  if (!micros) return std::nullopt;
  auto value = part ? PartOf(*micros, *part) : std::nullopt;
  if (!value) return scope.Refuse(name + ": a part that SQLite has no exact form for");
  return Combine(std::move(*value), call.return_type, Encoding::INTEGER, *micros);
}

namespace {

/// epoch_ms(BIGINT) and make_timestamp(BIGINT): a number as a time; DuckDB raises where it is out of range.
std::optional<Translation> TimeOfNumber(Scope &scope, Translation number, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  const int64_t unit = name == "epoch_ms" || name == "make_timestamp_ms" ? 1000 : name == "make_timestamp" ? 1 : 0;
  if (unit == 0 || call.children.size() != 1 || call.return_type.id() != LogicalTypeId::TIMESTAMP) {
    return scope.Refuse(name + "(): no time of a number");
  }
  auto micros = Scaled(std::move(number), unit, MICROS_BOUND / unit);
  micros.type = call.return_type;
  micros.encoding = Encoding::TICKS_US;
  return micros;
}

}  // namespace

std::optional<Translation> TranslateMakeTimestamp(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.children.size() != 1) return scope.Refuse(call.function.name + "() of parts");
  auto number = scope.Value(*call.children[0]);
  if (!number) return std::nullopt;
  if (number->encoding != Encoding::INTEGER) return scope.Refuse(call.function.name + "() of other than an integer");
  return TimeOfNumber(scope, std::move(*number), call);
}

std::optional<Translation> TranslateEpoch(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  const auto &argument = *call.children[0];
  if (name == "epoch_ns" && argument.return_type.id() == LogicalTypeId::TIMESTAMP_NS) {
    auto operand = scope.Value(argument);
    if (!operand) return std::nullopt;
    if (operand->encoding == Encoding::TICKS_NS) {
      return Combine(operand->expr, call.return_type, Encoding::INTEGER, *operand);
    }
  }
  if (argument.return_type.id() == LogicalTypeId::TIMESTAMP_TZ && name == "epoch")
    return scope.Refuse("epoch(TIMESTAMPTZ)");
  auto operand = scope.Value(argument);
  if (!operand) return std::nullopt;
  if (operand->encoding == Encoding::INTEGER) return TimeOfNumber(scope, std::move(*operand), call);
  auto micros = Micros(scope, std::move(*operand));
  if (!micros) return std::nullopt;
  if (name == "epoch") {
    auto real = RemoteExpr::Infix("/", RemoteExpr::Cast(micros->expr, "REAL"), RemoteExpr::Literal(1000000.0));
    return Combine(std::move(real), call.return_type, Encoding::REAL, *micros);
  }
  if (name == "epoch_ns") {
    if (micros->bound > NANOSECONDS_BOUND_IN_MICROS - 1) {
      micros->witnesses.push_back(Outside(micros->expr, -(NANOSECONDS_BOUND_IN_MICROS - 2),
                                          NANOSECONDS_BOUND_IN_MICROS - 2, "a time out of range"));
    }
    micros->expr = Times(micros->expr, 1000);
  } else if (name == "epoch_ms") {
    micros->expr = Over(micros->expr, 1000);
  }
  return Combine(micros->expr, call.return_type, Encoding::INTEGER, *micros);
}

std::optional<Translation> ShiftTime(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const bool interval_first = call.children[0]->return_type.id() == LogicalTypeId::INTERVAL;
  const auto &time = *call.children[interval_first ? 1 : 0];
  const auto constant = ConstantOf(*call.children[interval_first ? 0 : 1]);
  if (!constant || constant->IsNull() || constant->type().id() != LogicalTypeId::INTERVAL) {
    return scope.Refuse("arithmetic between times");
  }
  auto shift = FixedMicros(duckdb::IntervalValue::Get(*constant));
  const bool back = call.function.name == "-";
  if (!shift || *shift > MICROS_BOUND / 16 || *shift < -MICROS_BOUND / 16 || (back && interval_first) ||
      time.return_type.id() != LogicalTypeId::TIMESTAMP) {
    return scope.Refuse("an interval with months, or of a type other than TIMESTAMP");
  }
  auto micros = TimeArgument(scope, time);
  if (!micros) return std::nullopt;
  micros->expr = Plus(micros->expr, back ? -*shift : *shift);
  micros->bound += *shift < 0 ? -*shift : *shift;
  return Combine(micros->expr, call.return_type, Encoding::TICKS_US, *micros);
}

}  // namespace shardite
