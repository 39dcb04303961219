#include "remote/transport.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <unordered_set>
#include <vector>

#include "remote/retry.hpp"
#include "remote/server_limits.hpp"

namespace shardite {

namespace {

enum class Phase { WAITING_FOR_PLACE, IN_FLIGHT, BACKING_OFF, DONE };

using Milliseconds = std::chrono::milliseconds;

struct Run {
  explicit Run(Exchange exchange_in)
      : exchange(std::move(exchange_in)),
        time(std::max(exchange.options.deadline.Remaining(), exchange.attempt_timeout.value_or(Milliseconds(0)))) {}
  Exchange exchange;
  const Milliseconds time;  // counted from the first attempt: waiting for a place behind other requests is no fault
  Phase phase = Phase::WAITING_FOR_PLACE;
  uint32_t attempts = 0;
  Clock::time_point started_at;  // of the last attempt
  Clock::time_point ready_at;    // end of the backoff
  std::optional<Failure> last_failure;
};
using RunPointer = std::shared_ptr<Run>;

std::string Attempts(uint32_t count) { return count > 1 ? " (after " + std::to_string(count) + " attempts)" : ""; }

}  // namespace

// Everything here happens on the I/O thread.
struct Transport::State : std::enable_shared_from_this<Transport::State> {
  std::weak_ptr<HttpClient::Loop> loop;
  ServerLimits limits;
  RetryPolicy policy{std::random_device{}()};
  std::map<std::string, std::deque<RunPointer>> queues;  // by server, waiting for a place
  std::unordered_set<RunPointer> idle;                   // waiting for a place or backing off
  Clock::time_point next_sweep = Clock::time_point::max();

  void AddIdle(const RunPointer &run, Clock::time_point look_again);
  void Enqueue(const RunPointer &run);
  void Dispatch(const std::string &server);
  void StartAttempt(const RunPointer &run);
  void FinishAttempt(const RunPointer &run, HttpOutcome outcome);
  void End(const RunPointer &run, HttpReply reply, std::optional<Failure> failure);
  std::optional<Failure> ReasonToStop(const Run &run) const;
  Clock::time_point Tick();
};

void Transport::State::AddIdle(const RunPointer &run, Clock::time_point look_again) {
  idle.insert(run);
  next_sweep = std::min(next_sweep, look_again);
}

void Transport::State::Enqueue(const RunPointer &run) {
  run->phase = Phase::WAITING_FOR_PLACE;
  queues[run->exchange.request.server].push_back(run);
}

void Transport::State::Dispatch(const std::string &server) {
  auto &queue = queues[server];
  while (!queue.empty()) {
    const RunPointer run = queue.front();
    if (run->phase == Phase::WAITING_FOR_PLACE) {
      if (!limits.TryAcquire(server)) return;
      StartAttempt(run);
    }
    queue.pop_front();
  }
}

void Transport::State::StartAttempt(const RunPointer &run) {
  idle.erase(run);
  Exchange &exchange = run->exchange;
  if (run->attempts == 0) exchange.options.deadline = Deadline::After(run->time);
  run->phase = Phase::IN_FLIGHT;
  run->attempts++;
  run->started_at = Clock::now();
  Deadline deadline = exchange.options.deadline;
  if (exchange.attempt_timeout) {
    const auto limited = Deadline::After(*exchange.attempt_timeout);
    if (limited.At() < deadline.At()) deadline = limited;
  }
  if (exchange.prepare) exchange.prepare(exchange.request, deadline.Remaining());
  const auto running = loop.lock();  // never null: this is its thread
  running->Start(
      exchange.request, deadline, exchange.options.cancel,
      [self = shared_from_this(), run](HttpOutcome outcome) { self->FinishAttempt(run, std::move(outcome)); });
}

void Transport::State::FinishAttempt(const RunPointer &run, HttpOutcome outcome) {
  auto failure = std::move(outcome.failure);
  if (!failure) failure = run->exchange.judge(outcome.reply);
  const std::string server = run->exchange.request.server;
  const bool overloaded = failure && failure->error_class == ErrorClass::OVERLOADED;
  limits.Release(server, overloaded ? ServerLimits::Outcome::OVERLOADED
                         : failure  ? ServerLimits::Outcome::FAILED
                                    : ServerLimits::Outcome::ANSWERED);
  const auto delay = failure ? policy.NextDelay(*failure, run->attempts, run->exchange.options.deadline) : std::nullopt;
  if (delay) {
    run->phase = Phase::BACKING_OFF;
    run->ready_at = Clock::now() + *delay;
    run->last_failure = std::move(failure);
    AddIdle(run, run->ready_at);
  } else {
    End(run, std::move(outcome.reply), std::move(failure));
  }
  Dispatch(server);
}

void Transport::State::End(const RunPointer &run, HttpReply reply, std::optional<Failure> failure) {
  run->phase = Phase::DONE;
  if (failure && failure->error_class != ErrorClass::CANCELLED) failure->message += Attempts(run->attempts);
  const auto done = std::move(run->exchange.done);
  const auto served = run->attempts > 0 ? Clock::now() - run->started_at : Clock::duration(0);
  done({std::move(reply), run->attempts, std::move(failure),
        std::chrono::duration_cast<std::chrono::microseconds>(served)});
}

std::optional<Failure> Transport::State::ReasonToStop(const Run &run) const {
  const auto running = loop.lock();
  if (!running || running->Stopping() || run.exchange.options.cancel.IsCancelled()) {
    return Failure{ErrorClass::CANCELLED, "cancelled", 0};
  }
  if (run.attempts == 0 || !run.exchange.options.deadline.Expired()) return std::nullopt;
  return Failure{ErrorClass::DEADLINE, "no answer in time: " + run.last_failure->message, 0};
}

// Ends what was cancelled while it waited, and starts what has waited long enough.
Clock::time_point Transport::State::Tick() {
  const auto running = loop.lock();
  const bool stopping = !running || running->Stopping();
  if (!stopping && Clock::now() < next_sweep) return next_sweep;
  next_sweep = Clock::time_point::max();
  const std::vector<RunPointer> waiting(idle.begin(), idle.end());
  for (const RunPointer &run : waiting) {
    if (auto reason = ReasonToStop(*run)) {
      idle.erase(run);
      End(run, {}, std::move(reason));
      continue;
    }
    if (run->phase == Phase::BACKING_OFF && run->ready_at <= Clock::now()) {
      Enqueue(run);
      Dispatch(run->exchange.request.server);
    }
    if (run->phase == Phase::BACKING_OFF) next_sweep = std::min(next_sweep, run->ready_at);
    next_sweep = std::min(next_sweep, Clock::now() + HttpClient::TICK);
  }
  return next_sweep;
}

Transport::Transport() : state_(std::make_shared<State>()) {
  state_->loop = http_.GetLoop();
  http_.GetLoop()->SetTick([state = state_] { return state->Tick(); });
}

Transport::~Transport() = default;

void Transport::SetMaximum(const std::string &server, int max_in_flight) {
  http_.GetLoop()->Post([state = state_, server, max_in_flight] { state->limits.SetMaximum(server, max_in_flight); });
}

void Transport::Send(Exchange exchange) {
  auto run = std::make_shared<Run>(std::move(exchange));
  const bool posted = http_.GetLoop()->Post([state = state_, run] {
    state->AddIdle(run, Clock::now() + HttpClient::TICK);
    state->Enqueue(run);
    state->Dispatch(run->exchange.request.server);
  });
  if (!posted) run->exchange.done({{}, 0, Failure{ErrorClass::CANCELLED, "cancelled", 0}});
}

}  // namespace shardite
