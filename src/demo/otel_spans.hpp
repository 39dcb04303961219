#pragma once
// Traces: trees of spans that go from service to service. Which file a span lies in: that of its slice, but for the
// late ones at the end of a slice, which lie in the next file. Traces near an edge come from a random stream of their
// own, so that the two files that share them agree without waiting for each other.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/otel_world.hpp"
#include "demo/random.hpp"

namespace shardite {

enum class SpanKind { SERVER, CLIENT, INTERNAL };

struct Span {
  int64_t timestamp = 0, duration = 0;  // ns
  uint64_t trace_high = 0, trace_low = 0;
  uint64_t id = 0, parent = 0;  // parent 0: the root
  size_t service = 0, pod = 0;
  SpanKind kind = SpanKind::SERVER;
  std::string_view name;
  std::string_view status;   // "Ok", "Error", "Unset"
  std::string_view message;  // of an error
  std::string attributes;
  bool late = false;
};

/// When a trace may lie.
struct TraceBounds {
  int64_t start = 0;   // of its root
  int64_t latest = 0;  // no span ends after this
  bool burst = false;  // slow and failing
};

/// Replaces `trace` with the spans of a new one, parents before their children.
void MakeTrace(const OtelWorld &world, const TraceBounds &bounds, Random &random, std::vector<Span> &trace);

/// The spans of the traces at the end of a slice, by the file they lie in; whole traces stay together and in order.
struct EdgeSpans {
  std::vector<Span> own, next;
};
EdgeSpans MakeEdgeSpans(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice);

}  // namespace shardite
