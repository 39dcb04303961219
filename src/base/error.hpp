#pragma once
// The kinds of failure, by what is to be done about them, and the two forms they take: ShardError is a value that
// travels with a Result until someone can act on it; FleetError is thrown when the command or query cannot go on.
// No message ever holds a token, a password or a parameter value.

#include <stdexcept>
#include <string>

namespace shardite {

enum class ErrorClass {
  OVERLOADED,    // 429, 503, SQLITE_BUSY: back off, fewer requests to that server
  TRANSPORT,     // reset, truncated body, 502, 504, refused connection: retry the page
  TOO_LARGE,     // the response exceeds a limit of the server: ask for a smaller range
  SESSION,       // the server forgot our stream: restart the page
  ENCODING,      // the server could not encode a value: ask again with the safe projections
  CAPABILITY,    // no such function, syntax the server does not know: evaluate locally
  SCHEMA,        // no such table or column: the snapshot of the schema is stale
  CONFIG,        // 401, 403, 404, unknown namespace, not a database: a person must act
  DEADLINE,      // the time allowed is over
  CANCELLED,     // the query was interrupted
  SUM_OVERFLOW,  // a sum leaves 64 bits: ask for it in limbs
  DATA,          // a value does not fit what its column promises
  SQL,           // any other error of the shard's SQL engine
};

/// The name of an error class in lower case: "overloaded", "transport", ...
const char *ErrorClassName(ErrorClass error_class);

struct ShardError {
  ErrorClass error_class = ErrorClass::SQL;
  std::string shard;    // the shard's id
  std::string server;   // host:port, or the file
  std::string request;  // the kind of statement: "page", "partial", "schema", ...
  std::string message;  // what went wrong, in the server's words where it has some

  /// One line: `shard "2026-11-20" (127.0.0.1:8080), page: transport: connection refused`.
  std::string ToString() const;
};

/// The query or command cannot go on; what() is one clear line for a person.
class FleetError : public std::runtime_error {
 public:
  explicit FleetError(const std::string &line) : std::runtime_error(line) {}
  explicit FleetError(const ShardError &error) : std::runtime_error(error.ToString()) {}
};

}  // namespace shardite
