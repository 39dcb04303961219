#include "demo/otel_world.hpp"

#include <algorithm>
#include <array>

namespace shardite {

namespace {

constexpr std::array<std::string_view, 18> OPERATIONS = {
    "GET /api/products",  "GET /api/cart",       "POST /api/cart",      "POST /api/checkout", "GET /api/search",
    "GET /api/orders",    "POST /api/payments",  "GET /api/users/{id}", "GET /api/inventory", "POST /api/login",
    "GET /api/recommend", "PUT /api/users/{id}", "GET /api/reviews",    "POST /api/reviews",  "DELETE /api/cart",
    "GET /api/prices",    "POST /api/shipping",  "GET /healthz"};
constexpr size_t OPERATIONS_PER_SERVICE = 6;

/// Numbers 0 .. total-1 of rows dealt to slices by a triangle over the day: `share` of `shares`.
uint64_t Dealt(uint64_t total, uint64_t share, uint64_t shares) {
  const uint64_t whole = total / shares * share;
  return whole + total % shares * share / shares;
}

/// Traffic of the slices up to, not including, `number`: 60 at night to 156 at noon, as if each were an hour.
uint64_t TrafficBefore(size_t number) {
  constexpr uint64_t WHOLE_DAY = 24 * 60 + 8 * 144;
  uint64_t sum = number / 24 * WHOLE_DAY;
  for (uint64_t hour = 0; hour < number % 24; hour++) sum += 60 + 8 * std::min(hour, 24 - hour);
  return sum;
}

bool HasBurst(size_t slice) { return slice % 7 == 1; }

}  // namespace

OtelWorld::OtelWorld(const OtelDataset &dataset)
    : pods_(static_cast<size_t>(dataset.pods)),
      services_(static_cast<size_t>(dataset.services)),
      pod_ranks_(static_cast<size_t>(dataset.pods)),
      users_(5000),
      operations_(OPERATIONS_PER_SERVICE),
      details_(64) {
  for (size_t service = 0; service < static_cast<size_t>(dataset.services); service++) {
    names_.push_back("svc-" + std::to_string(service));
    for (size_t pod = 0; pod < pods_; pod++) {
      std::string object;
      AppendJsonText(object, "service.name", names_.back());
      AppendJsonText(object, "service.version", "1." + std::to_string(service % 7) + ".3");
      AppendJsonText(object, "k8s.namespace.name", "shop");
      AppendJsonText(object, "k8s.pod.name", "pod-" + std::to_string(pod));
      AppendJsonText(object, "host.name", "node-" + std::to_string((service + pod) % 5));
      CloseJson(object);
      resources_.push_back(std::move(object));
    }
  }
}

std::string_view OtelWorld::DrawOperation(Random &random, size_t service) const {
  return OPERATIONS[(service * 3 + operations_.Draw(random)) % OPERATIONS.size()];
}

std::string_view OtelWorld::Route(std::string_view operation) { return operation.substr(operation.find(' ') + 1); }

OtelSlice SliceOf(const OtelDataset &dataset, size_t number) {
  OtelSlice slice;
  slice.number = number;
  slice.from = dataset.start + dataset.slice * static_cast<int64_t>(number);
  slice.until = slice.from + dataset.slice;
  const uint64_t all = TrafficBefore(static_cast<size_t>(dataset.shards));
  const uint64_t before = TrafficBefore(number);
  const uint64_t after = TrafficBefore(number + 1);
  slice.spans = Dealt(dataset.spans, after, all) - Dealt(dataset.spans, before, all);
  slice.logs = Dealt(dataset.logs, after, all) - Dealt(dataset.logs, before, all);
  slice.burst = HasBurst(number);
  return slice;
}

int64_t OtelSlice::InstantAt(uint64_t done, uint64_t total) const {
  auto millionth = static_cast<int64_t>(done * 1'000'000 / std::max<uint64_t>(total, 1));
  if (burst) {
    if (millionth < 400'000) {
      millionth = millionth * 5 / 4;
    } else if (millionth < 600'000) {
      millionth = 500'000 + (millionth - 400'000) * 3 / 20;
    } else {
      millionth = 530'000 + (millionth - 600'000) * 47 / 40;
    }
  }
  return from + (until - from) / 1'000'000 * millionth;
}

bool InBurst(const OtelDataset &dataset, int64_t instant) {
  if (instant < dataset.start) return false;
  const int64_t since_start = instant - dataset.start;
  const int64_t percent = since_start % dataset.slice / (dataset.slice / 100);
  return HasBurst(static_cast<size_t>(since_start / dataset.slice)) && percent >= 50 && percent < 53;
}

int64_t OtelSlice::LateWindow() const { return std::min<int64_t>(30'000'000'000, (until - from) / 4); }

void AppendHex(uint64_t value, std::string &out) {
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back("0123456789abcdef"[(value >> shift) & 15]);
}

void AppendJson(std::string &object, std::string_view key, int64_t value) {
  object += object.empty() ? "{\"" : ",\"";
  object.append(key).append("\":").append(std::to_string(value));
}

void AppendJsonText(std::string &object, std::string_view key, std::string_view value) {
  object += object.empty() ? "{\"" : ",\"";
  object.append(key).append("\":\"").append(value).append("\"");
}

void CloseJson(std::string &object) { object += object.empty() ? "{}" : "}"; }

}  // namespace shardite
