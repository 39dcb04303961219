#pragma once
// Numbers of things, for people.

#include <cstdint>
#include <string>

namespace shardite {

/// "1 row", "2 rows"; `noun` in the singular.
inline std::string Counted(int64_t number, const char *noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

}  // namespace shardite
