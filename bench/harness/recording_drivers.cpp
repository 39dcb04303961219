#include "bench/harness/recording_drivers.hpp"

#include <utility>

#include "test/support/forwarding_client.hpp"

namespace shardite::bench {

void StatementLog::Add(const ShardUrl &url, const Statement &statement) {
  if (statement.kind != StatementKind::PAGE && statement.kind != StatementKind::PARTIAL) return;
  const std::lock_guard<std::mutex> guard(mutex_);
  statements_.push_back({url, statement.sql});
}

std::vector<SentStatement> StatementLog::Take() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return std::exchange(statements_, {});
}

namespace {

class RecordingClient : public test::ForwardingClient {
 public:
  RecordingClient(std::shared_ptr<ShardClient> client, ShardUrl url, std::shared_ptr<StatementLog> log)
      : ForwardingClient(std::move(client)), url_(std::move(url)), log_(std::move(log)) {}

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    log_->Add(url_, statement);
    ForwardingClient::Send(std::move(statement), std::move(options), std::move(callback));
  }

 private:
  ShardUrl url_;
  std::shared_ptr<StatementLog> log_;
};

}  // namespace

std::shared_ptr<DriverRegistry> RecordingDrivers(std::shared_ptr<StatementLog> log) {
  auto registry = std::make_shared<DriverRegistry>();
  const auto drivers = DefaultDrivers();
  for (const char *scheme : {"libsql+http", "rqlite+http"}) {
    registry->Register(scheme, [drivers, log](const ShardSpec &shard, const FleetSpec &fleet) {
      return std::make_shared<RecordingClient>(drivers->Connect(shard, fleet), shard.url, log);
    });
  }
  return registry;
}

}  // namespace shardite::bench
