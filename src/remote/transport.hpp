#pragma once
// Carries one statement to a server and its answer back: waits for a place within the server's limit, sends, asks the
// driver whether the answer is one, and tries again where that can help. Shared by all HTTP clients of one registry.
// Thread rule: Send and SetMaximum from any thread; the callbacks of an Exchange run on the I/O thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "remote/http_client.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// What a server answered after `attempts` requests; with `failure`, that is final.
struct Answer {
  HttpReply reply;
  uint32_t attempts = 0;
  std::optional<Failure> failure;
  std::chrono::microseconds served{0};  // of the last attempt, from its start to its end
};

struct Exchange {
  /// Bodies from this size on are never looked into on the I/O thread: an error is shorter.
  static constexpr size_t INSPECTED_BODY_BYTES = 64 * 1024;

  HttpRequest request;
  CallOptions options;  // the time until its deadline counts from the first attempt, not while others have the places
  std::optional<std::chrono::milliseconds> attempt_timeout;  // of one attempt; may be longer than that
  /// Run before each attempt with the time that it has; may rewrite the url.
  std::function<void(HttpRequest &, std::chrono::milliseconds)> prepare;
  /// The driver's judgement of a reply: nullopt when it is an answer.
  std::function<std::optional<Failure>(const HttpReply &)> judge;
  std::function<void(Answer)> done;
};

class Transport {
 public:
  Transport();
  /// Every exchange that has not ended is told CANCELLED.
  ~Transport();
  Transport(const Transport &) = delete;
  Transport &operator=(const Transport &) = delete;

  void SetMaximum(const std::string &server, int max_in_flight);
  void Send(Exchange exchange);

 private:
  struct State;
  std::shared_ptr<State> state_;
  HttpClient http_;
};

}  // namespace shardite
