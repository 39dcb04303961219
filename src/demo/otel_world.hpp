#pragma once
// The invented shop that the demo data is about: its services, pods, routes and the texts they log. Immutable once
// built, shared by the writing threads.

#include <string>
#include <string_view>
#include <vector>

#include "demo/otel_generator.hpp"
#include "demo/random.hpp"

namespace shardite {

class OtelWorld {
 public:
  explicit OtelWorld(const OtelDataset &dataset);

  size_t ServiceCount() const { return names_.size(); }
  size_t PodCount() const { return pods_; }
  const std::string &ServiceName(size_t service) const { return names_[service]; }
  /// The JSON text of ResourceAttributes of one pod of a service.
  const std::string &ResourceAttributes(size_t service, size_t pod) const { return resources_[service * pods_ + pod]; }
  size_t DrawService(Random &random) const { return services_.Draw(random); }
  size_t DrawPod(Random &random) const { return pod_ranks_.Draw(random); }
  /// Number of a user; few of them make most of the requests.
  size_t DrawUser(Random &random) const { return users_.Draw(random); }
  /// "GET /api/cart": one of the six operations a service has.
  std::string_view DrawOperation(Random &random, size_t service) const;
  /// "/api/cart" of it.
  static std::string_view Route(std::string_view operation);
  /// A small number of which low ones are frequent: for ids inside log bodies.
  size_t DrawDetail(Random &random) const { return details_.Draw(random); }

 private:
  size_t pods_;
  std::vector<std::string> names_;
  std::vector<std::string> resources_;
  Zipf services_, pod_ranks_, users_, operations_, details_;
};

/// The slices of a dataset and how its rows are spread over them.
struct OtelSlice {
  size_t number = 0;
  int64_t from = 0, until = 0;
  uint64_t spans = 0, logs = 0;  // exactly so many rows
  bool burst = false;
  /// The instant at which `done` of `total` rows have happened: evenly, but for bursts, in which a fifth of the rows
  /// falls into a thirtieth of the slice.
  int64_t InstantAt(uint64_t done, uint64_t total) const;
  /// How long before the end of a slice rows may be late, or traces run over its edge.
  int64_t LateWindow() const;
};
OtelSlice SliceOf(const OtelDataset &dataset, size_t number);
/// True while a burst lasts: one of errors and slow requests, in every seventh slice.
bool InBurst(const OtelDataset &dataset, int64_t instant);

/// Appends lower-case hexadecimal digits of a number, all 16 of them.
void AppendHex(uint64_t value, std::string &out);

/// Appends one member of a JSON object that holds only plain ASCII: `{"key":value` or `,"key":value`. `JsonText`
/// quotes.
void AppendJson(std::string &object, std::string_view key, int64_t value);
void AppendJsonText(std::string &object, std::string_view key, std::string_view value);
/// Closes the object; one without members becomes {}.
void CloseJson(std::string &object);

}  // namespace shardite
