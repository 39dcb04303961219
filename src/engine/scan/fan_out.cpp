#include "engine/scan/fan_out.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace shardite {

namespace {

constexpr uint64_t FIRST_PAGE_ROWS = 16384;
constexpr uint64_t MOST_PAGE_ROWS = 1 << 20;
constexpr uint64_t MOST_AGGREGATE_RANGES = 64;
constexpr double SMALL_PAGE = 64 << 10;   // bytes of memory
constexpr uint64_t MOST_SMALL_PAGES = 2;  // in flight to one shard
// A range that took too long is halved; a server that never answers must not be asked for ever.
constexpr int MOST_DEADLINE_SPLITS = 4;

struct RequestState {
  uint64_t in_flight = 0;
  uint64_t unread = 0;         // pages taken but not reported by PageRead
  uint64_t counting_rows = 0;  // for early stopping
  bool asked = false;
  bool finished = false;
};

// What a page costs in memory, by the bytes that travelled: plain rows take 16 bytes a value and grow by doubling, a
// packed body is held beside the columns that are cut from it.
uint64_t MemoryOf(const ShardClient &client, uint64_t bytes) {
  return client.Shape().form == PageForm::ROWS ? bytes * 4 : bytes * 2;
}

struct Sending {
  size_t request;
  std::shared_ptr<const RemoteQuery> query;
  RowRange range;
  bool safe_packing;
};

struct Found {
  Slice slice;
  uint64_t rows;
};

uint64_t Sum(const std::vector<Found> &found) {
  uint64_t rows = 0;
  for (const auto &shard : found) rows += shard.rows;
  return rows;
}

// How many different groups there are at least: shards whose slices overlap may have the same ones.
uint64_t Distinct(std::vector<Found> found) {
  std::sort(found.begin(), found.end(), [](const Found &a, const Found &b) { return a.slice.from < b.slice.from; });
  uint64_t groups = 0;
  uint64_t most = 0;
  std::optional<Slice> cluster;
  for (const auto &shard : found) {
    if (cluster && cluster->Overlaps(shard.slice)) {
      cluster = Span(*cluster, shard.slice);
    } else {
      groups += most;
      most = 0;
      cluster = shard.slice;
    }
    most = std::max(most, shard.rows);
  }
  return groups + most;
}

}  // namespace

// Outlives the FanOut while callbacks are under way.
struct FanOut::Shared {
  std::deque<ShardRequest> requests;  // grows; references to its elements stay
  std::deque<RequestState> states;
  Options options;
  WriteSql write_sql;
  std::shared_ptr<QueryCounters> counters;
  std::shared_ptr<ScanTally> tally;
  CancelToken cancel;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<FetchedPage> ready;
  std::deque<Sending> again;  // requests to repeat with safe packing
  std::optional<ShardError> failure;
  uint64_t in_flight = 0;
  uint64_t ready_bytes = 0;
  uint64_t unread = 0;  // pages that have arrived and are not read to their end
  uint64_t window = 0;  // requests in flight that are allowed now
  uint64_t page_rows = FIRST_PAGE_ROWS;
  double memory_per_page = 0;  // of the pages that came, smoothed
  size_t next = 0;             // where the search for the next request begins
  size_t finished = 0;
  int deadline_splits = 0;
  bool stopped = false;       // nothing more is to be sent
  uint64_t filters_seen = 0;  // version of the runtime filters

  std::mutex wake_mutex;
  std::function<void()> wake;

  bool WindowIsFull() const;
  std::optional<Sending> Choose();
  bool SkipShards();
  bool NoLaterShardMatters() const;
  void Arrived(const Sending &sent, Result<std::unique_ptr<Response>> result);
  void Adapt(const Sending &sent, uint64_t bytes);
  void Count(const ShardRequest &request, const Response &response);
  void Settle(size_t request);
  void Fail(const ShardError &error);
  void Wake();
};

FanOut::FanOut(std::vector<ShardRequest> requests, Options options, WriteSql write_sql,
               std::shared_ptr<QueryCounters> counters, std::shared_ptr<ScanTally> tally)
    : shared_(std::make_shared<Shared>()) {
  for (auto &request : requests) shared_->requests.push_back(std::move(request));
  shared_->states.resize(shared_->requests.size());
  shared_->options = options;
  shared_->write_sql = std::move(write_sql);
  shared_->counters = std::move(counters);
  shared_->tally = std::move(tally);
  shared_->window = std::min(options.first_wave.value_or(options.max_in_flight), options.max_in_flight);
}

FanOut::~FanOut() {
  SetWake({});
  Cancel();
}

void FanOut::Cancel() {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->stopped = true;
  shared_->cancel.Cancel();
}

size_t FanOut::FinishedShards() const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  return shared_->finished;
}

void FanOut::CountRows(uint64_t rows) {
  shared_->counters->rows_received += rows;
  shared_->tally->CountRows(rows);
}

const ShardRequest &FanOut::Request(size_t request) const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  return shared_->requests[request];
}

void FanOut::SetWake(std::function<void()> wake) {
  const std::lock_guard<std::mutex> guard(shared_->wake_mutex);
  shared_->wake = std::move(wake);
}

void FanOut::Shared::Wake() {
  changed.notify_all();
  std::function<void()> call;
  {
    const std::lock_guard<std::mutex> guard(wake_mutex);
    call = wake;
  }
  if (call) call();
}

// The rows of shards not yet finished lie before (or after) the frontier; enough finished rows beyond it end the scan.
bool FanOut::Shared::NoLaterShardMatters() const {
  if (!options.enough_rows || options.visit == VisitOrder::ANY) return false;
  const bool newest = options.visit == VisitOrder::NEWEST_FIRST;
  int64_t frontier = newest ? Slice::OPEN_FROM : Slice::OPEN_UNTIL;
  for (size_t i = 0; i < requests.size(); i++) {
    if (states[i].finished && states[i].unread == 0) continue;
    frontier = newest ? std::max(frontier, requests[i].slice.until) : std::min(frontier, requests[i].slice.from);
  }
  std::vector<Found> found;
  for (size_t i = 0; i < requests.size(); i++) {
    if (!states[i].finished || states[i].unread > 0) continue;
    const auto &slice = requests[i].slice;
    const bool beyond = newest ? slice.from >= frontier && frontier != Slice::OPEN_UNTIL
                               : slice.until <= frontier && slice.until != Slice::OPEN_UNTIL;
    if (beyond) found.push_back({slice, states[i].counting_rows});
  }
  return (options.counts_groups ? Distinct(std::move(found)) : Sum(found)) >= *options.enough_rows;
}

// Where few rows are expected, a page keeps its place until it is read: its rows may be enough.
bool FanOut::Shared::WindowIsFull() const { return in_flight + (options.first_wave ? unread : 0) >= window; }

std::optional<Sending> FanOut::Shared::Choose() {
  if (stopped || failure || WindowIsFull()) return std::nullopt;
  const bool first = memory_per_page == 0;
  const double unknown = options.kind == StatementKind::PAGE && !options.first_wave ? 2 << 20 : 1 << 16;
  const double expected = first ? unknown : memory_per_page;
  const auto committed = static_cast<uint64_t>(expected * static_cast<double>(in_flight)) + ready_bytes;
  if (in_flight > 0 && committed > options.memory_window) return std::nullopt;
  if (in_flight == 0 && ready_bytes > options.memory_window) return std::nullopt;
  if (!again.empty()) {
    const auto sending = again.front();
    again.pop_front();
    return sending;
  }
  // One request of each shard in turn, so that all servers work; in visiting order the first shard that has more.
  const bool ordered = options.visit != VisitOrder::ANY || options.first_wave;
  for (size_t step = 0; step < requests.size(); step++) {
    const size_t i = ordered ? step : (next + step) % requests.size();
    auto &request = requests[i];
    if (request.ranges.Exhausted()) continue;
    const auto aggregate_rows = request.client->Shape().aggregate_range_rows;
    const bool partial = options.kind == StatementKind::PARTIAL && aggregate_rows > 0 && !request.rows;
    // Until pages are filled, ranges grow with every answer: what is sent before it is wasted on gaps between rowids.
    if (!partial && memory_per_page < SMALL_PAGE && states[i].in_flight >= MOST_SMALL_PAGES) continue;
    // Rowids may be sparse, and a range of partials does not tell how many rows it had: so there are not too many.
    const auto rows = partial ? std::max(aggregate_rows, request.ranges.Span() / MOST_AGGREGATE_RANGES) : page_rows;
    next = i + 1;
    return Sending{i, request.forms.query, request.ranges.Next(rows), false};
  }
  return std::nullopt;
}

// What a join or TopN has found may rule out whole slices. True when nothing is left to wait for.
bool FanOut::Shared::SkipShards() {
  const auto &filters = *options.runtime_filters;
  const auto version = filters.Version();
  if (version == filters_seen || stopped) return false;
  filters_seen = version;
  const auto finished_before = finished;
  for (size_t i = 0; i < requests.size(); i++) {
    if (requests[i].ranges.Exhausted() || filters.Matters(requests[i].slice)) continue;
    requests[i].ranges.Close();
    if (!states[i].asked) counters->shards_pruned++;
    Settle(i);
  }
  return finished > finished_before && finished == requests.size();
}

void FanOut::Send() {
  bool skipped_last = false;
  if (shared_->options.runtime_filters) {
    shared_->options.runtime_filters->Refresh();
    const std::lock_guard<std::mutex> guard(shared_->mutex);
    skipped_last = shared_->SkipShards();
  }
  if (skipped_last) return shared_->Wake();  // other readers wait for what will not come
  while (true) {
    Sending sending{};
    {
      const std::lock_guard<std::mutex> guard(shared_->mutex);
      const auto chosen = shared_->Choose();
      if (!chosen) return;
      sending = *chosen;
      shared_->in_flight++;
      auto &state = shared_->states[sending.request];
      state.in_flight++;
      if (!state.asked) shared_->counters->shards_queried++;
      state.asked = true;
    }
    const auto &request = Request(sending.request);
    Statement statement{shared_->write_sql(request.shard, *sending.query, sending.range, sending.safe_packing),
                        request.rows ? StatementKind::PAGE : shared_->options.kind};
    shared_->counters->requests++;
    shared_->tally->Sent(request.client->ShardId());
    CallOptions options;
    options.deadline = Deadline::After(std::chrono::milliseconds(shared_->options.timeout_ms));
    options.cancel = shared_->cancel;
    request.client->Send(std::move(statement), options,
                         [shared = shared_, sending](Result<std::unique_ptr<Response>> result) {
                           shared->Arrived(sending, std::move(result));
                           shared->Wake();
                         });
  }
}

void FanOut::Shared::Arrived(const Sending &sent, Result<std::unique_ptr<Response>> result) {
  const std::lock_guard<std::mutex> guard(mutex);
  in_flight--;
  auto &state = states[sent.request];
  state.in_flight--;
  if (result) {
    auto &response = *result;
    Count(requests[sent.request], *response);
    ready_bytes += MemoryOf(*requests[sent.request].client, response->bytes_received);
    Adapt(sent, response->bytes_received);
    state.unread++;
    unread++;
    ready.push_back({std::move(response), sent.request, sent.query, sent.range, sent.safe_packing});
  } else {
    const auto &error = result.Error();
    if (stopped) {
      // Cancelled because nobody needs it any more, or because another request has failed.
      Settle(sent.request);
      return;
    }
    const bool too_slow = error.error_class == ErrorClass::DEADLINE && deadline_splits++ < MOST_DEADLINE_SPLITS;
    if (error.error_class == ErrorClass::TOO_LARGE || too_slow) {
      auto &request = requests[sent.request];
      if (request.divisible) request.forms = std::move(*request.divisible);
      request.divisible.reset();
      if (!request.ranges.Halve(sent.range)) Fail(error);
      page_rows = std::max<uint64_t>(page_rows / 2, 256);
    } else if (error.error_class == ErrorClass::ENCODING && !sent.safe_packing) {
      again.push_back({sent.request, sent.query, sent.range, true});
    } else if (const auto careful = requests[sent.request].forms.careful;
               error.error_class == ErrorClass::SUM_OVERFLOW && careful && sent.query != careful) {
      requests[sent.request].forms.query = careful;
      again.push_back({sent.request, careful, sent.range, sent.safe_packing});
    } else {
      Fail(error);
    }
  }
  Settle(sent.request);
}

// Pages grow and shrink towards the driver's target; an empty page of a sparse table says to reach further.
void FanOut::Shared::Adapt(const Sending &sent, uint64_t bytes) {
  const auto memory = static_cast<double>(MemoryOf(*requests[sent.request].client, bytes));
  memory_per_page = memory_per_page == 0 ? memory : 0.75 * memory_per_page + 0.25 * memory;
  if (!sent.range.after || !sent.range.up_to) return;
  const auto target = requests[sent.request].client->Shape().target_page_bytes;
  const auto rows =
      static_cast<double>(static_cast<uint64_t>(*sent.range.up_to) - static_cast<uint64_t>(*sent.range.after));
  const double wanted = rows * static_cast<double>(target) / static_cast<double>(std::max<uint64_t>(bytes, 1));
  const double limited = std::clamp(wanted, rows / 4, rows * 8);
  // Reaching far is for ranges that are nearly empty; dense tables stay below a bound.
  const double most = bytes < target / 64 ? 9e18 : static_cast<double>(MOST_PAGE_ROWS);
  page_rows = static_cast<uint64_t>(std::clamp(limited, 256.0, std::max(most, 256.0)));
}

// The sending itself is counted already.
void FanOut::Shared::Count(const ShardRequest &request, const Response &response) {
  counters->requests += response.attempts - 1;
  counters->retries += response.attempts - 1;
  counters->bytes_received += response.bytes_received;
  tally->Answered(request.client->ShardId(), response.attempts, response.bytes_received, response.served);
}

void FanOut::Shared::Settle(size_t request) {
  auto &state = states[request];
  const bool repeated = std::any_of(again.begin(), again.end(), [&](const Sending &s) { return s.request == request; });
  if (state.finished || state.in_flight > 0 || repeated || !requests[request].ranges.Exhausted()) return;
  state.finished = true;
  finished++;
  if (!requests[request].repeated) counters->shards_done++;
}

void FanOut::Shared::Fail(const ShardError &error) {
  if (!failure) failure = error;
  stopped = true;
  cancel.Cancel();
}

FanOut::State FanOut::Next(FetchedPage &page) {
  Send();
  bool taken = false;
  {
    const std::lock_guard<std::mutex> guard(shared_->mutex);
    if (shared_->failure) throw FleetError(*shared_->failure);
    if (!shared_->ready.empty()) {
      page = std::move(shared_->ready.front());
      shared_->ready.pop_front();
      shared_->ready_bytes -= MemoryOf(*shared_->requests[page.request].client, page.response->bytes_received);
      taken = true;
    }
  }
  if (taken) {
    Send();  // its place in the window is free while it is decoded
    return State::PAGE;
  }
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  if (!shared_->ready.empty() || shared_->failure) return State::WAIT;  // arrived just now: HasNews() says so
  if (shared_->finished == shared_->requests.size() || shared_->stopped) return State::DONE;
  return State::WAIT;
}

bool FanOut::HasNews() const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  const bool repeats = !shared_->again.empty() && !shared_->WindowIsFull();
  // A range that must be halved leaves nothing under way that would wake anybody later.
  const bool idle = shared_->in_flight == 0 && shared_->unread == 0;
  return !shared_->ready.empty() || repeats || idle || shared_->failure || shared_->stopped ||
         shared_->finished == shared_->requests.size();
}

void FanOut::WaitBriefly() {
  std::unique_lock<std::mutex> guard(shared_->mutex);
  if (!shared_->ready.empty() || shared_->failure) return;
  shared_->changed.wait_for(guard, std::chrono::milliseconds(50));
}

void FanOut::Repeat(const FetchedPage &page) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  auto &state = shared_->states[page.request];
  state.unread--;
  shared_->unread--;
  if (state.finished) {
    state.finished = false;
    shared_->finished--;
    shared_->counters->shards_done--;
  }
  shared_->again.push_back({page.request, page.query, page.range, true});
}

void FanOut::Add(ShardRequest request) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->requests.push_back(std::move(request));
  shared_->states.emplace_back();
  shared_->states.back().asked = true;  // the shard is counted already
}

void FanOut::PageRead(size_t request, uint64_t counting_rows) {
  {
    const std::lock_guard<std::mutex> guard(shared_->mutex);
    auto &state = shared_->states[request];
    state.unread--;
    shared_->unread--;
    if (!shared_->options.counts_groups) {
      state.counting_rows += counting_rows;
    } else if (!shared_->requests[request].rows) {
      state.counting_rows = std::max(state.counting_rows, counting_rows);
    }
    if (shared_->stopped) return;
    if (shared_->NoLaterShardMatters()) {
      shared_->stopped = true;
      shared_->cancel.Cancel();
    } else {
      // What has been read was not enough: one more at a time for each page read, so that every wave is twice the last.
      shared_->window = std::min(shared_->options.max_in_flight, shared_->window + 1);
      return;
    }
  }
  shared_->Wake();
}

}  // namespace shardite
