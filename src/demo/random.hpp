#pragma once
// Random numbers that are the same on every machine and library: integers, and only such arithmetic on doubles as
// IEEE 754 rounds exactly (no std::distributions, no exp or log). One Random belongs to one thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shardite {

/// A well mixed function of its input (splitmix64's finaliser): random values without a state.
uint64_t Mix(uint64_t value);
/// One hash of several numbers, in order.
uint64_t Mix(uint64_t a, uint64_t b, uint64_t c = 0, uint64_t d = 0);

/// xoshiro256** seeded from a hash.
class Random {
 public:
  explicit Random(uint64_t seed);
  uint64_t Next();
  /// 0 <= result < bound; bound > 0.
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  /// low <= result <= high.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }
  /// True `permille` times in a thousand.
  bool Chance(uint64_t permille) { return Below(1000) < permille; }

 private:
  std::array<uint64_t, 4> state_;
};

/// Ranks 0 .. size-1, rank k drawn in proportion to 1/(k+1).
class Zipf {
 public:
  explicit Zipf(size_t size);
  size_t Draw(Random &random) const;

 private:
  std::vector<uint64_t> running_;  // sums of the weights up to and including each rank
};

/// A log-normal value: median * 2^(spread * z), z close to a standard normal, within 4.8 of 0.
/// `spread`: in 256ths of a factor of two (256 * sigma / ln 2).
int64_t LogNormal(Random &random, int64_t median, int64_t spread);

}  // namespace shardite
