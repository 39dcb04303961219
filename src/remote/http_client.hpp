#pragma once
// HTTP for the drivers: POST requests on one I/O thread with libcurl's multi interface, connections kept alive.
// Where it stands: driver -> Transport (limits, retry) -> HttpClient -> server. TLS certificates are verified,
// redirects are not followed (they would carry credentials elsewhere), no compression is offered, proxy variables of
// the environment are respected except for loopback addresses.
// Thread rule: Post() and the destructor may be called from any thread, everything else only on the I/O thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.hpp"
#include "base/error.hpp"

namespace shardite {

struct HttpRequest {
  std::string url;
  std::string server;                // host:port, for messages
  bool loopback = false;             // never through a proxy
  std::string ca;                    // a PEM file: the only authorities that are trusted; "": the system's
  std::vector<std::string> headers;  // "Name: value"; secrets travel here and in no message
  std::string body;
};

/// A reply that arrived whole. The body has BODY_PADDING spare bytes of capacity, as simdjson likes it.
struct HttpReply {
  static constexpr size_t BODY_PADDING = 64;
  int status = 0;
  std::string content_type;
  std::string location;  // where a redirect points to
  std::string body;
};

/// Why there is no answer, or what a driver found wrong with it.
struct Failure {
  ErrorClass error_class = ErrorClass::TRANSPORT;
  std::string message;
  /// How many attempts beyond the first make sense for this failure; the policy may allow fewer.
  int more_attempts = 3;
};

struct HttpOutcome {
  HttpReply reply;
  std::optional<Failure> failure;  // set: the reply means nothing
};
using HttpCallback = std::function<void(HttpOutcome)>;

/// True for localhost, 127.0.0.0/8 and ::1.
bool IsLoopback(const std::string &host);

class HttpClient {
 public:
  /// The largest body that is taken: beyond it the transfer is dropped with TOO_LARGE.
  static constexpr uint64_t MAX_BODY_BYTES = uint64_t{512} << 20;
  /// Cancel tokens are polled this often.
  static constexpr std::chrono::milliseconds TICK{25};

  HttpClient();
  /// Ends every transfer with CANCELLED, then the thread. Does not wait when called on the I/O thread itself.
  ~HttpClient();
  HttpClient(const HttpClient &) = delete;
  HttpClient &operator=(const HttpClient &) = delete;

  class Loop;
  /// What tasks hold on to; it outlives this object until its thread has ended.
  const std::shared_ptr<Loop> &GetLoop() const { return loop_; }

 private:
  std::shared_ptr<Loop> loop_;
  std::thread thread_;
};

class HttpClient::Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop &) = delete;
  Loop &operator=(const Loop &) = delete;

  /// Runs a task on the I/O thread; false when the loop has stopped, and then the task will never run.
  bool Post(std::function<void()> task);
  /// `tick` runs on the I/O thread after every turn of the loop and says when it wants to run next at the latest.
  void SetTick(std::function<Clock::time_point()> tick);
  bool Stopping() const;

  /// Starts a transfer. The callback runs on this thread, never from within Start.
  void Start(HttpRequest request, Deadline deadline, CancelToken cancel, HttpCallback callback);

 private:
  friend class HttpClient;
  struct State;
  void Run();
  void Stop();
  std::unique_ptr<State> state_;
};

}  // namespace shardite
