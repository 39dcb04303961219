// sqld and rqlite behind TLS with a private authority: who is trusted, and what is said of who is not.
#include "test/support/tls.hpp"
#include "test/support/servers.hpp"
#include "test/unit/remote/remote_test_support.hpp"

namespace shardite::test {
namespace {

class TlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    authority_ = std::make_unique<PrivateAuthority>();
    sqld_ = std::make_unique<SqldServer>();
    sqld_->CreateNamespace("ns");
    node_ = std::make_unique<RqliteNode>();
  }
  static void TearDownTestSuite() {
    node_.reset();
    sqld_.reset();
    authority_.reset();
  }

  static FleetSpec Trusting(const std::string &ca) {
    FleetSpec fleet;
    fleet.servers[""].ca = ca;
    return fleet;
  }
  /// What sqld answers behind a certificate for `names`.
  static std::string Behind(const std::string &names, int days, const FleetSpec &fleet) {
    const TlsTerminator terminator(sqld_->Port(), authority_->Issue(names, days));
    return PageText(Ask(*ClientAt("libsql://" + terminator.Server() + "/dev/ns", fleet), "SELECT 1"));
  }
  static void ExpectIn(const std::string &words, const std::string &text) {
    EXPECT_NE(text.find(words), std::string::npos) << text;
  }

  static constexpr const char *HERE = "IP:127.0.0.1";
  inline static std::unique_ptr<PrivateAuthority> authority_;
  inline static std::unique_ptr<SqldServer> sqld_;
  inline static std::unique_ptr<RqliteNode> node_;
};

TEST_F(TlsTest, APrivateAuthorityIsNamedByCa) {
  const auto certificate = authority_->Issue(HERE, 2);
  const TlsTerminator sqld(sqld_->Port(), certificate), node(node_->Port(), certificate);
  const auto fleet = Trusting(authority_->File());
  EXPECT_EQ(PageText(Ask(*ClientAt("libsql://" + sqld.Server() + "/dev/ns", fleet), "SELECT 1")), "1");
  EXPECT_EQ(PageText(Ask(*ClientAt("rqlite://" + node.Server(), fleet), "SELECT 1")), "1");
  FleetSpec one_server;
  one_server.servers[node.Server()].ca = authority_->File();
  EXPECT_EQ(PageText(Ask(*ClientAt("rqlite://" + node.Server(), one_server), "SELECT 1")), "1");
}

TEST_F(TlsTest, OrByTheEnvironment) {
  setenv("SSL_CERT_FILE", authority_->File().c_str(), 1);
  EXPECT_EQ(Behind(HERE, 2, {}), "1");
  setenv("SSL_CERT_FILE", "/nonexistent", 1);
  EXPECT_EQ(Behind(HERE, 2, Trusting(authority_->File())), "1") << "the fleet file comes first";
  unsetenv("SSL_CERT_FILE");
}

TEST_F(TlsTest, NobodyElseIsTrusted) {
  const std::string unknown = Behind(HERE, 2, {});
  ExpectIn("configuration: the TLS certificate of 127.0.0.1:", unknown);
  ExpectIn("\"ca\" of [server]", unknown);
  const auto fleet = Trusting(authority_->File());
  const std::string other = Behind("DNS:other.example.com", 2, fleet), expired = Behind(HERE, -1, fleet);
  ExpectIn("no alternative certificate subject name matches", other);
  ExpectIn("expired", expired);
  EXPECT_EQ(other.find("\"ca\""), std::string::npos) << other;
  const PrivateAuthority another;
  ExpectIn("is not trusted", Behind(HERE, 2, Trusting(another.File())));
  ExpectIn("\"ca\" or SSL_CERT_FILE", Behind(HERE, 2, Trusting("/nonexistent/ca.pem")));
}

TEST_F(TlsTest, TheWrongSchemeIsNamed) {
  ExpectIn("without TLS the url says +http", PageText(Ask(*ClientAt("libsql://" + sqld_->Server()), "SELECT 1")));
}

}  // namespace
}  // namespace shardite::test
