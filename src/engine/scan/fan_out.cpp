#include "engine/scan/fan_out.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

#include "engine/scan/structure_watch.hpp"

namespace shardite {

// Outlives the FanOut while callbacks are under way.
struct FanOut::Shared {
  Shared(std::vector<ShardRequest> requests, Options options, std::shared_ptr<QueryCounters> counted)
      : queue(std::move(requests), std::move(options), counted), counters(std::move(counted)) {}

  RequestQueue queue;
  std::shared_ptr<QueryCounters> counters;
  WriteStatement write_statement;
  std::shared_ptr<ScanTally> tally;
  CancelToken cancel;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<FetchedPage> ready;
  std::optional<ShardError> failure;
  bool stopped = false;  // nothing more is to be sent

  std::mutex wake_mutex;
  std::function<void()> wake;

  void Arrived(const Asked &asked, Result<std::unique_ptr<Response>> result);
  void Count(const Asked &asked, const Response &response);
  void Stop();
  void Wake();
};

FanOut::FanOut(std::vector<ShardRequest> requests, Options options, WriteStatement write_statement,
               std::shared_ptr<QueryCounters> counters, std::shared_ptr<ScanTally> tally)
    : shared_(std::make_shared<Shared>(std::move(requests), std::move(options), std::move(counters))) {
  shared_->write_statement = std::move(write_statement);
  shared_->tally = std::move(tally);
}

FanOut::~FanOut() {
  SetWake({});
  Cancel();
}

void FanOut::Cancel() {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->Stop();
}

void FanOut::Shared::Stop() {
  stopped = true;
  cancel.Cancel();
}

size_t FanOut::FinishedShards() const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  return shared_->queue.FinishedRequests();
}

void FanOut::CountRows(uint64_t rows) {
  shared_->counters->rows_received += rows;
  shared_->tally->CountRows(rows);
}

const ShardRequest &FanOut::Request(size_t request) const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  return shared_->queue.At(request);
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

void FanOut::Send() {
  const auto &options = shared_->queue.Options();
  bool skipped_last = false;
  if (options.runtime_filters) {
    options.runtime_filters->Refresh();
    const std::lock_guard<std::mutex> guard(shared_->mutex);
    skipped_last = !shared_->stopped && shared_->queue.SkipShards();
  }
  if (skipped_last) return shared_->Wake();  // other readers wait for what will not come
  while (true) {
    std::optional<Asked> asked;
    {
      const std::lock_guard<std::mutex> guard(shared_->mutex);
      if (!shared_->stopped) asked = shared_->queue.Next();
    }
    if (!asked) return;
    const auto &request = Request(asked->request);
    auto statement = shared_->write_statement(request.shard, *asked->query, asked->range, asked->safe_packing);
    statement.kind = request.rows ? StatementKind::PAGE : options.kind;
    shared_->counters->requests++;
    shared_->tally->Sent(request.client->ShardId());
    CallOptions call;
    call.deadline = Deadline::After(std::chrono::milliseconds(options.timeout_ms));
    call.cancel = shared_->cancel;
    request.client->Send(std::move(statement), call,
                         [shared = shared_, sent = *asked](Result<std::unique_ptr<Response>> result) {
                           shared->Arrived(sent, std::move(result));
                           shared->Wake();
                         });
  }
}

void FanOut::Shared::Arrived(const Asked &asked, Result<std::unique_ptr<Response>> result) {
  const std::lock_guard<std::mutex> guard(mutex);
  if (result) {
    Count(asked, **result);
    queue.Answered(asked, (*result)->bytes_received);
    ready.push_back({std::move(*result), asked});
  } else if (stopped) {
    // Cancelled because nobody needs it any more, or because another request has failed.
    queue.Dropped(asked);
  } else if (!queue.Refused(asked, result.Error())) {
    failure = WithRemedy(result.Error());
    Stop();
  }
}

// The sending itself is counted already.
void FanOut::Shared::Count(const Asked &asked, const Response &response) {
  counters->requests += response.attempts - 1;
  counters->retries += response.attempts - 1;
  counters->bytes_received += response.bytes_received;
  const auto &shard = queue.At(asked.request).client->ShardId();
  tally->Answered(shard, response.attempts, response.bytes_received, response.served);
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
      shared_->queue.Taken(page.asked, page.response->bytes_received);
      taken = true;
    }
  }
  if (taken) {
    Send();  // its place in the window is free while it is decoded
    return State::PAGE;
  }
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  if (!shared_->ready.empty() || shared_->failure) return State::WAIT;  // arrived just now: HasNews() says so
  if (shared_->queue.Finished() || shared_->stopped) return State::DONE;
  return State::WAIT;
}

bool FanOut::HasNews() const {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  const auto &queue = shared_->queue;
  // A range that must be halved leaves nothing under way that would wake anybody later.
  return !shared_->ready.empty() || queue.CanRepeat() || queue.Idle() || shared_->failure || shared_->stopped ||
         queue.Finished();
}

void FanOut::WaitBriefly() {
  std::unique_lock<std::mutex> guard(shared_->mutex);
  if (!shared_->ready.empty() || shared_->failure) return;
  shared_->changed.wait_for(guard, std::chrono::milliseconds(50));
}

void FanOut::Repeat(const FetchedPage &page) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->queue.Repeat(page.asked);
}

void FanOut::Reword(const FetchedPage &page, const QueryForms &whole, const QueryForms &parts) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->queue.Reword(page.asked, whole, parts);
}

void FanOut::Add(ShardRequest request) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  shared_->queue.Add(std::move(request));
}

void FanOut::PageRead(size_t request, uint64_t counting_rows) {
  {
    const std::lock_guard<std::mutex> guard(shared_->mutex);
    shared_->queue.Read(request, counting_rows);
    if (shared_->stopped) return;
    if (!shared_->queue.NoLaterShardMatters()) return shared_->queue.Widen();
    shared_->Stop();
  }
  shared_->Wake();
}

}  // namespace shardite
