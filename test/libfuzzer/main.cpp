// One target of test/fuzz as a libFuzzer program; SHARDITE_FUZZ_TARGET is the function that makes it. A requirement
// that does not hold ends the program as a crash does.

#include <cstddef>
#include <cstdint>

#include "test/fuzz/fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const auto TARGET = shardite::test::SHARDITE_FUZZ_TARGET();
  TARGET.run({reinterpret_cast<const char *>(data), size});
  return 0;
}
