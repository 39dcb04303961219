#include "demo/otel_logs.hpp"

#include <algorithm>

namespace shardite {

namespace {

constexpr uint64_t LOG_STREAM = 3;

struct Severity {
  std::string_view text;
  int number;
};
constexpr Severity DEBUG_SEVERITY = {"DEBUG", 5}, INFO = {"INFO", 9}, WARN = {"WARN", 13}, ERROR = {"ERROR", 17},
                   FATAL = {"FATAL", 21};

const Severity &DrawSeverity(bool failed, bool burst, Random &random) {
  const uint64_t draw = random.Below(1000);
  if (failed) return draw < 600 ? ERROR : draw < 800 ? WARN : draw < 810 ? FATAL : INFO;
  if (burst && draw < 250) return draw < 150 ? ERROR : WARN;
  return draw < 15 ? ERROR : draw < 60 ? WARN : draw < 61 ? FATAL : draw < 760 ? INFO : DEBUG_SEVERITY;
}

std::string Number(size_t value) { return std::to_string(value); }

void WriteInfo(const OtelWorld &world, LogRecord &log, Random &random) {
  if (random.Chance(600)) {
    const auto operation = world.DrawOperation(random, log.service);
    const int64_t status = random.Chance(950) ? 200 : 404;
    log.body = std::string(operation) + " " + std::to_string(status) + " in " +
               Number(5 + 5 * world.DrawDetail(random)) + " ms";
    AppendJsonText(log.attributes, "http.method", operation.substr(0, operation.find(' ')));
    AppendJsonText(log.attributes, "http.route", OtelWorld::Route(operation));
    AppendJson(log.attributes, "http.status_code", status);
    AppendJsonText(log.attributes, "enduser.id", "user-" + Number(world.DrawUser(random)));
    log.event = "http.request";
  } else if (random.Chance(500)) {
    log.body = "cache hit for key user:" + Number(world.DrawUser(random));
  } else {
    log.body = "job " + Number(world.DrawDetail(random)) + " finished";
  }
}

void WriteWarning(const OtelWorld &world, LogRecord &log, Random &random) {
  const auto &peer = world.ServiceName(world.DrawService(random));
  switch (random.Below(3)) {
    case 0: log.body = "connection refused by " + peer + ", attempt " + Number(1 + random.Below(3)); break;
    case 1: log.body = "slow query took " + Number(1000 + 50 * world.DrawDetail(random)) + " ms"; break;
    default: log.body = "retrying request to " + peer; AppendJson(log.attributes, "http.status_code", 429);
  }
  AppendJsonText(log.attributes, "peer.service", peer);
}

void WriteError(const OtelWorld &world, LogRecord &log, Random &random) {
  const uint64_t draw = random.Below(100);
  const auto detail = Number(world.DrawDetail(random));
  int64_t status = 500;
  if (draw < 45) {
    log.body = "connection refused: dial tcp 10.0.0." + detail + ":5432";
    status = 503;
  } else if (draw < 60) {
    log.body = "Connection Refused (os error 111)";
    status = 503;
  } else if (draw < 80) {
    log.body = "upstream timed out after " + Number(1000 + 500 * world.DrawDetail(random)) + " ms";
    status = 504;
  } else {
    log.body = "unhandled exception in worker " + detail;
  }
  AppendJsonText(log.attributes, "exception.type", draw < 60 ? "ConnectionError" : "ServiceError");
  AppendJson(log.attributes, "http.status_code", status);
  log.event = "exception";
}

void WriteRecord(const OtelWorld &world, const Severity &severity, LogRecord &log, Random &random) {
  log.severity = severity.text;
  log.severity_number = severity.number;
  if (severity.number >= FATAL.number) {
    log.body = "out of memory: worker " + Number(world.DrawDetail(random)) + " killed";
  } else if (severity.number >= ERROR.number) {
    WriteError(world, log, random);
  } else if (severity.number >= WARN.number) {
    WriteWarning(world, log, random);
  } else if (severity.number >= INFO.number) {
    WriteInfo(world, log, random);
  } else {
    log.body = "took connection " + Number(world.DrawDetail(random)) + " from the pool";
  }
  CloseJson(log.attributes);
}

}  // namespace

LogSource::LogSource(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice,
                     const std::vector<SpanReference> &spans)
    : dataset_(dataset),
      world_(world),
      slice_(slice),
      spans_(spans),
      random_(Mix(dataset.seed, LOG_STREAM, slice.number)),
      late_(slice.number == 0 ? 0 : std::min<uint64_t>(slice.logs / 1000, 30)) {}

void LogSource::PlaceLate(LogRecord &record) {
  record.timestamp = slice_.from - 1 - static_cast<int64_t>(random_.Below(static_cast<uint64_t>(slice_.LateWindow())));
  record.service = world_.DrawService(random_);
  record.pod = world_.DrawPod(random_);
}

bool LogSource::PlaceWithSpan(LogRecord &record) {
  const auto near = static_cast<size_t>(done_ * spans_.size() / slice_.logs);
  const auto &span = spans_[std::min(near + random_.Below(20), spans_.size() - 1)];
  const auto after = static_cast<int64_t>(random_.Below(static_cast<uint64_t>(span.duration) + 1));
  // A late span's records are late with it; no other leaves the slice.
  record.timestamp = std::min(span.timestamp + after, slice_.until - 1);
  record.trace_high = span.trace_high;
  record.trace_low = span.trace_low;
  record.span = span.id;
  record.service = span.service;
  record.pod = span.pod;
  return span.failed;
}

bool LogSource::Next(LogRecord &record) {
  if (done_ >= slice_.logs) return false;
  record = LogRecord();
  bool failed = false;
  if (done_ < late_) {
    PlaceLate(record);
  } else if (!spans_.empty() && random_.Chance(650)) {
    failed = PlaceWithSpan(record);
  } else {
    record.timestamp = slice_.InstantAt(done_, slice_.logs);
    const uint64_t gap = static_cast<uint64_t>(slice_.until - slice_.from) / slice_.logs;
    record.timestamp = std::min(record.timestamp + static_cast<int64_t>(random_.Below(gap + 1)), slice_.until - 1);
    record.service = world_.DrawService(random_);
    record.pod = world_.DrawPod(random_);
  }
  const bool burst = InBurst(dataset_, record.timestamp) && record.service % 3 == 1;
  WriteRecord(world_, DrawSeverity(failed, burst, random_), record, random_);
  done_++;
  return true;
}

}  // namespace shardite
