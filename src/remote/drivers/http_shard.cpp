#include "remote/drivers/http_shard.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "remote/http_failure.hpp"

namespace shardite {

namespace {

class HttpResponse : public Response {
 public:
  HttpResponse(std::string body, DecodeBody decode, ShardIdentity identity, StatementKind kind)
      : body_(std::move(body)), decode_(decode), identity_(std::move(identity)), kind_(kind) {}

  Result<ResultPage> Decode() override {
    std::string body = std::move(body_);
    auto page = decode_(body);
    if (page.Ok()) return page;
    return identity_.Error(page.Error().error_class, kind_, page.Error().message);
  }

 private:
  std::string body_;
  DecodeBody decode_;
  ShardIdentity identity_;
  StatementKind kind_;
};

}  // namespace

ShardError ShardIdentity::Error(ErrorClass error_class, StatementKind kind, const std::string &message) const {
  constexpr size_t LONGEST = 1000;
  return {error_class, shard, server, StatementKindName(kind), OneLine(message, LONGEST)};
}

void Deliver(Answer answer, DecodeBody decode, ShardIdentity identity, StatementKind kind,
             const ResponseCallback &callback) {
  if (answer.failure) return callback(identity.Error(answer.failure->error_class, kind, answer.failure->message));
  const uint64_t bytes = answer.reply.body.size();
  auto response = std::make_unique<HttpResponse>(std::move(answer.reply.body), decode, std::move(identity), kind);
  response->bytes_received = bytes;
  response->attempts = answer.attempts;
  response->served = answer.served;
  callback(std::unique_ptr<Response>(std::move(response)));
}

std::string ReadSecret(const SecretSource &source, const ShardIdentity &identity) {
  try {
    return source.Read();
  } catch (const FleetError &error) {
    throw FleetError(ShardError{ErrorClass::CONFIG, identity.shard, identity.server, "connect", error.what()});
  }
}

std::string ServerName(const ShardUrl &url, uint16_t default_port) {
  return url.host + ":" + std::to_string(url.port == 0 ? default_port : url.port);
}

std::string ServerOrigin(const ShardUrl &url, uint16_t default_port) {
  return (url.tls ? "https://" : "http://") + ServerName(url, default_port);
}

std::string PercentDecoded(const std::string &text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); i++) {
    unsigned byte = 0;
    const char *digits = text.data() + i + 1;
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    decoded += escape ? static_cast<char>(byte) : text[i];
    if (escape) i += 2;
  }
  return decoded;
}

ServerSettings SettingsOf(const FleetSpec &fleet, const ShardUrl &url, const std::string &server) {
  ServerSettings settings;
  for (const std::string &key : {server, url.port == 0 ? url.host : server, std::string()}) {
    const auto found = fleet.servers.find(key);
    if (found == fleet.servers.end()) continue;
    if (!settings.max_in_flight) settings.max_in_flight = found->second.max_in_flight;
    if (!settings.timeout_ms) settings.timeout_ms = found->second.timeout_ms;
    if (settings.ca.empty()) settings.ca = found->second.ca;
  }
  // Where OpenSSL, curl and Go look too; libcurl alone does not.
  const char *of_the_environment = std::getenv("SSL_CERT_FILE");
  if (settings.ca.empty() && of_the_environment) settings.ca = of_the_environment;
  return settings;
}

void CheckSettings(const ShardSpec &shard, const std::vector<std::string> &known) {
  for (const auto &setting : shard.url.settings) {
    if (std::find(known.begin(), known.end(), setting.first) != known.end()) continue;
    std::string line =
        "shard \"" + shard.id + "\": unknown setting \"" + setting.first + "\" in the url's query string";
    if (known.empty()) throw FleetError(line + "; " + shard.url.scheme + " has none");
    for (const auto &name : known) line += (&name == &known.front() ? "; known: " : ", ") + name;
    throw FleetError(line);
  }
}

}  // namespace shardite
