#include "demo/otel_metrics.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "demo/otel_schema.hpp"

namespace shardite {

namespace {

constexpr uint64_t METRIC_STREAM = 4;
constexpr size_t MEASURED_PODS = 3;  // of each service
constexpr int64_t DELTA = 1, CUMULATIVE = 2;

// Bounds of the exporter's default histogram in microseconds; the last bucket is open.
constexpr std::array<int64_t, 14> BOUNDS_US = {5'000,     10'000,    25'000,    50'000,    75'000,
                                               100'000,   250'000,   500'000,   750'000,   1'000'000,
                                               2'500'000, 5'000'000, 7'500'000, 10'000'000};
constexpr const char *BOUNDS_JSON = "[0.005,0.01,0.025,0.05,0.075,0.1,0.25,0.5,0.75,1,2.5,5,7.5,10]";
constexpr std::array<int64_t, 15> SHARE = {2, 8, 20, 18, 12, 8, 14, 9, 4, 2, 2, 1, 0, 0, 0};  // of a hundred

using Buckets = std::array<int64_t, 15>;

/// One service's pod and one set of attributes.
struct Series {
  size_t service = 0, pod = 0;
  const char *metric = "", *description = "", *unit = "";
  std::string attributes;
  uint64_t hash = 0;
  int64_t phase = 0;  // ns after the step's instant

  int64_t Temporality() const { return service % 2 == 1 ? DELTA : CUMULATIVE; }
  /// The step of the last restart of its process, which sets counters to 0.
  int64_t RestartBefore(int64_t step) const {
    const auto period = 300 + static_cast<int64_t>(hash % 97);
    return std::max<int64_t>(0, step - (step + static_cast<int64_t>(hash % 211)) % period);
  }
  uint64_t Noise(int64_t step, uint64_t salt) const { return Mix(hash, static_cast<uint64_t>(step), salt); }
};

/// The steps whose points lie in a slice.
struct Steps {
  int64_t first = 0, end = 0;
};

class MetricsWriter {
 public:
  MetricsWriter(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice, SqliteWriter &file)
      : dataset_(dataset),
        world_(world),
        slice_(slice),
        gauge_(file, InsertSql(GetOtelTable(OtelTableId::GAUGE))),
        sum_(file, InsertSql(GetOtelTable(OtelTableId::SUM))),
        histogram_(file, InsertSql(GetOtelTable(OtelTableId::HISTOGRAM))) {}

  uint64_t Write();

 private:
  Series MakeSeries(size_t service, size_t pod, uint64_t kind, const char *metric, const char *description,
                    const char *unit) const;
  int64_t TimeOf(const Series &series, int64_t step) const {
    return dataset_.start + step * dataset_.metric_interval + series.phase;
  }
  Steps StepsOf(const Series &series) const;
  SqliteWriter::Inserter &BindPoint(SqliteWriter::Inserter &insert, const Series &series, int64_t start, int64_t step);
  void WriteGauge(const Series &series);
  void WriteSum(const Series &series);
  void WriteHistogram(const Series &series);
  void InsertHistogram(const Series &series, const Buckets &counts, int64_t start, int64_t step);
  int64_t Requests(const Series &series, int64_t step) const;
  Buckets Durations(const Series &series, int64_t step) const;

  const OtelDataset &dataset_;
  const OtelWorld &world_;
  const OtelSlice &slice_;
  SqliteWriter::Inserter gauge_, sum_, histogram_;
  uint64_t points_ = 0;
};

Series MetricsWriter::MakeSeries(size_t service, size_t pod, uint64_t kind, const char *metric, const char *description,
                                 const char *unit) const {
  Series series;
  series.service = service;
  series.pod = pod;
  series.metric = metric;
  series.description = description;
  series.unit = unit;
  series.hash = Mix(Mix(dataset_.seed, METRIC_STREAM), service, pod, kind);
  series.phase = static_cast<int64_t>((series.hash >> 20) % static_cast<uint64_t>(dataset_.metric_interval));
  return series;
}

Steps MetricsWriter::StepsOf(const Series &series) const {
  const auto first_at_or_after = [&](int64_t instant) {
    const int64_t offset = std::max<int64_t>(0, instant - dataset_.start - series.phase);
    return (offset + dataset_.metric_interval - 1) / dataset_.metric_interval;
  };
  return {first_at_or_after(slice_.from), first_at_or_after(slice_.until)};
}

/// The columns that the three tables share.
SqliteWriter::Inserter &MetricsWriter::BindPoint(SqliteWriter::Inserter &insert, const Series &series, int64_t start,
                                                 int64_t step) {
  insert.Text(world_.ResourceAttributes(series.service, series.pod)).Text("");
  insert.Text("shop.metrics").Text("2.1").Text("{}").Text(world_.ServiceName(series.service));
  insert.Text(series.metric).Text(series.description).Text(series.unit).Text(series.attributes);
  points_++;
  return insert.Integer(start).Integer(TimeOf(series, step)).Integer(0);
}

void MetricsWriter::WriteGauge(const Series &series) {
  const auto steps = StepsOf(series);
  for (int64_t step = steps.first; step < steps.end; step++) {
    // A slow triangle, noise, and full load in a burst; thousandths.
    const int64_t swing = std::abs((step + static_cast<int64_t>(series.hash % 60)) % 60 - 30) * 10;
    int64_t value = 150 + swing + static_cast<int64_t>(series.Noise(step, 0) % 120);
    if (InBurst(dataset_, TimeOf(series, step)) && series.service % 3 == 1) value = 900 + value % 100;
    BindPoint(gauge_, series, dataset_.start, step).Real(static_cast<double>(value) / 1000.0).Insert();
  }
}

int64_t MetricsWriter::Requests(const Series &series, int64_t step) const {
  const auto usual = static_cast<int64_t>(600 / (series.service + 1) + 5);
  int64_t requests = usual / 2 + static_cast<int64_t>(series.Noise(step, 1) % static_cast<uint64_t>(usual));
  if (InBurst(dataset_, TimeOf(series, step))) requests *= 6;
  return requests;
}

void MetricsWriter::WriteSum(const Series &series) {
  const auto steps = StepsOf(series);
  const bool delta = series.Temporality() == DELTA;
  int64_t total = 0;
  for (int64_t step = delta ? steps.first : series.RestartBefore(steps.first); step < steps.end; step++) {
    const int64_t restart = series.RestartBefore(step);
    if (delta || step == restart) total = 0;
    total += Requests(series, step);
    if (step < steps.first) continue;  // only counted up
    BindPoint(sum_, series, TimeOf(series, delta ? step - 1 : restart), step);
    sum_.Real(static_cast<double>(total)).Integer(series.Temporality()).Integer(1).Insert();
  }
}

Buckets MetricsWriter::Durations(const Series &series, int64_t step) const {
  const int64_t requests = Requests(series, step);
  const size_t slower = InBurst(dataset_, TimeOf(series, step)) && series.service % 3 == 1 ? 3 : 0;
  Buckets counts{};
  for (size_t bucket = 0; bucket + slower < counts.size(); bucket++) {
    const auto noise = static_cast<int64_t>(series.Noise(step, 2 + bucket) % 3);
    counts[bucket + slower] = (requests * SHARE[bucket] + 50) / 100 + (SHARE[bucket] > 1 ? noise : noise / 2);
  }
  return counts;
}

void MetricsWriter::InsertHistogram(const Series &series, const Buckets &counts, int64_t start, int64_t step) {
  std::string json;
  int64_t count = 0, sum_us = 0, min_us = 0, max_us = 0;
  for (size_t bucket = 0; bucket < counts.size(); bucket++) {
    json += (bucket ? "," : "[") + std::to_string(counts[bucket]);
    if (counts[bucket] == 0) continue;
    const int64_t low = bucket ? BOUNDS_US[bucket - 1] : 0;
    const int64_t high = bucket < BOUNDS_US.size() ? BOUNDS_US[bucket] : 2 * BOUNDS_US.back();
    if (count == 0) min_us = low + (high - low) / 10;
    max_us = high - (high - low) / 10;
    count += counts[bucket];
    sum_us += counts[bucket] * ((low + high) / 2);
  }
  json += "]";
  BindPoint(histogram_, series, start, step).Integer(count).Real(static_cast<double>(sum_us) / 1e6);
  histogram_.Text(json).Text(BOUNDS_JSON).Real(static_cast<double>(min_us) / 1e6);
  histogram_.Real(static_cast<double>(max_us) / 1e6).Integer(series.service % 4 == 3 ? CUMULATIVE : DELTA).Insert();
}

void MetricsWriter::WriteHistogram(const Series &series) {
  const auto steps = StepsOf(series);
  const bool delta = series.service % 4 != 3;
  Buckets total{};
  for (int64_t step = delta ? steps.first : series.RestartBefore(steps.first); step < steps.end; step++) {
    const int64_t restart = series.RestartBefore(step);
    if (delta || step == restart) total = {};
    const auto counts = Durations(series, step);
    for (size_t bucket = 0; bucket < total.size(); bucket++) total[bucket] += counts[bucket];
    if (step >= steps.first) InsertHistogram(series, total, TimeOf(series, delta ? step - 1 : restart), step);
  }
}

uint64_t MetricsWriter::Write() {
  constexpr const char *CPU = "system.cpu.utilization", *MEMORY = "system.memory.utilization";
  constexpr const char *REQUESTS = "http.server.requests", *DURATION = "http.server.request.duration";
  for (size_t service = 0; service < world_.ServiceCount(); service++) {
    for (size_t pod = 0; pod < std::min(MEASURED_PODS, world_.PodCount()); pod++) {
      for (uint64_t cpu = 0; cpu < 2; cpu++) {
        auto series = MakeSeries(service, pod, cpu, CPU, "Share of time a CPU was busy", "1");
        AppendJson(series.attributes, "cpu", static_cast<int64_t>(cpu));
        AppendJsonText(series.attributes, "state", "user");
        CloseJson(series.attributes);
        WriteGauge(series);
      }
      auto memory = MakeSeries(service, pod, 2, MEMORY, "Share of memory in use", "1");
      memory.attributes = "{\"state\":\"used\"}";
      WriteGauge(memory);
      for (const int64_t status : {200, 500}) {
        auto series = MakeSeries(service, pod, static_cast<uint64_t>(status), REQUESTS, "Requests served", "{request}");
        AppendJsonText(series.attributes, "http.method", "GET");
        AppendJson(series.attributes, "http.status_code", status);
        CloseJson(series.attributes);
        WriteSum(series);
      }
      auto duration = MakeSeries(service, pod, 3, DURATION, "Duration of requests", "s");
      duration.attributes = "{\"http.method\":\"GET\"}";
      WriteHistogram(duration);
    }
  }
  return points_;
}

}  // namespace

uint64_t WriteMetrics(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice, SqliteWriter &file) {
  if (dataset.metric_interval <= 0) return 0;
  return MetricsWriter(dataset, world, slice, file).Write();
}

}  // namespace shardite
