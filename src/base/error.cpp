#include "base/error.hpp"

namespace shardite {

const char *ErrorClassName(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::OVERLOADED: return "overloaded";
    case ErrorClass::TRANSPORT: return "transport";
    case ErrorClass::TOO_LARGE: return "too large";
    case ErrorClass::SESSION: return "session";
    case ErrorClass::ENCODING: return "encoding";
    case ErrorClass::CAPABILITY: return "capability";
    case ErrorClass::SCHEMA: return "schema";
    case ErrorClass::CONFIG: return "configuration";
    case ErrorClass::DEADLINE: return "deadline";
    case ErrorClass::CANCELLED: return "cancelled";
    case ErrorClass::SUM_OVERFLOW: return "sum overflow";
    case ErrorClass::DATA: return "data";
    case ErrorClass::SQL: return "sql";
  }
  return "unknown";
}

std::string ShardError::ToString() const {
  std::string line = "shard \"" + shard + "\"";
  if (!server.empty()) line += " (" + server + ")";
  if (!request.empty()) line += ", " + request;
  return line + ": " + ErrorClassName(error_class) + ": " + message;
}

}  // namespace shardite
