#pragma once
// What a server's SQLite may lack. Where a better form of an expression needs it, RemoteExpr::Either offers both forms,
// and each shard of one query is sent the one that it can evaluate.

namespace shardite {

enum class Capability {
  JSON_EACH,   // the table-valued json_each()
  JSON_ARROW,  // the operator ->, since 3.38
  MATH,        // floor(), ceil(), ... of SQLITE_ENABLE_MATH_FUNCTIONS
};

struct Capabilities {
  bool json_each = false;
  bool json_arrow = false;
  bool math = false;

  bool operator==(const Capabilities &) const = default;
  bool Have(Capability capability) const {
    switch (capability) {
      case Capability::JSON_EACH: return json_each;
      case Capability::JSON_ARROW: return json_arrow;
      case Capability::MATH: return math;
    }
    return false;
  }
};

}  // namespace shardite
