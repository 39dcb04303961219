// Times as text, and distances between times (time_functions.hpp).
#include <algorithm>
#include <iterator>

#include "engine/translate/constants.hpp"
#include "engine/translate/text_functions.hpp"
#include "engine/translate/time_functions.hpp"
#include "engine/translate/time_sql.hpp"

namespace shardite {
namespace {

using duckdb::DatePartSpecifier;

constexpr const char *DAYS[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr const char *MONTHS[] = {"January", "February", "March",     "April",   "May",      "June",
                                  "July",    "August",   "September", "October", "November", "December"};

/// %Y-%m-%d %H:%M:%S, %j and %%: SQLite's other letters mean something else, or nothing.
bool WritesAlike(const std::string &format) {
  if (format.empty() || !IsAscii(format)) return false;
  for (size_t i = 0; i < format.size(); i++) {
    if (format[i] != '%') continue;
    if (++i == format.size() || std::string("YmdHMSj%").find(format[i]) == std::string::npos) return false;
  }
  return true;
}

/// Floored from the nanoseconds themselves: here DuckDB does not go through microseconds.
std::optional<RemoteExpr> SecondsOfNanoseconds(Scope &scope, const duckdb::Expression &time, Translation &result) {
  const auto operand = scope.Value(time);
  if (!operand || operand->encoding != Encoding::TICKS_NS) return scope.Refuse("nanoseconds in another unit");
  const auto first = RemoteExpr::Integer(-9223372036000000000);  // DuckDB's split into date and time fails below
  result.witnesses.push_back({RemoteExpr::Infix("<", operand->expr, first), "a time out of range"});
  const auto second = RemoteExpr::Integer(1000000000);
  auto before = RemoteExpr::Infix("<", RemoteExpr::Infix("%", operand->expr, second), RemoteExpr::Integer(0));
  return RemoteExpr::Infix("-", RemoteExpr::Infix("/", operand->expr, second), std::move(before));
}

/// The names by the number that strftime writes, counted from `first`.
template <size_t N>
RemoteExpr NameOf(const RemoteExpr &number, int64_t first, const char *const (&names)[N]) {
  std::vector<RemoteExpr> branches;
  for (size_t i = 0; i < N; i++) {
    branches.push_back(RemoteExpr::Infix("=", number, RemoteExpr::Integer(first + static_cast<int64_t>(i))));
    branches.push_back(RemoteExpr::Text(names[i]));
  }
  branches.push_back(RemoteExpr::Null());
  return RemoteExpr::Case(std::move(branches));
}

}  // namespace

std::optional<Translation> TranslateStrftime(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const bool format_first = call.children[0]->return_type.id() == duckdb::LogicalTypeId::VARCHAR;
  const auto format = ConstantText(*call.children[format_first ? 0 : 1]);
  if (!format || !WritesAlike(*format)) {
    return scope.Refuse("strftime() with other than %Y %m %d %H %M %S %j: SQLite writes the rest otherwise");
  }
  const auto &argument = *call.children[format_first ? 1 : 0];
  auto micros = TimeArgument(scope, argument);
  if (!micros) return std::nullopt;
  const bool nanoseconds = argument.return_type.id() == duckdb::LogicalTypeId::TIMESTAMP_NS;
  auto seconds = nanoseconds ? SecondsOfNanoseconds(scope, argument, *micros) : CalendarSeconds(*micros);
  if (!seconds) return std::nullopt;
  return Combine(CalendarText(*format, *seconds), call.return_type, Encoding::TEXT, *micros);
}

std::optional<Translation> TranslateDateDiff(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto name = ConstantText(*call.children[0]);
  const auto part = name ? DatePartNamed(*name) : std::nullopt;
  const auto bucket = part ? BucketOfPart(*part) : std::nullopt;
  if (!bucket || bucket->months > 0 || *part == DatePartSpecifier::WEEK || *part == DatePartSpecifier::YEARWEEK) {
    return scope.Refuse("date_diff() in other than units of fixed length up to a day");
  }
  auto from = TimeArgument(scope, *call.children[1]);
  if (!from) return std::nullopt;
  auto until = TimeArgument(scope, *call.children[2]);
  if (!until) return std::nullopt;
  auto difference = RemoteExpr::Infix("-", FloorDivide(until->expr, until->bound, bucket->micros),
                                      FloorDivide(from->expr, from->bound, bucket->micros));
  return Combine(std::move(difference), call.return_type, Encoding::INTEGER, *from, *until);
}

std::optional<Translation> TranslateDayName(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  auto micros = TimeArgument(scope, *call.children[0]);
  if (!micros) return std::nullopt;
  const auto seconds = CalendarSeconds(*micros);
  auto text = call.function.name == "dayname" ? NameOf(Calendar("%w", seconds), 0, DAYS)
                                              : NameOf(Calendar("%m", seconds), 1, MONTHS);
  return Combine(std::move(text), call.return_type, Encoding::TEXT, *micros);
}

}  // namespace shardite
