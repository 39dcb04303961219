#include "remote/drivers/hrana.hpp"

#include "remote/drivers/base64.hpp"
#include "remote/drivers/hrana_codec.hpp"
#include "remote/drivers/utf8.hpp"
#include "remote/reading_statement.hpp"

namespace shardite {

namespace {

// One sqld process hardly uses a second core; past 128 requests it answers 429.
constexpr int DEFAULT_IN_FLIGHT = 2;
constexpr uint64_t AGGREGATE_RANGE_ROWS = 40'000;
constexpr uint16_t DEFAULT_TLS_PORT = 443;
constexpr uint16_t DEFAULT_PLAIN_PORT = 8080;

class HranaClient : public ShardClient, public std::enable_shared_from_this<HranaClient> {
 public:
  HranaClient(const ShardSpec &shard, const FleetSpec &fleet, const HttpDrivers &drivers)
      : transport_(drivers.transport), profiles_(drivers.profiles) {
    const uint16_t default_port = shard.url.tls ? DEFAULT_TLS_PORT : DEFAULT_PLAIN_PORT;
    identity_ = {shard.id, ServerName(shard.url, default_port)};
    request_.server = identity_.server;
    request_.loopback = IsLoopback(shard.url.host);
    request_.url = ServerOrigin(shard.url, default_port);
    request_.headers.emplace_back("Content-Type: application/json");
    if (!shard.url.name_space.empty()) {
      request_.url += "/dev/" + shard.url.name_space;
      // sqld looks up the Host header's namespace even when the path names one: "127" for 127.0.0.1. This header wins.
      std::string encoded = EncodeBase64(PercentDecoded(shard.url.name_space));
      while (encoded.back() == '=') encoded.pop_back();
      request_.headers.push_back("x-namespace-bin: " + encoded);
    }
    request_.url += "/v3/pipeline";
    if (shard.token.IsSet()) request_.headers.push_back("Authorization: Bearer " + ReadSecret(shard.token, identity_));

    const ServerSettings settings = SettingsOf(fleet, shard.url, identity_.server);
    transport_->SetMaximum(identity_.server, settings.max_in_flight.value_or(DEFAULT_IN_FLIGHT));
    request_.ca = settings.ca;
    if (settings.timeout_ms) timeout_ = std::chrono::milliseconds(*settings.timeout_ms);
  }

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    if (!IsUtf8(statement.sql)) {
      callback(identity_.Error(ErrorClass::CAPABILITY, statement.kind, "the statement holds text that is not UTF-8"));
      return;
    }
    if (statement.kind == StatementKind::SCATTER) {
      SendIfReadOnly(std::move(statement), options, std::move(callback));
    } else {
      Execute(statement, options, std::move(callback), 0);
    }
  }

  const std::string &ShardId() const override { return identity_.shard; }
  const std::string &Server() const override { return identity_.server; }
  const char *Driver() const override { return "hrana"; }
  RequestShape Shape() const override {
    RequestShape shape;
    shape.aggregate_range_rows = AGGREGATE_RANGE_ROWS;
    return shape;
  }
  std::shared_ptr<ProfileCache> Profiles() const override { return profiles_; }
  std::string DatabaseKey() const override { return request_.url; }

 private:
  Exchange MakeExchange(std::string body, const CallOptions &options) const {
    Exchange exchange;
    exchange.request = request_;
    exchange.request.body = std::move(body);
    exchange.options = options;
    exchange.attempt_timeout = timeout_;
    exchange.judge = HranaJudge;
    return exchange;
  }

  void Execute(const Statement &statement, const CallOptions &options, ResponseCallback callback,
               uint32_t attempts_before) {
    Exchange exchange = MakeExchange(HranaExecuteBody(statement.sql), options);
    exchange.done = [identity = identity_, kind = statement.kind, callback = std::move(callback),
                     attempts_before](Answer answer) {
      answer.attempts += attempts_before;
      Deliver(std::move(answer), HranaDecode, identity, kind, callback);
    };
    transport_->Send(std::move(exchange));
  }

  // A person wrote this statement, and sqld would carry out a write that came along with it.
  void SendIfReadOnly(Statement statement, const CallOptions &options, ResponseCallback callback) {
    if (!IsOneReadingStatement(statement.sql)) {
      callback(identity_.Error(ErrorClass::SQL, statement.kind, NOT_READING));
      return;
    }
    Exchange exchange = MakeExchange(HranaDescribeBody(statement.sql), options);
    exchange.done = [self = shared_from_this(), statement = std::move(statement), options,
                     callback = std::move(callback)](Answer answer) {
      const ShardIdentity &identity = self->identity_;
      if (answer.failure) {
        callback(identity.Error(answer.failure->error_class, statement.kind, answer.failure->message));
      } else if (!HranaIsReadOnly(answer.reply.body).value_or(false)) {
        callback(identity.Error(ErrorClass::SQL, statement.kind, NOT_READING));
      } else {
        self->Execute(statement, options, callback, answer.attempts);
      }
    };
    transport_->Send(std::move(exchange));
  }

  ShardIdentity identity_;
  HttpRequest request_;  // without a body
  std::shared_ptr<Transport> transport_;
  std::shared_ptr<ProfileCache> profiles_;
  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace

std::shared_ptr<ShardClient> MakeHranaClient(const ShardSpec &shard, const FleetSpec &fleet,
                                             const HttpDrivers &drivers) {
  CheckSettings(shard, {});
  return std::make_shared<HranaClient>(shard, fleet, drivers);
}

}  // namespace shardite
