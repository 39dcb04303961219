#pragma once
// What a check has to say about a fleet, one line for people each.

#include <string>

namespace shardite {

/// OK: as declared. WARNING: answers are right, but something is worth knowing. ERROR: queries fail or miss rows.
enum class Severity { OK, WARNING, ERROR };
const char *SeverityName(Severity severity);  // "ok", "warning", "error"

struct Finding {
  Severity severity = Severity::OK;
  std::string shard;  // its id; "" for what concerns several
  std::string table;  // "" for the shard as a whole
  std::string message;
};

}  // namespace shardite
