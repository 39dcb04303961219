#include "demo/otel_spans.hpp"

#include <algorithm>
#include <array>

namespace shardite {

namespace {

constexpr int64_t MILLISECOND = 1'000'000;
constexpr uint64_t EDGE_STREAM = 2;

constexpr std::array<std::string_view, 4> CLIENT_CALLS = {"HTTP GET", "SELECT shop.orders", "redis GET", "HTTP POST"};
constexpr std::array<std::string_view, 4> INTERNAL_STEPS = {"render", "validate", "serialize", "price rules"};
constexpr std::array<std::string_view, 3> MESSAGES = {"connection refused", "context deadline exceeded",
                                                      "upstream returned 503"};

size_t DrawTraceSize(Random &random) {
  size_t size = 1;
  while (size < 40 && random.Chance(850)) size++;
  return size;
}

int64_t StatusOf(const Span &span, Random &random) {
  if (span.status == "Error") return random.Chance(700) ? 503 : 500;
  if (random.Chance(60)) return random.Chance(500) ? 404 : 400;
  return random.Chance(100) ? 201 : 200;
}

void DescribeSpan(const OtelWorld &world, Span &span, Random &random) {
  switch (span.kind) {
    case SpanKind::SERVER:
      span.name = world.DrawOperation(random, span.service);
      AppendJsonText(span.attributes, "http.method", span.name.substr(0, span.name.find(' ')));
      AppendJsonText(span.attributes, "http.route", OtelWorld::Route(span.name));
      AppendJson(span.attributes, "http.status_code", StatusOf(span, random));
      if (random.Chance(800)) {
        AppendJsonText(span.attributes, "enduser.id", "user-" + std::to_string(world.DrawUser(random)));
      }
      break;
    case SpanKind::CLIENT:
      span.name = CLIENT_CALLS[random.Below(CLIENT_CALLS.size())];
      if (span.name.starts_with("HTTP")) {
        AppendJson(span.attributes, "http.status_code", StatusOf(span, random));
      } else {
        AppendJsonText(span.attributes, "db.system", span.name.starts_with("redis") ? "redis" : "postgresql");
        AppendJson(span.attributes, "net.peer.port", span.name.starts_with("redis") ? 6379 : 5432);
      }
      break;
    case SpanKind::INTERNAL:
      span.name = INTERNAL_STEPS[random.Below(INTERNAL_STEPS.size())];
      if (random.Chance(300)) AppendJson(span.attributes, "thread.id", random.Between(1, 32));
      break;
  }
  CloseJson(span.attributes);
}

/// What happened inside a span: an error, or nothing to report.
void DrawStatus(Span &span, bool trace_failed, Random &random) {
  if (trace_failed && (span.parent == 0 || random.Chance(450))) {
    span.status = "Error";
    span.message = MESSAGES[random.Below(MESSAGES.size())];
  } else {
    span.status = random.Chance(300) ? "Ok" : "Unset";
  }
}

void PlaceChild(const OtelWorld &world, const Span &parent, Span &span, Random &random) {
  span.parent = parent.id;
  span.service = parent.service;
  span.pod = parent.pod;
  if (parent.kind == SpanKind::CLIENT) {
    span.kind = SpanKind::SERVER;
    span.service = world.DrawService(random);
    span.pod = world.DrawPod(random);
  } else {
    span.kind = random.Chance(650) ? SpanKind::CLIENT : SpanKind::INTERNAL;
  }
  const int64_t offset = static_cast<int64_t>(random.Below(static_cast<uint64_t>(parent.duration) / 2 + 1));
  span.timestamp = parent.timestamp + offset;
  span.duration = std::min(parent.duration - offset, LogNormal(random, parent.duration / 3 + 1, 150));
}

}  // namespace

void MakeTrace(const OtelWorld &world, const TraceBounds &bounds, Random &random, std::vector<Span> &trace) {
  trace.clear();
  const size_t size = DrawTraceSize(random);
  const uint64_t trace_high = random.Next();
  const uint64_t trace_low = random.Next();
  const size_t root_service = world.DrawService(random);
  const bool failed = random.Chance(bounds.burst ? 400 : 20 + 8 * (root_service % 4));
  int64_t duration = LogNormal(random, (20 + 6 * static_cast<int64_t>(root_service)) * MILLISECOND, 370);
  if (failed) duration *= 6;
  if (bounds.burst) duration *= 2;

  for (size_t i = 0; i < size; i++) {
    Span span;
    span.trace_high = trace_high;
    span.trace_low = trace_low;
    span.id = random.Next() | 1;  // never 0
    if (i == 0) {
      span.service = root_service;
      span.pod = world.DrawPod(random);
      span.timestamp = bounds.start;
      span.duration = std::clamp<int64_t>(duration, 1, bounds.latest - bounds.start);
    } else {
      // The last spans are the likeliest parents: deep trees, as calls make them.
      const size_t back = 1 + random.Below(std::min<size_t>(i, 3));
      PlaceChild(world, trace[i - back], span, random);
    }
    DrawStatus(span, failed, random);
    DescribeSpan(world, span, random);
    trace.push_back(std::move(span));
  }
}

EdgeSpans MakeEdgeSpans(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice) {
  EdgeSpans edge;
  constexpr uint64_t FEWEST_SPANS = 200;  // below that a file would be nothing but edge
  const uint64_t neighbour = SliceOf(dataset, slice.number + 1).spans;
  const bool last = slice.number + 1 == static_cast<size_t>(dataset.shards);
  if (last || std::min(slice.spans, neighbour) < FEWEST_SPANS) return edge;

  Random random(Mix(dataset.seed, EDGE_STREAM, slice.number));
  const uint64_t traces = std::clamp<uint64_t>(slice.spans / 2000, 2, 40);
  std::vector<Span> trace;
  for (uint64_t i = 0; i < traces; i++) {
    const bool straddles = i % 2 == 0;
    const int64_t window = straddles ? std::min<int64_t>(200 * MILLISECOND, slice.LateWindow()) : slice.LateWindow();
    TraceBounds bounds;
    bounds.start = slice.until - 1 - static_cast<int64_t>(random.Below(static_cast<uint64_t>(window)));
    bounds.latest = slice.until + slice.LateWindow();
    bounds.burst = straddles;  // a slow trace reaches over the edge
    MakeTrace(world, bounds, random, trace);
    for (auto &span : trace) {
      const bool own = span.timestamp < slice.until;
      span.late = own && random.Chance(straddles ? 50 : 300);
      (own && !span.late ? edge.own : edge.next).push_back(std::move(span));
    }
  }
  return edge;
}

}  // namespace shardite
