// Writes the seeds of all targets as libFuzzer wants them: fuzz_seeds DIRECTORY makes DIRECTORY/<target>/<number>.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "test/fuzz/fuzz_target.hpp"

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "fuzz_seeds DIRECTORY\n";
    return 2;
  }
  for (const auto &target : shardite::test::AllFuzzTargets()) {
    const auto directory = std::filesystem::path(argv[1]) / target.name;
    std::filesystem::create_directories(directory);
    for (size_t i = 0; i < target.seeds.size(); i++) {
      std::ofstream(directory / std::to_string(i), std::ios::binary) << target.seeds[i];
    }
  }
  return 0;
}
