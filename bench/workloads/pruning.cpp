// (g) PruneShards over 100,000 slices.

#include "bench/workloads/workloads.hpp"
#include "fleet/prune.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 100'000;

Slice Hours(size_t from, size_t until) {
  return {EVENTS_START + static_cast<int64_t>(from) * EVENTS_SLICE,
          EVENTS_START + static_cast<int64_t>(until) * EVENTS_SLICE};
}

}  // namespace

void MeasurePruning(Bench &bench) {
  std::vector<Slice> slices;
  for (size_t i = 0; i < SHARDS; i++) slices.push_back(Hours(i, i + 1));
  slices.back().until = Slice::OPEN_UNTIL;
  const Stopwatch building;
  const SliceIndex index(slices);
  const double built = building.Milliseconds();

  std::vector<Slice> every_tenth_hour;
  for (size_t i = 0; i < SHARDS; i += 10) every_tenth_hour.push_back(Hours(i, i + 1));
  const struct {
    const char *name;
    TimeSet times;
  } questions[] = {
      {"one hour", TimeSet::Of({Hours(500, 501)})},
      {"no condition: all are kept", TimeSet::All()},
      {"10,000 windows", TimeSet::Of(every_tenth_hour)},
  };
  for (const auto &question : questions) {
    size_t kept = 0;
    const auto prune = [&] {
      const Stopwatch stopwatch;
      kept = PruneShards(index, question.times).kept.size();
      return stopwatch.Milliseconds();
    };
    const auto samples = Interleave(10 * bench.rounds, {prune});
    bench.report.AddSamples("g", std::string("PruneShards over 100,000 slices: ") + question.name, samples[0], "ms",
                            Target::AtMost(5), std::to_string(kept) + " kept; the index took " + Number(built) + " ms");
  }
}

}  // namespace shardite::bench
