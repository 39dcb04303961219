// Times, buckets of them, and windows over the time column.
#include "fleet/slice.hpp"
#include "test/differential/random_expression.hpp"

namespace shardite::test {

const Scope::Reference *ExpressionMaker::TimeColumn() const {
  for (const auto &column : scope_.columns) {
    if (column.type == ValueType::TIME) return &column;
  }
  return nullptr;
}

std::string ExpressionMaker::Time(int depth) {
  const auto *time = TimeColumn();
  if (!time) return TimeLiteral();
  switch (random_.Below(6)) {
    case 0:
      return "(" + time->sql +
             OneOf({" + INTERVAL '1 hour'", " - INTERVAL '90 seconds'", " + INTERVAL '1 day'", " - INTERVAL '1 month'",
                    " + INTERVAL '1 millisecond'", " - to_seconds(30)"}) +
             ")";
    case 1:
    case 2: return Bucket();
    case 3: return OneOf({"greatest(", "least("}) + time->sql + ", " + Column(ValueType::TIME) + ")";
    case 4: return scope_.fleet->zoned ? time->sql : "(" + time->sql + OneOf({")::TIMESTAMP", ")::DATE"});
    default: return Case(ValueType::TIME, depth);
  }
}

std::string ExpressionMaker::Bucket() {
  const auto *time = TimeColumn();
  if (!time) return Column(ValueType::INTEGER) + " // 3600000";
  if (random_.Chance(500)) {
    return OneOf({"date_trunc('", "datetrunc('"}) +
           std::string(OneOf({"second", "minute", "hour", "day", "week", "month", "quarter", "year", "millisecond",
                              "microseconds", "decade"})) +
           "', " + time->sql + ")";
  }
  const std::string bucket = std::string("time_bucket(INTERVAL '") +
                             OneOf({"1 minute", "1 hour", "5 minutes", "1 day", "7 seconds", "90 minutes", "2 weeks",
                                    "1 month", "10 seconds", "3 months", "1 year", "3 days", "250 milliseconds"}) +
                             "', " + time->sql;
  if (random_.Chance(800)) return bucket + ")";
  if (random_.Chance(500))
    return bucket + OneOf({", INTERVAL '17 seconds')", ", INTERVAL '-1 hour')", ", INTERVAL '2 days')"});
  return bucket + (scope_.fleet->zoned ? ", TIMESTAMPTZ '" : ", TIMESTAMP '") +
         OneOf({"1970-01-01 00:00:00", "2026-03-05 00:30:00", "1960-02-29 12:00:00"}) + "')";
}

std::string ExpressionMaker::IntegerOfTime() {
  const auto *time = TimeColumn();
  if (!time) return Column(ValueType::INTEGER);
  switch (random_.Below(5)) {
    case 0:
      return std::string("extract(") +
             OneOf({"hour", "minute", "second", "day", "year", "epoch", "dow", "isodow", "doy", "month", "quarter",
                    "week", "isoyear", "millisecond", "microsecond", "century"}) +
             " FROM " + time->sql + ")::BIGINT";
    case 1: return OneOf({"epoch_ms(", "epoch_us(", "epoch_ns("}) + time->sql + ")";
    case 2:
      return OneOf({"year(", "month(", "day(", "hour(", "minute(", "second(", "dayofyear(", "weekday("}) + time->sql +
             ")";
    case 3:
      return std::string("date_diff('") + OneOf({"minute", "hour", "day"}) + "', " + TimeLiteral() + "::TIMESTAMP, " +
             time->sql + (scope_.fleet->zoned ? "::TIMESTAMP)" : ")");
    default: return std::string("date_part('") + OneOf({"hour", "minute", "dow", "month"}) + "', " + time->sql + ")";
  }
}

int64_t ExpressionMaker::Instant() {
  const auto &fleet = *scope_.fleet;
  const int64_t span = fleet.until - fleet.from;
  // Edges of slices matter most; instants far outside leave no shard or all of them.
  if (random_.Chance(300)) return fleet.from + fleet.width * random_.Between(0, span / fleet.width);
  if (random_.Chance(60)) return fleet.from - 100 * fleet.width;
  if (random_.Chance(60)) return fleet.from + fleet.width * random_.Between(0, span / fleet.width) - fleet.tick;
  const int64_t at = fleet.from + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(span)));
  return random_.Chance(500) ? at : at - ((at % fleet.tick) + fleet.tick) % fleet.tick;
}

std::string ExpressionMaker::TimeLiteral() {
  std::string text = FormatTime(Instant());
  text.pop_back();  // Z
  text[10] = ' ';
  const bool typed = !scope_.fleet->zoned && random_.Chance(350);
  if (typed && random_.Chance(150)) return "DATE '" + text.substr(0, 10) + "'";
  return (typed ? OneOf({"TIMESTAMP_NS '", "TIMESTAMP '", "TIMESTAMP_NS '"}) : "'") + text + "'";
}

std::string ExpressionMaker::Window() {
  const auto *time = TimeColumn();
  if (!time) {  // shown as a number
    const int64_t tick = scope_.fleet->shown_tick > 0 ? scope_.fleet->shown_tick : 1'000'000;
    const std::string column = scope_.columns.front().sql;
    return "(" + column + OneOf({" >= ", " > "}) + std::to_string(Instant() / tick) + " AND " + column +
           OneOf({" < ", " <= "}) + std::to_string(Instant() / tick) + ")";
  }
  switch (random_.Below(8)) {
    case 0: return time->sql + OneOf({" >= ", " < ", " > ", " <= ", " = ", " <> "}) + TimeLiteral();
    case 1:
      return time->sql + OneOf({" BETWEEN ", " NOT BETWEEN ", " BETWEEN "}) + TimeLiteral() + " AND " + TimeLiteral();
    case 2: return "(" + Window() + OneOf({" OR ", " OR NOT "}) + Window() + ")";
    case 3: return TimeCondition(1);
    default:
      return "(" + time->sql + OneOf({" >= ", " > ", " >= "}) + TimeLiteral() + " AND " + time->sql +
             OneOf({" < ", " <= ", " < "}) + TimeLiteral() + ")";
  }
}

std::string ExpressionMaker::TimeCondition(int depth) {
  const auto *time = TimeColumn();
  if (!time) return Condition(depth - 1);
  const int64_t at = Instant();
  const std::string plain = "'" + FormatTime(at).substr(0, 19) + "'";
  const char *type = scope_.fleet->zoned ? "TIMESTAMPTZ " : "TIMESTAMP ";
  switch (random_.Below(8)) {
    case 0: return "(" + Bucket() + OneOf({" >= ", " < ", " = "}) + type + plain + ")";
    case 1:
      return "(" + time->sql + OneOf({"::DATE = ", "::DATE >= ", "::DATE < "}) + "DATE '" + plain.substr(1, 10) + "')";
    case 2: return "(epoch_ms(" + time->sql + OneOf({") >= ", ") < ", ") = "}) + std::to_string(at / 1'000'000) + ")";
    case 3:
      return std::string("(extract(") + OneOf({"hour", "minute", "dow"}) + " FROM " + time->sql +
             OneOf({") = ", ") >= ", ") < "}) + std::to_string(random_.Below(12)) + ")";
    case 4: return "(" + time->sql + OneOf({" IN (", " NOT IN ("}) + TimeLiteral() + ", " + TimeLiteral() + "))";
    case 5:
      return "(" + time->sql + OneOf({" - INTERVAL '1 hour'", " + INTERVAL '5 minutes'", " - INTERVAL '1 month'"}) +
             OneOf({" >= ", " < "}) + type + plain + ")";
    case 6: return "(" + time->sql + OneOf({" > ", " <= "}) + type + plain + " - INTERVAL '90 seconds')";
    default: return "(" + Time(depth - 1) + OneOf({" >= ", " < ", " IS NOT DISTINCT FROM "}) + type + plain + ")";
  }
}

}  // namespace shardite::test
