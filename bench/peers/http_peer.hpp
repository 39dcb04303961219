#pragma once
// The least that a program with libcurl does to ask many servers: one thread, one multi handle, connections kept
// alive, so many requests in flight to each server as shardite allows itself. No retry, no deadline, no cancel.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/recording_drivers.hpp"

namespace shardite::bench {

struct PeerRequest {
  std::string server;  // what the limit counts by
  std::string url;
  std::string header;  // "Name: value", or none
  std::string body;
};

/// The same statements as HTTP requests, and in the same order.
std::vector<PeerRequest> PeerRequestsFor(const std::vector<SentStatement> &statements);

class HttpPeer {
 public:
  explicit HttpPeer(size_t in_flight_per_server);
  ~HttpPeer();
  HttpPeer(const HttpPeer &) = delete;
  HttpPeer &operator=(const HttpPeer &) = delete;

  using TakeBody = std::function<void(std::string_view body)>;
  /// Sends all, hands each body over as it has arrived whole, returns the bytes of all bodies. Throws
  /// std::runtime_error when anything but 200 comes back.
  uint64_t Fetch(const std::vector<PeerRequest> &requests, const TakeBody &take_body);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace shardite::bench
