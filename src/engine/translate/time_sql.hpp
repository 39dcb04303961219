#pragma once
// Pieces of SQL that the translations of time functions share: microseconds with a known bound, floored divisions,
// SQLite's calendar.

#include <vector>

#include "engine/translate/scope.hpp"
#include "engine/translate/time_arithmetic.hpp"

namespace shardite {

/// A time or date as microseconds since 1970 with a bound, so that shifting them cannot overflow. A zone's functions
/// read the session's zone: refused.
std::optional<Translation> TimeArgument(Scope &scope, const duckdb::Expression &argument);

/// floor(value / width) for |value| <= bound.
RemoteExpr FloorDivide(const RemoteExpr &value, int64_t bound, int64_t width);

/// Whole seconds, for strftime(); a time out of the years of SQLite's calendar is witnessed.
RemoteExpr CalendarSeconds(Translation &micros);

/// strftime(format, seconds, 'unixepoch', modifiers..) as text, and as a number.
RemoteExpr CalendarText(const std::string &format, const RemoteExpr &seconds, std::vector<RemoteExpr> modifiers = {});
RemoteExpr Calendar(const std::string &format, const RemoteExpr &seconds, std::vector<RemoteExpr> modifiers = {});

}  // namespace shardite
