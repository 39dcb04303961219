// Every fuzz target over sound inputs and over random damage to them: the same every time, within two seconds each.

#include <chrono>

#include <gtest/gtest.h>

#include "demo/random.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

constexpr uint64_t CASES = 40000;
constexpr std::chrono::milliseconds MOST_TIME{1500};

void Damage(const FuzzTarget &target, Random &random, std::string &input) {
  const auto at = [&] { return static_cast<size_t>(random.Below(input.size() + 1)); };
  const size_t place = at();
  switch (random.Below(7)) {
    case 0: input.resize(place); break;
    case 1: input.insert(place, target.words[random.Below(target.words.size())]); break;
    case 2: input.insert(place, 1, static_cast<char>(random.Below(256))); break;
    case 3: input.erase(place, random.Below(8)); break;
    case 4: input.insert(place, input.substr(at(), random.Below(40))); break;
    case 5: {
      const auto &other = target.seeds[random.Below(target.seeds.size())];
      input.replace(place, random.Below(20), other.substr(random.Below(other.size() + 1), random.Below(60)));
      break;
    }
    default:
      if (place < input.size()) input[place] = static_cast<char>(input[place] ^ (1 << random.Below(8)));
  }
}

class Fuzz : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, SoundSeeds) {
  for (const auto &seed : GetParam().seeds) {
    EXPECT_NO_THROW(GetParam().run(seed)) << seed;
  }
  EXPECT_NO_THROW(GetParam().run(""));
}

TEST_P(Fuzz, DamagedSeeds) {
  const auto &target = GetParam();
  const auto end = std::chrono::steady_clock::now() + MOST_TIME;
  Random random(20261122);
  uint64_t cases = 0;
  for (; cases < CASES && std::chrono::steady_clock::now() < end; cases++) {
    std::string input = target.seeds[random.Below(target.seeds.size())];
    for (uint64_t damage = random.Below(6); damage > 0; damage--) Damage(target, random, input);
    try {
      target.run(input);
    } catch (const std::exception &error) {
      FAIL() << target.name << ", case " << cases << ": " << error.what() << "\n" << ::testing::PrintToString(input);
    }
  }
  EXPECT_GT(cases, 0u);
}

INSTANTIATE_TEST_SUITE_P(Parsers, Fuzz, ::testing::ValuesIn(AllFuzzTargets()),
                         [](const auto &target) { return std::string(target.param.name); });

}  // namespace

// For gtest's messages.
void PrintTo(const FuzzTarget &target, std::ostream *out) { *out << target.name; }

}  // namespace shardite::test
