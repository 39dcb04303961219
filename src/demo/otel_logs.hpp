#pragma once
// Log records: most belong to a span that lies in the same file and are written while it runs.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/otel_spans.hpp"
#include "demo/otel_world.hpp"

namespace shardite {

/// What a log record must know of a span.
struct SpanReference {
  int64_t timestamp = 0, duration = 0;
  uint64_t trace_high = 0, trace_low = 0, id = 0;
  uint32_t service = 0, pod = 0;
  bool failed = false;
};

struct LogRecord {
  int64_t timestamp = 0;
  uint64_t trace_high = 0, trace_low = 0, span = 0;  // all 0: of no trace
  size_t service = 0, pod = 0;
  std::string_view severity;
  int severity_number = 0;
  std::string body, attributes;
  std::string_view event;
};

/// The records of one file, one by one and nearly in order of time.
class LogSource {
 public:
  /// `spans`: those of the same file, nearly in order of time; must outlive the source.
  LogSource(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice,
            const std::vector<SpanReference> &spans);
  /// False after slice.logs records.
  bool Next(LogRecord &record);

 private:
  void PlaceLate(LogRecord &record);
  bool PlaceWithSpan(LogRecord &record);  // true: of a span that failed

  const OtelDataset &dataset_;
  const OtelWorld &world_;
  const OtelSlice slice_;
  const std::vector<SpanReference> &spans_;
  Random random_;
  uint64_t late_ = 0;  // the first so many belong into the slice before
  uint64_t done_ = 0;
};

}  // namespace shardite
