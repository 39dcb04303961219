#include "test/support/tls.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace shardite::test {

namespace {

constexpr int START_ATTEMPTS = 5;  // another program may take the free port first
constexpr auto START_PATIENCE = std::chrono::seconds(20);

// The paths are our own and hold nothing that a shell would read otherwise.
void OpenSsl(const std::string &arguments) {
  if (std::system(("openssl " + arguments + " 2>/dev/null").c_str()) != 0) {
    throw std::runtime_error("openssl failed or is missing: openssl " + arguments);
  }
}

bool Accepts(uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool accepted = connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
  close(connection);
  return accepted;
}

}  // namespace

PrivateAuthority::PrivateAuthority() {
  OpenSsl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=A private authority' "
      "-keyout " +
      directory_.Path() + "/ca.key -out " + File());
}

PrivateAuthority::Certificate PrivateAuthority::Issue(const std::string &names, int days) const {
  std::string pattern = directory_.Path() + "/XXXXXX";
  if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a directory in " + directory_.Path());
  const std::string request = pattern + "/request", extensions = pattern + "/extensions";
  const Certificate issued{pattern + "/certificate.pem", pattern + "/key.pem"};
  std::ofstream(extensions) << "subjectAltName=" << names << "\n";
  OpenSsl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server -keyout " + issued.key +
          " -out " + request);
  OpenSsl("x509 -req -in " + request + " -CA " + File() + " -CAkey " + directory_.Path() + "/ca.key -CAcreateserial" +
          " -days " + std::to_string(days) + " -extfile " + extensions + " -out " + issued.file);
  return issued;
}

TlsTerminator::TlsTerminator(uint16_t target_port, const PrivateAuthority::Certificate &certificate) {
  for (int attempt = 1;; attempt++) {
    port_ = FreePort();
    process_ = std::make_unique<ServerProcess>(
        "/usr/bin/env",
        std::vector<std::string>{"python3", std::string(SHARDITE_SOURCE_DIR) + "/test/support/tls_terminator.py",
                                 std::to_string(port_), std::to_string(target_port), certificate.file, certificate.key},
        directory_.Path() + "/log");
    const auto until = std::chrono::steady_clock::now() + START_PATIENCE;
    while (process_->IsRunning() && std::chrono::steady_clock::now() < until) {
      if (Accepts(port_) && process_->IsRunning()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (attempt == START_ATTEMPTS) throw std::runtime_error("no TLS terminator (python3): " + process_->LogTail());
  }
}

}  // namespace shardite::test
