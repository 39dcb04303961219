#include "engine/scan/request_queue.hpp"

#include <algorithm>
#include <utility>

namespace shardite {

namespace {

constexpr uint64_t MOST_PAGE_ROWS = 1 << 20;
constexpr uint64_t FEWEST_PAGE_ROWS = 256;
constexpr uint64_t MOST_AGGREGATE_RANGES = 64;
constexpr double SMALL_PAGE = 64 << 10;   // bytes of memory
constexpr uint64_t MOST_SMALL_PAGES = 2;  // in flight to one shard
// A range that took too long is halved; a server that never answers must not be asked for ever.
constexpr int MOST_DEADLINE_SPLITS = 4;

// What a page costs in memory, by the bytes that travelled: plain rows take 16 bytes a value and grow by doubling, a
// packed body is held beside the columns that are cut from it.
uint64_t MemoryOf(const ShardRequest &request, uint64_t bytes) {
  return request.client->Shape().form == PageForm::ROWS ? bytes * 4 : bytes * 2;
}

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

RequestQueue::RequestQueue(std::vector<ShardRequest> requests, FanOutOptions options,
                           std::shared_ptr<QueryCounters> counters)
    : options_(std::move(options)),
      counters_(std::move(counters)),
      requests_(std::make_move_iterator(requests.begin()), std::make_move_iterator(requests.end())),
      progress_(requests_.size()),
      window_(std::min(options_.first_wave.value_or(options_.max_in_flight), options_.max_in_flight)) {}

// Where few rows are expected, a page keeps its place until it is read: its rows may be enough.
bool RequestQueue::WindowIsFull() const { return in_flight_ + (options_.first_wave ? unread_ : 0) >= window_; }

bool RequestQueue::MemoryIsFull() const {
  const double unknown = options_.kind == StatementKind::PAGE && !options_.first_wave ? 2 << 20 : 1 << 16;
  const double expected = memory_per_page_ == 0 ? unknown : memory_per_page_;
  return static_cast<uint64_t>(expected * static_cast<double>(in_flight_)) + ready_bytes_ > options_.memory_window;
}

std::optional<Asked> RequestQueue::Next() {
  if (WindowIsFull() || MemoryIsFull()) return std::nullopt;
  auto asked = Choose();
  if (!asked) return std::nullopt;
  in_flight_++;
  auto &progress = progress_[asked->request];
  progress.in_flight++;
  if (!progress.asked) counters_->shards_queried++;
  progress.asked = true;
  return asked;
}

std::optional<Asked> RequestQueue::Choose() {
  if (!again_.empty()) {
    auto asked = std::move(again_.front());
    again_.pop_front();
    return asked;
  }
  // One request of each shard in turn, so that all servers work; in visiting order the first shard that has more.
  const bool ordered = options_.visit != VisitOrder::ANY || options_.first_wave;
  for (size_t step = 0; step < requests_.size(); step++) {
    const size_t i = ordered ? step : (next_ + step) % requests_.size();
    auto &request = requests_[i];
    if (request.ranges.Exhausted()) continue;
    const auto aggregate_rows = request.client->Shape().aggregate_range_rows;
    const bool partial = options_.kind == StatementKind::PARTIAL && aggregate_rows > 0 && !request.rows;
    // Until pages are filled, ranges grow with every answer: what is sent before it is wasted on gaps between rowids.
    if (!partial && memory_per_page_ < SMALL_PAGE && progress_[i].in_flight >= MOST_SMALL_PAGES) continue;
    // Rowids may be sparse, and a range of partials does not tell how many rows it had: so there are not too many.
    const auto rows = partial ? std::max(aggregate_rows, request.ranges.Span() / MOST_AGGREGATE_RANGES) : page_rows_;
    next_ = i + 1;
    return Asked{i, request.forms.query, request.ranges.Next(rows), false};
  }
  return std::nullopt;
}

bool RequestQueue::SkipShards() {
  const auto &filters = *options_.runtime_filters;
  const auto version = filters.Version();
  if (version == filters_seen_) return false;
  filters_seen_ = version;
  const auto finished_before = finished_;
  for (size_t i = 0; i < requests_.size(); i++) {
    if (requests_[i].ranges.Exhausted() || filters.Matters(requests_[i].slice)) continue;
    requests_[i].ranges.Close();
    if (!progress_[i].asked) counters_->shards_pruned++;
    FinishIfDone(i);
  }
  return finished_ > finished_before && Finished();
}

void RequestQueue::Landed(const Asked &asked) {
  in_flight_--;
  progress_[asked.request].in_flight--;
}

void RequestQueue::Dropped(const Asked &asked) {
  Landed(asked);
  FinishIfDone(asked.request);
}

void RequestQueue::Answered(const Asked &asked, uint64_t bytes) {
  Landed(asked);
  ready_bytes_ += MemoryOf(requests_[asked.request], bytes);
  progress_[asked.request].unread++;
  unread_++;
  AdaptPages(asked, bytes);
  FinishIfDone(asked.request);
}

bool RequestQueue::Refused(const Asked &asked, const ShardError &error) {
  Landed(asked);
  auto &request = requests_[asked.request];
  bool helps = true;
  const bool too_slow = error.error_class == ErrorClass::DEADLINE && deadline_splits_++ < MOST_DEADLINE_SPLITS;
  if (error.error_class == ErrorClass::TOO_LARGE || too_slow) {
    if (request.divisible) request.forms = std::move(*request.divisible);
    request.divisible.reset();
    helps = request.ranges.Halve(asked.range);
    page_rows_ = std::max(page_rows_ / 2, FEWEST_PAGE_ROWS);
  } else if (error.error_class == ErrorClass::ENCODING && !asked.safe_packing) {
    again_.push_back({asked.request, asked.query, asked.range, true});
  } else if (const auto careful = request.forms.careful;
             error.error_class == ErrorClass::SUM_OVERFLOW && careful && asked.query != careful) {
    request.forms.query = careful;
    again_.push_back({asked.request, careful, asked.range, asked.safe_packing});
  } else {
    helps = false;
  }
  FinishIfDone(asked.request);
  return helps;
}

void RequestQueue::Taken(const Asked &asked, uint64_t bytes) {
  ready_bytes_ -= MemoryOf(requests_[asked.request], bytes);
}

void RequestQueue::Read(size_t request, uint64_t counting_rows) {
  auto &progress = progress_[request];
  progress.unread--;
  unread_--;
  if (!options_.counts_groups) {
    progress.counting_rows += counting_rows;
  } else if (!requests_[request].rows) {
    progress.counting_rows = std::max(progress.counting_rows, counting_rows);
  }
}

void RequestQueue::AskAgain(Asked asked) {
  auto &progress = progress_[asked.request];
  progress.unread--;
  unread_--;
  if (progress.finished) {
    progress.finished = false;
    finished_--;
    if (!requests_[asked.request].repeated) counters_->shards_done--;
  }
  again_.push_back(std::move(asked));
}

void RequestQueue::Repeat(const Asked &asked) { AskAgain({asked.request, asked.query, asked.range, true}); }

void RequestQueue::Reword(const Asked &asked, const QueryForms &whole, const QueryForms &parts) {
  auto &request = requests_[asked.request];
  request.forms = request.divisible ? whole : parts;
  if (request.divisible) request.divisible = parts;
  AskAgain({asked.request, request.forms.query, asked.range, asked.safe_packing});
}

void RequestQueue::Add(ShardRequest request) {
  requests_.push_back(std::move(request));
  progress_.emplace_back();
  progress_.back().asked = true;  // the shard is counted already
}

void RequestQueue::Widen() { window_ = std::min(options_.max_in_flight, window_ + 1); }

void RequestQueue::FinishIfDone(size_t request) {
  auto &progress = progress_[request];
  const bool repeated =
      std::any_of(again_.begin(), again_.end(), [&](const Asked &asked) { return asked.request == request; });
  if (progress.finished || progress.in_flight > 0 || repeated || !requests_[request].ranges.Exhausted()) return;
  progress.finished = true;
  finished_++;
  if (!requests_[request].repeated) counters_->shards_done++;
}

// Pages grow and shrink towards the driver's target; an empty page of a sparse table says to reach further.
void RequestQueue::AdaptPages(const Asked &asked, uint64_t bytes) {
  const auto &request = requests_[asked.request];
  const auto memory = static_cast<double>(MemoryOf(request, bytes));
  memory_per_page_ = memory_per_page_ == 0 ? memory : 0.75 * memory_per_page_ + 0.25 * memory;
  if (!asked.range.after || !asked.range.up_to) return;
  const auto target = request.client->Shape().target_page_bytes;
  const auto rows =
      static_cast<double>(static_cast<uint64_t>(*asked.range.up_to) - static_cast<uint64_t>(*asked.range.after));
  const double wanted = rows * static_cast<double>(target) / static_cast<double>(std::max<uint64_t>(bytes, 1));
  const double limited = std::clamp(wanted, rows / 4, rows * 8);
  // Reaching far is for ranges that are nearly empty; dense tables stay below a bound.
  const double most = bytes < target / 64 ? 9e18 : static_cast<double>(MOST_PAGE_ROWS);
  page_rows_ = static_cast<uint64_t>(std::clamp(limited, static_cast<double>(FEWEST_PAGE_ROWS), most));
}

// The rows of requests not yet finished lie before (or after) the frontier; enough finished rows beyond it end the
// scan.
bool RequestQueue::NoLaterShardMatters() const {
  if (!options_.enough_rows || options_.visit == VisitOrder::ANY) return false;
  const bool newest = options_.visit == VisitOrder::NEWEST_FIRST;
  const auto is_read = [&](size_t i) { return progress_[i].finished && progress_[i].unread == 0; };
  int64_t frontier = newest ? Slice::OPEN_FROM : Slice::OPEN_UNTIL;
  for (size_t i = 0; i < requests_.size(); i++) {
    if (is_read(i)) continue;
    frontier = newest ? std::max(frontier, requests_[i].slice.until) : std::min(frontier, requests_[i].slice.from);
  }
  std::vector<Found> found;
  for (size_t i = 0; i < requests_.size(); i++) {
    if (!is_read(i)) continue;
    const auto &slice = requests_[i].slice;
    const bool beyond = newest ? slice.from >= frontier && frontier != Slice::OPEN_UNTIL
                               : slice.until <= frontier && slice.until != Slice::OPEN_UNTIL;
    if (beyond) found.push_back({slice, progress_[i].counting_rows});
  }
  return (options_.counts_groups ? Distinct(std::move(found)) : Sum(found)) >= *options_.enough_rows;
}

}  // namespace shardite
