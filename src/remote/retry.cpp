#include "remote/retry.hpp"

namespace shardite {

std::optional<std::chrono::milliseconds> RetryPolicy::NextDelay(const Failure &failure, uint32_t attempts,
                                                                const Deadline &deadline) {
  if (failure.error_class != ErrorClass::TRANSPORT && failure.error_class != ErrorClass::OVERLOADED) {
    return std::nullopt;
  }
  if (attempts >= MAX_ATTEMPTS || static_cast<int>(attempts) > failure.more_attempts) return std::nullopt;
  const auto full = FIRST_DELAY.count() << (attempts - 1);
  std::uniform_int_distribution<int64_t> jitter(full / 2, full);
  const std::chrono::milliseconds delay(jitter(random_));
  if (delay >= deadline.Remaining()) return std::nullopt;
  return delay;
}

}  // namespace shardite
