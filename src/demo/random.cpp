#include "demo/random.hpp"

#include <algorithm>
#include <cmath>

namespace shardite {

namespace {

uint64_t RotateLeft(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }

/// 2^(i/256) for i = 0..255, from square roots only: those are rounded alike everywhere.
std::array<double, 256> FractionsOfTwo() {
  std::array<double, 8> roots{};  // 2^(1/2), 2^(1/4), ..., 2^(1/256)
  double root = 2;
  for (auto &entry : roots) entry = root = std::sqrt(root);
  std::array<double, 256> powers{};
  for (size_t i = 0; i < powers.size(); i++) {
    double power = 1;
    for (size_t bit = 0; bit < roots.size(); bit++) {
      if ((i >> (7 - bit)) & 1) power *= roots[bit];
    }
    powers[i] = power;
  }
  return powers;
}

}  // namespace

uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

uint64_t Mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d) { return Mix(Mix(Mix(Mix(a) + b) + c) + d); }

Random::Random(uint64_t seed) {
  for (auto &word : state_) {
    seed = Mix(seed);
    word = seed;
  }
}

uint64_t Random::Next() {
  const uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

Zipf::Zipf(size_t size) {
  uint64_t sum = 0;
  running_.reserve(size);
  for (size_t rank = 0; rank < size; rank++) running_.push_back(sum += 1'000'000 / (rank + 1) + 1);
}

size_t Zipf::Draw(Random &random) const {
  const uint64_t at = random.Below(running_.back());
  return static_cast<size_t>(std::upper_bound(running_.begin(), running_.end(), at) - running_.begin());
}

int64_t LogNormal(Random &random, int64_t median, int64_t spread) {
  static const std::array<double, 256> FRACTIONS = FractionsOfTwo();
  // The sum of eight uniform 16-bit numbers: mean 4 * 65535, standard deviation 65536 * sqrt(8 / 12) = 53510.
  int64_t sum = 0;
  for (int draw = 0; draw < 2; draw++) {
    const uint64_t bits = random.Next();
    for (int lane = 0; lane < 4; lane++) sum += static_cast<int64_t>((bits >> (16 * lane)) & 0xFFFF);
  }
  const int64_t exponent = (sum - 4 * 65535) * spread / 53510;  // in 256ths
  const int64_t whole = exponent >> 8;                          // floors, also below zero
  const double fraction = FRACTIONS[static_cast<size_t>(exponent & 255)];
  const double value = std::ldexp(static_cast<double>(median) * fraction, static_cast<int>(whole));
  return std::max<int64_t>(1, static_cast<int64_t>(value));
}

}  // namespace shardite
