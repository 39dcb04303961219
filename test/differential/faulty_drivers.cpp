#include "test/differential/fault.hpp"
#include "test/support/forwarding_client.hpp"

namespace shardite::test {
namespace {

class FaultyResponse : public Response {
 public:
  FaultyResponse(std::unique_ptr<Response> response, std::shared_ptr<FaultSwitch> chosen)
      : response_(std::move(response)), chosen_(std::move(chosen)) {
    bytes_received = response_->bytes_received;
    attempts = response_->attempts;
    served = response_->served;
  }
  Result<ResultPage> Decode() override {
    auto page = response_->Decode();
    const auto *fault = chosen_->Current();
    if (page && fault && fault->answer && fault->answer(*page)) chosen_->Show();
    return page;
  }

 private:
  std::unique_ptr<Response> response_;
  std::shared_ptr<FaultSwitch> chosen_;
};

class FaultyClient : public ForwardingClient {
 public:
  FaultyClient(std::shared_ptr<ShardClient> client, std::shared_ptr<FaultSwitch> chosen)
      : ForwardingClient(std::move(client)), chosen_(std::move(chosen)) {}

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    const bool has_rows = statement.kind == StatementKind::PAGE || statement.kind == StatementKind::PARTIAL;
    const auto *fault = chosen_->Current();
    if (has_rows && !fault) chosen_->Keep(ShardId(), statement.sql);
    if (!has_rows || !fault)
      return ForwardingClient::Send(std::move(statement), std::move(options), std::move(callback));
    if (fault->sql) {
      if (auto rewritten = fault->sql(ShardId(), statement.sql)) {
        statement.sql = std::move(*rewritten);
        chosen_->Show();
      }
    }
    ForwardingClient::Send(
        std::move(statement), std::move(options),
        [chosen = chosen_, callback = std::move(callback)](Result<std::unique_ptr<Response>> response) {
          if (!response) return callback(std::move(response));
          callback(std::unique_ptr<Response>(new FaultyResponse(std::move(*response), chosen)));
        });
  }

 private:
  std::shared_ptr<FaultSwitch> chosen_;
};

}  // namespace

std::shared_ptr<DriverRegistry> FaultyDrivers(std::shared_ptr<FaultSwitch> chosen) {
  auto registry = std::make_shared<DriverRegistry>();
  const auto sound = DefaultDrivers();
  for (const char *scheme : {"sqlite", "libsql+http", "rqlite+http"}) {
    registry->Register(scheme, [=](const ShardSpec &shard, const FleetSpec &fleet) -> std::shared_ptr<ShardClient> {
      return std::make_shared<FaultyClient>(sound->Connect(shard, fleet), chosen);
    });
  }
  return registry;
}

}  // namespace shardite::test
