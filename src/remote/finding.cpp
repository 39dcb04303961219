#include "remote/finding.hpp"

namespace shardite {

const char *SeverityName(Severity severity) {
  switch (severity) {
    case Severity::OK: return "ok";
    case Severity::WARNING: return "warning";
    case Severity::ERROR: return "error";
  }
  return "error";
}

}  // namespace shardite
