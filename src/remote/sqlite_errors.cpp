#include "remote/sqlite_errors.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace shardite {

namespace {

struct KnownMessage {
  std::string_view words;  // lower case
  ErrorClass error_class;
};

// The first match decides.
constexpr KnownMessage KNOWN_MESSAGES[] = {
    {"no such function", ErrorClass::CAPABILITY},
    {"no such table-valued function", ErrorClass::CAPABILITY},
    {"wrong number of arguments to function", ErrorClass::CAPABILITY},
    {"syntax error", ErrorClass::CAPABILITY},
    {"unrecognized token", ErrorClass::CAPABILITY},
    {"incomplete input", ErrorClass::CAPABILITY},
    {"could not be parsed", ErrorClass::CAPABILITY},
    {"unsupported statement", ErrorClass::CAPABILITY},
    {"expression tree is too large", ErrorClass::CAPABILITY},
    {"parser stack overflow", ErrorClass::CAPABILITY},
    {"too many terms in compound select", ErrorClass::CAPABILITY},
    {"too many columns", ErrorClass::CAPABILITY},
    {"too many sql variables", ErrorClass::CAPABILITY},
    {"no such collation sequence", ErrorClass::CAPABILITY},
    {"unable to use function", ErrorClass::CAPABILITY},
    {"misuse of", ErrorClass::CAPABILITY},
    {"no such table", ErrorClass::SCHEMA},
    {"no such column", ErrorClass::SCHEMA},
    {"no such module", ErrorClass::SCHEMA},
    {"database schema has changed", ErrorClass::SCHEMA},
    {"string or blob too big", ErrorClass::TOO_LARGE},
    {"string or blob exceeded size limit", ErrorClass::TOO_LARGE},
    {"response is too large", ErrorClass::TOO_LARGE},
    {"query result too large", ErrorClass::TOO_LARGE},
    {"out of memory", ErrorClass::TOO_LARGE},
    {"integer overflow", ErrorClass::SUM_OVERFLOW},
    {"query timeout", ErrorClass::DEADLINE},
    {"context deadline exceeded", ErrorClass::DEADLINE},
    {"interrupted", ErrorClass::DEADLINE},
    {"database is locked", ErrorClass::OVERLOADED},
    {"database table is locked", ErrorClass::OVERLOADED},
    {"leader not found", ErrorClass::OVERLOADED},
    {"not leader", ErrorClass::OVERLOADED},
    {"store not open", ErrorClass::OVERLOADED},
    {"too many requests", ErrorClass::OVERLOADED},
    {"too many concurrent requests", ErrorClass::OVERLOADED},
    {"stale read", ErrorClass::TRANSPORT},
    {"disk i/o error", ErrorClass::TRANSPORT},
    {"invalid utf-8", ErrorClass::ENCODING},
    {"utf-8", ErrorClass::ENCODING},
    {"unsupported value", ErrorClass::ENCODING},
    {"stream not found", ErrorClass::SESSION},
    {"stream expired", ErrorClass::SESSION},
    {"stream has expired", ErrorClass::SESSION},
    {"file is not a database", ErrorClass::CONFIG},
    {"database disk image is malformed", ErrorClass::CONFIG},
    {"unable to open database file", ErrorClass::CONFIG},
    {"namespace", ErrorClass::CONFIG},
    {"reads are blocked", ErrorClass::CONFIG},
    {"authorization", ErrorClass::CONFIG},
};

}  // namespace

ErrorClass ClassifySqliteMessage(const std::string &message) {
  std::string lower = message;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto &known : KNOWN_MESSAGES) {
    if (lower.find(known.words) != std::string::npos) return known.error_class;
  }
  return ErrorClass::SQL;
}

}  // namespace shardite
