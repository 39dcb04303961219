#pragma once
// A value, or the reason there is none. For failures that are a normal part of talking to shards; see base/error.hpp.

#include <utility>
#include <variant>

#include "base/error.hpp"

namespace shardite {

template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}           // NOLINT: implicit, so that `return value;` reads well
  Result(ShardError error) : state_(std::move(error)) {}  // NOLINT

  bool Ok() const { return state_.index() == 0; }
  explicit operator bool() const { return Ok(); }

  T &operator*() { return std::get<0>(state_); }
  const T &operator*() const { return std::get<0>(state_); }
  T *operator->() { return &std::get<0>(state_); }
  const T *operator->() const { return &std::get<0>(state_); }

  const ShardError &Error() const { return std::get<1>(state_); }

  /// The value; throws FleetError when there is none.
  T ValueOrThrow() && {
    if (!Ok()) throw FleetError(Error());
    return std::move(std::get<0>(state_));
  }

 private:
  std::variant<T, ShardError> state_;
};

}  // namespace shardite
