#pragma once
// The whole contract of a driver. A ShardClient speaks to one shard: it sends one statement and hands back what the
// server answered, still encoded, so that large pages are decoded on the caller's thread and not on the I/O thread.
// Retry, backoff and the limits per server are the remote layer's own (retry.hpp, server_limits.hpp): a failure that
// reaches the callback is final for that request. Clients are shared between queries and safe from any thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "remote/result_page.hpp"

namespace shardite {

/// What a statement is for; named in errors and counted in statistics.
enum class StatementKind { PROBE, SCHEMA, PAGE, PARTIAL, SCATTER };
const char *StatementKindName(StatementKind kind);  // "probe", "schema", "page", "partial", "scatter"

struct Statement {
  std::string sql;  // one SELECT, built by shardite (or given by the user of shardite_scatter)
  StatementKind kind = StatementKind::PAGE;
  /// Another SELECT, answered once `sql` has been (ResultPage::after); only where RequestShape::in_process.
  std::string after = {};
};

struct CallOptions {
  Deadline deadline = Deadline::After(std::chrono::seconds(60));
  CancelToken cancel;
};

/// One server's answer to one statement. Decode() may be called once, on any thread.
class Response {
 public:
  virtual ~Response() = default;
  virtual Result<ResultPage> Decode() = 0;

  uint64_t bytes_received = 0;          // on the wire (the body as received); for a file: the bytes of the values
  uint32_t attempts = 1;                // requests sent for it, retries included
  std::chrono::microseconds served{0};  // from sending the request that was answered to its answer; 0: not measured
};

using ResponseCallback = std::function<void(Result<std::unique_ptr<Response>>)>;

/// How result columns should be written in SQL so that they come back unchanged and cheaply.
enum class PageForm {
  ROWS,    // plain rows: the driver keeps storage classes and doubles exactly (sqlite files)
  PACKED,  // one row of packed columns (see sqlite/remote_query.hpp): json_group_array and group_concat(quote())
};

/// What the planner must know of a driver to shape requests; measured in wire.md.
struct RequestShape {
  PageForm form = PageForm::PACKED;
  bool in_process = false;                 // rows do not travel: pulling them may cost less than grouping them
  uint64_t aggregate_range_rows = 0;       // aggregate in rowid ranges of this many rows; 0: in one statement
  uint64_t target_page_bytes = 3u << 20;   // pages adapt to about this
  uint64_t max_response_bytes = 8u << 20;  // stay below this: beyond it the server refuses or suffers
};

/// What a server can do, asked once per server: names as SQLite's function list has them, in lower case.
struct ServerProfile {
  std::string sqlite_version;       // "3.45.1"
  bool has_math_functions = false;  // floor, ceil, sqrt, ... of SQLITE_ENABLE_MATH_FUNCTIONS
  bool HasFunction(const std::string &name) const;
  std::string function_names;  // ",abs,avg,...,": every name between commas
};

class ProfileCache;  // remote/introspect.hpp

class ShardClient {
 public:
  virtual ~ShardClient() = default;
  ShardClient() = default;
  ShardClient(const ShardClient &) = delete;
  ShardClient &operator=(const ShardClient &) = delete;

  /// Sends without blocking (beyond a queue's lock). The callback runs exactly once, on a driver's thread or, for a
  /// request that fails at once, on the caller's; it must be short and must not throw.
  virtual void Send(Statement statement, CallOptions options, ResponseCallback callback) = 0;

  virtual const std::string &ShardId() const = 0;
  /// "127.0.0.1:8080", or the file's path: what limits and profiles are kept by, and what errors name.
  virtual const std::string &Server() const = 0;
  /// "sqlite", "hrana", "rqlite".
  virtual const char *Driver() const = 0;
  virtual RequestShape Shape() const = 0;

  /// Where ProbeServer keeps profiles, shared by the clients of one registry; null: every probe asks the server.
  virtual std::shared_ptr<ProfileCache> Profiles() const { return nullptr; }
  /// Clients with equal keys have one profile: the server, or for files the SQLite library.
  virtual std::string ProfileKey() const { return Server(); }
  /// Clients with equal keys ask one database (shards of a series may share one), which is then introspected once.
  /// Empty: nothing is known.
  virtual std::string DatabaseKey() const { return ""; }
};

/// Sends and waits: for schemas, probes and tests; decodes on the calling thread. `bytes`, when given, receives the
/// size of the response.
Result<ResultPage> SendAndWait(ShardClient &client, Statement statement, const CallOptions &options,
                               uint64_t *bytes = nullptr);

}  // namespace shardite
