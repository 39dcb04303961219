#pragma once
// Which failures are tried again, and when. A page arrives whole or not at all, so a whole request may be repeated
// without a row being seen twice.

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "base/cancel.hpp"
#include "remote/http_client.hpp"

namespace shardite {

/// TRANSPORT and OVERLOADED, at most 3 more times, after 50 ms doubling each time, each wait somewhere between half of
/// that and all of it, so that many clients do not return together. Never past the deadline.
class RetryPolicy {
 public:
  static constexpr uint32_t MAX_ATTEMPTS = 4;
  static constexpr std::chrono::milliseconds FIRST_DELAY{50};

  explicit RetryPolicy(uint64_t seed) : random_(seed) {}

  /// How long to wait before the next attempt; nullopt: this failure is final. `attempts` have been made.
  std::optional<std::chrono::milliseconds> NextDelay(const Failure &failure, uint32_t attempts,
                                                     const Deadline &deadline);

 private:
  std::mt19937_64 random_;
};

}  // namespace shardite
