#include "remote/drivers/rqlite.hpp"

#include <algorithm>
#include <regex>

#include "remote/drivers/base64.hpp"
#include "remote/drivers/rqlite_codec.hpp"
#include "remote/drivers/utf8.hpp"
#include "remote/reading_statement.hpp"

namespace shardite {

namespace {

constexpr int DEFAULT_IN_FLIGHT = 4;
constexpr uint16_t DEFAULT_PORT = 4001;

bool IsDuration(const std::string &text) {
  static const std::regex DURATION("([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+");
  return std::regex_match(text, DURATION);
}

// The url's settings as a query string. rqlite takes an unknown level silently as weak, so it is checked here.
std::string ReadSettings(const ShardSpec &shard) {
  CheckSettings(shard, {"level", "freshness", "freshness_strict"});
  const auto setting = [&](const char *name) {
    const auto found = shard.url.settings.find(name);
    return found == shard.url.settings.end() ? std::string() : found->second;
  };
  const std::string who = "shard \"" + shard.id + "\": ";
  const std::string level = setting("level").empty() ? "none" : setting("level");
  const std::string freshness = setting("freshness"), strict = setting("freshness_strict");
  if (level == "strong") {
    throw FleetError(who + "level=strong writes every read to the Raft log; use level=linearizable, which is as fresh");
  }
  if (level != "none" && level != "weak" && level != "linearizable" && level != "auto") {
    throw FleetError(who + "unknown level \"" + level + "\"; known: none, weak, linearizable, auto");
  }
  std::string query = "level=" + level;
  if (!freshness.empty()) {
    if (!IsDuration(freshness)) {
      throw FleetError(who + "freshness \"" + freshness + "\" is no duration such as 500ms or 1s");
    }
    if (level != "none") throw FleetError(who + "freshness has a meaning only with level=none");
    query += "&freshness=" + freshness;
  }
  if (strict == "true" && !freshness.empty()) query += "&freshness_strict";
  if (!strict.empty() && ((strict != "true" && strict != "false") || freshness.empty())) {
    throw FleetError(who + "freshness_strict is true or false, beside a freshness");
  }
  return query;
}

class RqliteClient : public ShardClient {
 public:
  RqliteClient(const ShardSpec &shard, const FleetSpec &fleet, const HttpDrivers &drivers)
      : transport_(drivers.transport), profiles_(drivers.profiles) {
    identity_ = {shard.id, ServerName(shard.url, DEFAULT_PORT)};
    url_ = ServerOrigin(shard.url, DEFAULT_PORT) + "/db/query?" + ReadSettings(shard);
    request_.server = identity_.server;
    request_.loopback = IsLoopback(shard.url.host);
    request_.headers.emplace_back("Content-Type: application/json");
    if (!shard.user.empty()) {
      const std::string password = shard.password.IsSet() ? ReadSecret(shard.password, identity_) : "";
      request_.headers.push_back("Authorization: Basic " + EncodeBase64(shard.user + ":" + password));
    }
    const ServerSettings settings = SettingsOf(fleet, shard.url, identity_.server);
    transport_->SetMaximum(identity_.server, settings.max_in_flight.value_or(DEFAULT_IN_FLIGHT));
    request_.ca = settings.ca;
    if (settings.timeout_ms) timeout_ = std::chrono::milliseconds(*settings.timeout_ms);
  }

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    const StatementKind kind = statement.kind;
    if (!IsUtf8(statement.sql)) {
      callback(identity_.Error(ErrorClass::CAPABILITY, kind, "the statement holds text that is not UTF-8"));
      return;
    }
    if (kind == StatementKind::SCATTER && !IsOneReadingStatement(statement.sql)) {
      callback(identity_.Error(ErrorClass::SQL, kind, NOT_READING));
      return;
    }
    Exchange exchange;
    exchange.request = request_;
    exchange.request.body = RqliteQueryBody(statement.sql);
    exchange.options = std::move(options);
    exchange.attempt_timeout = timeout_;
    // A disconnect does not stop the query, so the server is told when to give up.
    exchange.prepare = [url = url_](HttpRequest &request, std::chrono::milliseconds left) {
      request.url = url + "&db_timeout=" + std::to_string(std::max<int64_t>(1, left.count())) + "ms";
    };
    exchange.judge = RqliteJudge;
    exchange.done = [identity = identity_, kind, callback = std::move(callback)](Answer answer) {
      Deliver(std::move(answer), RqliteDecode, identity, kind, callback);
    };
    transport_->Send(std::move(exchange));
  }

  const std::string &ShardId() const override { return identity_.shard; }
  const std::string &Server() const override { return identity_.server; }
  const char *Driver() const override { return "rqlite"; }
  RequestShape Shape() const override { return {}; }
  std::shared_ptr<ProfileCache> Profiles() const override { return profiles_; }
  std::string DatabaseKey() const override { return url_; }

 private:
  ShardIdentity identity_;
  std::string url_;      // without db_timeout
  HttpRequest request_;  // without url and body
  std::shared_ptr<Transport> transport_;
  std::shared_ptr<ProfileCache> profiles_;
  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace

std::shared_ptr<ShardClient> MakeRqliteClient(const ShardSpec &shard, const FleetSpec &fleet,
                                              const HttpDrivers &drivers) {
  return std::make_shared<RqliteClient>(shard, fleet, drivers);
}

}  // namespace shardite
