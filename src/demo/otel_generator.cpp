#include "demo/otel_generator.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "demo/otel_logs.hpp"
#include "demo/otel_metrics.hpp"
#include "demo/otel_schema.hpp"
#include "demo/otel_spans.hpp"
#include "demo/otel_world.hpp"
#include "demo/sqlite_writer.hpp"

namespace shardite {

namespace {

constexpr int GENERATOR_VERSION = 1;  // counts up when the same dataset gives other rows
constexpr uint64_t SPAN_STREAM = 1;
constexpr int64_t SECOND = 1'000'000'000, DAY = 86'400 * SECOND;

void CheckDataset(const OtelDataset &dataset) {
  const auto require = [](bool holds, const char *message) {
    if (!holds) throw FleetError(std::string("demo data: ") + message);
  };
  require(dataset.shards >= 1 && dataset.shards <= 100'000, "shards must be between 1 and 100000");
  require(dataset.slice >= SECOND, "a slice must be at least one second long");
  require(dataset.services >= 4 && dataset.services <= 1000, "services must be between 4 and 1000");
  require(dataset.pods >= 6 && dataset.pods <= 1000, "pods must be between 6 and 1000");
  require(dataset.metric_interval >= 0, "the interval of metrics must not be negative");
}

/// As much of "2026-11-20T07:30:15" as tells slices of this length apart, without colons.
std::string NameOfInstant(int64_t nanoseconds, int64_t slice) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds instant{chrono::seconds(nanoseconds / SECOND)};
  const auto day = chrono::floor<chrono::days>(instant);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss time{instant - day};
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d%02d%02d", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()));
  std::string name(text, static_cast<size_t>(length));
  const auto whole = [&](int64_t unit) { return slice % unit == 0 && nanoseconds % unit == 0; };
  name.resize(whole(DAY) ? 10 : whole(3600 * SECOND) ? 13 : whole(60 * SECOND) ? 15 : 17);
  return name;
}

/// Writes one file: spans, the trace times that go with them, logs, metrics, and then the indexes.
class ShardWriter {
 public:
  ShardWriter(const OtelDataset &dataset, const OtelWorld &world, size_t number, const std::string &path)
      : dataset_(dataset), world_(world), slice_(SliceOf(dataset, number)), path_(path), file_(path) {
    age_ = dataset.shards > 1 && number < static_cast<size_t>(dataset.shards) / 2 ? OtelSchemaAge::OLD
                                                                                  : OtelSchemaAge::NEW;
    for (const auto id : OTEL_TABLES) file_.Execute(CreateTableSql(GetOtelTable(id, age_), dataset.strict));
  }

  OtelShard Write() {
    OtelShard shard{path_, slice_.from, slice_.until, 0, 0, 0};
    shard.spans = WriteSpans();
    shard.logs = WriteLogs();
    shard.points = WriteMetrics(dataset_, world_, slice_, file_);
    for (const auto id : OTEL_TABLES) file_.Execute(CreateIndexesSql(GetOtelTable(id, age_)));
    file_.Finish();
    return shard;
  }

 private:
  uint64_t WriteSpans();
  uint64_t WriteLogs();
  void InsertTrace(const std::vector<Span> &spans, size_t begin, size_t end, SqliteWriter::Inserter &insert_span,
                   SqliteWriter::Inserter &insert_times);
  void InsertSpan(const Span &span, SqliteWriter::Inserter &insert);
  void InsertTraces(const std::vector<Span> &spans, SqliteWriter::Inserter &insert_span,
                    SqliteWriter::Inserter &insert_times);

  const OtelDataset &dataset_;
  const OtelWorld &world_;
  const OtelSlice slice_;
  const std::string path_;
  SqliteWriter file_;
  OtelSchemaAge age_ = OtelSchemaAge::NEW;
  std::vector<SpanReference> written_;
};

void ShardWriter::InsertSpan(const Span &span, SqliteWriter::Inserter &insert) {
  constexpr std::string_view KINDS[] = {"Server", "Client", "Internal"};
  std::string trace_id, span_id, parent_id;
  AppendHex(span.trace_high, trace_id);
  AppendHex(span.trace_low, trace_id);
  AppendHex(span.id, span_id);
  if (span.parent) AppendHex(span.parent, parent_id);

  std::string event_times = "[]", event_names = "[]", event_attributes = "[]";
  if (!span.message.empty()) {
    event_times = "[" + std::to_string(span.timestamp + span.duration / 2) + "]";
    event_names = "[\"exception\"]";
    event_attributes = "[{\"exception.message\":\"" + std::string(span.message) + "\"}]";
  }
  insert.Integer(span.timestamp).Text(trace_id).Text(span_id).Text(parent_id).Text("").Text(span.name);
  insert.Text(KINDS[static_cast<size_t>(span.kind)]).Text(world_.ServiceName(span.service));
  insert.Text(world_.ResourceAttributes(span.service, span.pod)).Text("shop.tracer").Text("2.1");
  insert.Text(span.attributes).Integer(span.duration).Text(span.status).Text(span.message);
  insert.Text(event_times).Text(event_names).Text(event_attributes);
  insert.Text("[]").Text("[]").Text("[]").Text("[]").Insert();

  written_.push_back({span.timestamp, span.duration, span.trace_high, span.trace_low, span.id,
                      static_cast<uint32_t>(span.service), static_cast<uint32_t>(span.pod), span.status == "Error"});
}

void ShardWriter::InsertTrace(const std::vector<Span> &spans, size_t begin, size_t end,
                              SqliteWriter::Inserter &insert_span, SqliteWriter::Inserter &insert_times) {
  int64_t first = spans[begin].timestamp, last = first;
  for (size_t i = begin; i < end; i++) {
    InsertSpan(spans[i], insert_span);
    first = std::min(first, spans[i].timestamp);
    last = std::max(last, spans[i].timestamp);
  }
  std::string trace_id;
  AppendHex(spans[begin].trace_high, trace_id);
  AppendHex(spans[begin].trace_low, trace_id);
  insert_times.Text(trace_id).Integer(first).Integer(last).Insert();
}

void ShardWriter::InsertTraces(const std::vector<Span> &spans, SqliteWriter::Inserter &insert_span,
                               SqliteWriter::Inserter &insert_times) {
  for (size_t begin = 0; begin < spans.size();) {
    size_t end = begin + 1;
    while (end < spans.size() && spans[end].trace_low == spans[begin].trace_low) end++;
    InsertTrace(spans, begin, end, insert_span, insert_times);
    begin = end;
  }
}

uint64_t ShardWriter::WriteSpans() {
  SqliteWriter::Inserter insert_span(file_, InsertSql(GetOtelTable(OtelTableId::TRACES)));
  SqliteWriter::Inserter insert_times(file_, InsertSql(GetOtelTable(OtelTableId::TRACE_TIMES)));
  std::vector<Span> from_before;
  if (slice_.number > 0) {
    from_before = MakeEdgeSpans(dataset_, world_, SliceOf(dataset_, slice_.number - 1)).next;
  }
  const auto at_end = MakeEdgeSpans(dataset_, world_, slice_).own;
  const uint64_t inside = slice_.spans - from_before.size() - at_end.size();

  InsertTraces(from_before, insert_span, insert_times);
  Random random(Mix(dataset_.seed, SPAN_STREAM, slice_.number));
  std::vector<Span> trace;
  for (uint64_t done = 0; done < inside;) {
    TraceBounds bounds;
    bounds.start = slice_.InstantAt(done, inside);
    bounds.start += static_cast<int64_t>(random.Below(static_cast<uint64_t>(slice_.until - slice_.from) / inside + 1));
    bounds.start = std::min(bounds.start, slice_.until - 2);
    bounds.latest = slice_.until;
    bounds.burst = InBurst(dataset_, bounds.start);
    MakeTrace(world_, bounds, random, trace);
    // The last trace is cut so that the count is exact; parents come first, so it stays a tree.
    const auto size = static_cast<size_t>(std::min<uint64_t>(trace.size(), inside - done));
    InsertTrace(trace, 0, size, insert_span, insert_times);
    done += size;
  }
  InsertTraces(at_end, insert_span, insert_times);
  return slice_.spans;
}

uint64_t ShardWriter::WriteLogs() {
  const auto &table = GetOtelTable(OtelTableId::LOGS, age_);
  SqliteWriter::Inserter insert(file_, InsertSql(table));
  LogSource source(dataset_, world_, slice_, written_);
  LogRecord log;
  std::string trace_id, span_id;
  while (source.Next(log)) {
    trace_id.clear();
    span_id.clear();
    if (log.span) {
      AppendHex(log.trace_high, trace_id);
      AppendHex(log.trace_low, trace_id);
      AppendHex(log.span, span_id);
    }
    insert.Integer(log.timestamp).Text(trace_id).Text(span_id).Integer(log.span ? 1 : 0);
    insert.Text(log.severity).Integer(log.severity_number).Text(world_.ServiceName(log.service)).Text(log.body);
    insert.Text("").Text(world_.ResourceAttributes(log.service, log.pod)).Text("");
    insert.Text("shop.logger").Text("2.1").Text("{}").Text(log.attributes);
    if (age_ == OtelSchemaAge::NEW) insert.Text(log.event);
    insert.Insert();
  }
  return slice_.logs;
}

}  // namespace

std::string OtelDataset::Stamp() const {
  std::string stamp = "otel v" + std::to_string(GENERATOR_VERSION);
  const auto add = [&](const char *name, int64_t value) {
    stamp += std::string(" ") + name + "=" + std::to_string(value);
  };
  add("seed", static_cast<int64_t>(seed));
  add("start", start);
  add("shards", shards);
  add("slice", slice);
  add("spans", static_cast<int64_t>(spans));
  add("logs", static_cast<int64_t>(logs));
  add("services", services);
  add("pods", pods);
  add("metric_interval", metric_interval);
  add("strict", strict);
  return stamp;
}

std::vector<OtelShard> WriteOtelShards(const OtelDataset &dataset, const std::string &directory,
                                       const OtelProgress &progress) {
  CheckDataset(dataset);
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) throw FleetError(directory + ": " + failed.message());

  const OtelWorld world(dataset);
  std::vector<OtelShard> shards(static_cast<size_t>(dataset.shards));
  std::atomic<size_t> next{0};
  std::mutex mutex;  // guards done and error
  size_t done = 0;
  std::exception_ptr error;
  const auto work = [&] {
    for (size_t number = next++; number < shards.size(); number = next++) {
      try {
        const int64_t from = dataset.start + dataset.slice * static_cast<int64_t>(number);
        const auto path = std::filesystem::path(directory) / ("otel-" + NameOfInstant(from, dataset.slice) + ".db");
        shards[number] = ShardWriter(dataset, world, number, path.string()).Write();
        const std::lock_guard lock(mutex);
        done++;
        if (progress) progress(done, shards.size());
      } catch (...) {
        const std::lock_guard lock(mutex);
        error = std::current_exception();
        next = shards.size();
      }
    }
  };
  std::vector<std::thread> threads;
  const size_t cores = std::max<size_t>(1, std::thread::hardware_concurrency());
  for (size_t i = 0; i < std::min(cores, shards.size()); i++) threads.emplace_back(work);
  for (auto &thread : threads) thread.join();
  if (error) std::rethrow_exception(error);
  return shards;
}

}  // namespace shardite
