#pragma once
// TLS in front of the plain servers of servers.hpp: certificates made on the spot with openssl, and a terminator in
// python3. Everything throws std::runtime_error; a missing program is an error, never a reason to skip a test.

#include <cstdint>
#include <memory>
#include <string>

#include "test/support/process.hpp"

namespace shardite::test {

/// A certificate authority that nobody knows.
class PrivateAuthority {
 public:
  PrivateAuthority();
  /// Its own certificate, PEM.
  std::string File() const { return directory_.Path() + "/ca.pem"; }

  struct Certificate {
    std::string file, key;
  };
  /// One signed by it: `names` as "DNS:localhost,IP:127.0.0.1", valid for `days` from now (negative: expired).
  Certificate Issue(const std::string &names, int days) const;

 private:
  ServerDirectory directory_;
};

class TlsTerminator {
 public:
  TlsTerminator(uint16_t target_port, const PrivateAuthority::Certificate &certificate);
  uint16_t Port() const { return port_; }
  std::string Server() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  ServerDirectory directory_;
  uint16_t port_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace shardite::test
