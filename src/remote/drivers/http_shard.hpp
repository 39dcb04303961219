#pragma once
// What the HTTP drivers have in common: who they are in errors, and a Response that decodes on the caller's thread.

#include <functional>
#include <memory>
#include <string>

#include "fleet/fleet_spec.hpp"
#include "remote/introspect.hpp"
#include "remote/shard_client.hpp"
#include "remote/transport.hpp"

namespace shardite {

/// What all clients of one registry share.
struct HttpDrivers {
  std::shared_ptr<Transport> transport = std::make_shared<Transport>();
  std::shared_ptr<ProfileCache> profiles = std::make_shared<ProfileCache>();
};

/// A shard's identity in errors.
struct ShardIdentity {
  std::string shard;
  std::string server;
  /// What a server said becomes one line of a bearable length.
  ShardError Error(ErrorClass error_class, StatementKind kind, const std::string &message) const;
};

/// The secret; throws FleetError that names shard, server and where it was looked for when there is none.
std::string ReadSecret(const SecretSource &source, const ShardIdentity &identity);

/// A codec's function; on failure only error_class and message are set.
using DecodeBody = Result<ResultPage> (*)(std::string &body);
/// Calls back with what came of a statement: a Response that decodes the reply, or the failure as this shard's error.
void Deliver(Answer answer, DecodeBody decode, ShardIdentity identity, StatementKind kind,
             const ResponseCallback &callback);

/// "host:port" with the scheme's default port filled in: the key of limits and FleetSpec::servers.
std::string ServerName(const ShardUrl &url, uint16_t default_port);
/// "http://host:port" or "https://..".
std::string ServerOrigin(const ShardUrl &url, uint16_t default_port);

/// The fleet's settings for a server: its own (by host:port, or as the url has it), then those for all; `ca` last from
/// SSL_CERT_FILE.
ServerSettings SettingsOf(const FleetSpec &fleet, const ShardUrl &url, const std::string &server);

/// "a%20b" as "a b".
std::string PercentDecoded(const std::string &text);

/// Throws FleetError when the url carries a setting that is not among `known`.
void CheckSettings(const ShardSpec &shard, const std::vector<std::string> &known);

}  // namespace shardite
