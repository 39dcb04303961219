#include "remote/shard_client.hpp"

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <mutex>

namespace shardite {

const char *StatementKindName(StatementKind kind) {
  switch (kind) {
    case StatementKind::PROBE: return "probe";
    case StatementKind::SCHEMA: return "schema";
    case StatementKind::PAGE: return "page";
    case StatementKind::PARTIAL: return "partial";
    case StatementKind::SCATTER: return "scatter";
  }
  return "statement";
}

bool ServerProfile::HasFunction(const std::string &name) const {
  std::string wanted = "," + name + ",";
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](unsigned char c) { return std::tolower(c); });
  return function_names.find(wanted) != std::string::npos;
}

namespace {

struct Waiting {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<std::unique_ptr<Response>>> outcome;
};

// A driver answers by the deadline itself; this is only for one that does not.
constexpr auto GRACE = std::chrono::seconds(2);

ShardError Unanswered(const ShardClient &client, StatementKind kind) {
  return {ErrorClass::DEADLINE, client.ShardId(), client.Server(), StatementKindName(kind), "no answer in time"};
}

}  // namespace

Result<ResultPage> SendAndWait(ShardClient &client, Statement statement, const CallOptions &options, uint64_t *bytes) {
  const StatementKind kind = statement.kind;
  auto waiting = std::make_shared<Waiting>();
  client.Send(std::move(statement), options, [waiting](Result<std::unique_ptr<Response>> outcome) {
    std::lock_guard<std::mutex> lock(waiting->mutex);
    waiting->outcome.emplace(std::move(outcome));
    waiting->arrived.notify_all();
  });
  std::unique_lock<std::mutex> lock(waiting->mutex);
  const auto until = options.deadline.At() + GRACE;
  if (!waiting->arrived.wait_until(lock, until, [&] { return waiting->outcome.has_value(); })) {
    return Unanswered(client, kind);
  }
  if (!waiting->outcome->Ok()) return waiting->outcome->Error();
  auto response = std::move(**waiting->outcome);
  lock.unlock();
  if (bytes) *bytes = response->bytes_received;
  return response->Decode();
}

}  // namespace shardite
