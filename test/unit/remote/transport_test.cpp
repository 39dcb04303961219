// Limits, retry, deadlines, cancel and failures, against a server that misbehaves on demand.
#include <atomic>
#include <cerrno>
#include <future>
#include <thread>

#include <curl/curl.h>

#include "remote/http_failure.hpp"
#include "remote/reading_statement.hpp"
#include "remote/retry.hpp"
#include "remote/server_limits.hpp"
#include "remote/sqlite_errors.hpp"
#include "test/support/fake_http.hpp"
#include "test/unit/remote/remote_test_support.hpp"

namespace shardite::test {
namespace {

const FakeReply ONE = FakeReply::Json(
    R"({"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"execute","result":{"cols":[{"name":"1",)"
    R"("decltype":null}],"rows":[[{"type":"integer","value":"1"}]]}}},{"type":"ok","response":{"type":"close"}}]})");

FakeReply With(FakeReply reply, void (*change)(FakeReply &)) {
  change(reply);
  return reply;
}
FakeReply Reset() {
  return With(ONE, [](FakeReply &reply) { reply.reset = true; });
}
FakeReply CutOff() {
  return With(ONE, [](FakeReply &reply) { reply.cut_off = true; });
}
FakeReply Hanging() {
  return With(ONE, [](FakeReply &reply) { reply.hang = true; });
}

std::string Url(const FakeHttpServer &server) { return "libsql+http://" + server.Server(); }

struct Observed {
  ErrorClass error_class = ErrorClass::SQL;
  std::string message;
  size_t requests = 0;
};

Observed Observe(std::vector<FakeReply> replies, std::chrono::milliseconds time = std::chrono::seconds(10)) {
  FakeHttpServer server(std::move(replies));
  const auto page = Ask(*ClientAt(Url(server)), "SELECT 1", StatementKind::PAGE, time);
  EXPECT_FALSE(page.Ok());
  return {page.Error().error_class, page.Error().message, server.Requests().size()};
}

TEST(HttpFailure, AProxyIsNamedAndItsPasswordIsNot) {
  EXPECT_EQ(TransferFailure(CURLE_COULDNT_RESOLVE_PROXY, 0,
                            "Unsupported proxy syntax in 'http://user:a 'p@ss/word@proxy:99999'", "h:80")
                .message,
            "unknown proxy host (Unsupported proxy syntax in 'http://proxy:99999')");
  EXPECT_EQ(
      TransferFailure(CURLE_COULDNT_CONNECT, ECONNREFUSED,
                      "Failed to connect to proxy port 3128 after 0 ms: Couldn't connect to server", "h1:80")
          .message,
      "connection refused to h1:80 through the proxy of the environment (Failed to connect to proxy port 3128 after "
      "0 ms: Couldn't connect to server)");
  EXPECT_EQ(TransferFailure(CURLE_COULDNT_CONNECT, ECONNREFUSED,
                            "Failed to connect to h1 port 80 after 0 ms: Couldn't connect to server", "h1:80")
                .message,
            "connection refused to h1:80");
}

TEST(Transport, PassingFailuresAreTriedAgain) {
  for (const FakeReply &failing : {FakeReply::Status(429), FakeReply::Status(503, "leader not found"),
                                   FakeReply::Status(502), Reset(), CutOff()}) {
    FakeHttpServer server({failing, failing, ONE});
    const auto client = ClientAt(Url(server));
    std::promise<std::pair<uint32_t, std::string>> answered;
    client->Send({"SELECT 1", StatementKind::PAGE}, Within(std::chrono::seconds(10)),
                 [&](Result<std::unique_ptr<Response>> outcome) {
                   if (!outcome.Ok()) return answered.set_value({0, outcome.Error().ToString()});
                   const uint32_t attempts = (*outcome)->attempts;
                   answered.set_value({attempts, PageText((*outcome)->Decode())});
                 });
    const auto [attempts, text] = answered.get_future().get();
    EXPECT_EQ(text, "1");
    EXPECT_EQ(attempts, 3u);
    EXPECT_EQ(server.Requests().size(), 3u);
  }
}

TEST(Transport, GivesUpAfterFourAttempts) {
  const Observed observed = Observe({FakeReply::Status(429)});
  EXPECT_EQ(observed.error_class, ErrorClass::OVERLOADED);
  EXPECT_EQ(observed.requests, 4u);
  EXPECT_NE(observed.message.find("after 4 attempts"), std::string::npos);
  EXPECT_EQ(Observe({CutOff()}).error_class, ErrorClass::TRANSPORT);
}

TEST(Transport, FinalFailuresAreNotTriedAgain) {
  const auto expect = [](const FakeReply &reply, ErrorClass error_class, const std::string &words) {
    const Observed observed = Observe({reply});
    EXPECT_EQ(observed.error_class, error_class) << observed.message;
    EXPECT_EQ(observed.requests, 1u) << observed.message;
    EXPECT_NE(observed.message.find(words), std::string::npos) << observed.message;
  };
  expect(FakeReply::Status(401), ErrorClass::CONFIG, "the token was refused");
  expect(FakeReply::Status(403, "no"), ErrorClass::CONFIG, "the token was refused");
  expect(FakeReply::Status(404), ErrorClass::CONFIG, "no sqld server");
  expect(FakeReply::Status(404, R"({"error":"Namespace `x` doesn't exist"})", "application/json"), ErrorClass::CONFIG,
         "Namespace `x` doesn't exist");
  expect(FakeReply::Status(200, "<html><h1>It works</h1></html>", "text/html"), ErrorClass::CONFIG,
         "this is no sqld server: it answered with status 200, text/html: <html><h1>It works");
  expect(FakeReply::Status(200, "{}", "application/json"), ErrorClass::CONFIG, "this is no sqld server");
  expect(FakeReply::Status(413), ErrorClass::CAPABILITY, "too long");
  expect(FakeReply::Json(R"({"results":[{"type":"error","error":{"message":"x","code":"RESPONSE_TOO_LARGE"}}]})"),
         ErrorClass::TOO_LARGE, "x");
  FakeReply redirect = FakeReply::Status(307);
  redirect.more_headers.push_back("Location: http://127.0.0.1:1/elsewhere");
  expect(redirect, ErrorClass::CONFIG, "http://127.0.0.1:1/elsewhere");
  FakeReply other = FakeReply::Status(200, "SSH-2.0-OpenSSH_9.2\r\n");
  other.is_http = false;
  expect(other, ErrorClass::CONFIG, "does not answer in HTTP");
}

TEST(Transport, WhatAServerSaysIsOneSafeLine) {
  const auto said = [](const FakeReply &reply) { return Observe({reply}).message; };
  FakeReply redirect = FakeReply::Status(302);
  redirect.more_headers.push_back("Location: https://me:hunter2@login.example.com/a@b?token=hunter2#hunter2");
  EXPECT_NE(said(redirect).find("redirects to https://login.example.com/a@b; name"), std::string::npos);
  std::string longest = R"({"error":")";
  for (int i = 0; i < 100'000; i++) longest += "boom ";
  const std::string cut = said(FakeReply::Status(400, longest + R"("})", "application/json"));
  EXPECT_LT(cut.size(), 1100u);
  EXPECT_TRUE(cut.ends_with("...")) << cut;
  const std::string odd = said(FakeReply::Status(404, "a\xff\x1b[31m\xc2\x9b\n\xe4\xb8", "text/html"));
  EXPECT_NE(odd.find(": a? [31m?? ??"), std::string::npos) << odd;
}

TEST(Transport, PassingFailuresOfWhatStandsInBetween) {
  for (const char *driver : {"libsql", "rqlite"}) {
    for (const FakeReply &reply : {FakeReply::Status(500, "<html>oops</html>", "text/html"),
                                   FakeReply::Json(R"({"results":[{"columns":["1"])")}) {
      FakeHttpServer server({reply});
      const auto page = Ask(*ClientAt(std::string(driver) + "+http://" + server.Server()), "SELECT 1");
      EXPECT_EQ(page.Error().error_class, ErrorClass::TRANSPORT) << page.Error().ToString();
      EXPECT_EQ(server.Requests().size(), 4u) << page.Error().ToString();
    }
  }
}

TEST(Transport, ARefusedConnectionIsNamedQuickly) {
  const uint16_t port = FreePort();
  const auto begin = Clock::now();
  const auto page = Ask(*ClientAt("libsql+http://127.0.0.1:" + std::to_string(port)), "SELECT 1");
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(page.Error().error_class, ErrorClass::TRANSPORT);
  EXPECT_NE(page.Error().ToString().find("connection refused to 127.0.0.1:" + std::to_string(port)), std::string::npos)
      << page.Error().ToString();
}

TEST(Transport, DeadlineAndCancelEndATransferAtOnce) {
  FakeHttpServer server({Hanging()});
  const auto client = ClientAt(Url(server));
  auto begin = Clock::now();
  const auto late = Ask(*client, "SELECT 1", StatementKind::PAGE, std::chrono::milliseconds(100));
  EXPECT_EQ(late.Error().error_class, ErrorClass::DEADLINE);
  EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(600));
  CallOptions options;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    options.cancel.Cancel();
  });
  begin = Clock::now();
  const auto cancelled = SendAndWait(*client, {"SELECT 1", StatementKind::PAGE}, options);
  EXPECT_EQ(cancelled.Error().error_class, ErrorClass::CANCELLED);
  EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(600));
  canceller.join();
}

TEST(Transport, TheFleetsTimeoutEndsOneRequest) {
  FakeHttpServer server({Hanging()});
  FleetSpec fleet;
  fleet.servers[server.Server()].timeout_ms = 100;
  const auto begin = Clock::now();
  EXPECT_EQ(Ask(*ClientAt(Url(server), fleet), "SELECT 1").Error().error_class, ErrorClass::DEADLINE);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(1));
}

TEST(Transport, WaitingForAPlaceTakesNoTime) {
  FakeReply slow = ONE;
  slow.delay = std::chrono::milliseconds(400);
  FakeHttpServer server({slow});
  FleetSpec fleet;
  fleet.servers[""].max_in_flight = 1;
  const auto client = ClientAt(Url(server), fleet);
  std::atomic<int> answered{0};
  for (int i = 0; i < 4; i++) {
    client->Send({"SELECT 1", StatementKind::PAGE}, Within(std::chrono::milliseconds(1000)),
                 [&](Result<std::unique_ptr<Response>> outcome) { answered += outcome.Ok() ? 1 : 100; });
  }
  while (answered < 4) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(answered, 4);
}

TEST(Transport, TheFleetsTimeoutMayBeLonger) {
  FakeReply slow = ONE;
  slow.delay = std::chrono::milliseconds(600);
  FakeHttpServer server({slow});
  FleetSpec fleet;
  fleet.servers[""].timeout_ms = 20'000;
  EXPECT_EQ(
      PageText(Ask(*ClientAt(Url(server), fleet), "SELECT 1", StatementKind::PAGE, std::chrono::milliseconds(50))),
      "1");
}

TEST(Transport, KeepsWithinTheServersLimit) {
  for (const int limit : {0, 3}) {
    FakeReply slow = ONE;
    slow.delay = std::chrono::milliseconds(20);
    FakeHttpServer server({slow});
    FleetSpec fleet;
    if (limit > 0) fleet.servers[""].max_in_flight = limit;
    const auto client = ClientAt(Url(server), fleet);
    std::atomic<int> answered{0};
    for (int i = 0; i < 24; i++) {
      client->Send({"SELECT 1", StatementKind::PAGE}, CallOptions(),
                   [&](Result<std::unique_ptr<Response>> outcome) { answered += outcome.Ok() ? 1 : 100; });
    }
    while (answered < 24) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(answered, 24);
    EXPECT_EQ(server.MostAtOnce(), limit == 0 ? 2u : 3u);
    EXPECT_LE(server.Connections(), limit == 0 ? 2u : 3u) << "connections are kept alive";
  }
}

TEST(Transport, ShuttingDownCancelsEverything) {
  FakeHttpServer server({Hanging()});
  std::atomic<int> cancelled{0};
  {
    const auto client = ClientAt(Url(server));
    for (int i = 0; i < 10; i++) {
      client->Send({"SELECT 1", StatementKind::PAGE}, CallOptions(), [&](Result<std::unique_ptr<Response>> outcome) {
        if (!outcome.Ok() && outcome.Error().error_class == ErrorClass::CANCELLED) cancelled++;
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  EXPECT_EQ(cancelled, 10);
}

TEST(Transport, TheLastClientMayGoInACallback) {
  FakeHttpServer server({ONE});
  auto client = ClientAt(Url(server));
  ShardClient &raw = *client;
  auto held = std::make_shared<std::shared_ptr<ShardClient>>(std::move(client));
  std::promise<void> done;
  raw.Send({"SELECT 1", StatementKind::PAGE}, CallOptions(), [held, &done](Result<std::unique_ptr<Response>>) {
    held->reset();
    done.set_value();
  });
  ASSERT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(Transport, SecretsTravelInHeadersAndInNoMessage) {
  FakeHttpServer server({FakeReply::Status(401)});
  setenv("SHARDITE_TEST_TOKEN", "very-secret", 1);
  ShardSpec shard = ShardAt(Url(server) + "/dev/ns");
  shard.token.environment = "SHARDITE_TEST_TOKEN";
  const auto page = Ask(*DefaultDrivers()->Connect(shard, {}), "SELECT 'parameter'");
  EXPECT_EQ(page.Error().ToString().find("very-secret"), std::string::npos);
  const FakeRequest request = server.Requests().at(0);
  EXPECT_EQ(request.headers.at("authorization"), "Bearer very-secret");
  EXPECT_EQ(request.path, "/dev/ns/v3/pipeline");
  EXPECT_EQ(request.headers.count("accept-encoding"), 0u);
  EXPECT_EQ(request.headers.count("expect"), 0u);
  EXPECT_NE(request.body.find(R"({"type":"close"})"), std::string::npos);
}

TEST(Transport, ChunkedAnswersAreRead) {
  FakeReply chunked = ONE;
  chunked.chunked = true;
  FakeHttpServer server({chunked});
  EXPECT_EQ(PageText(Ask(*ClientAt(Url(server)), "SELECT 1")), "1");
}

TEST(Rqlite, TellsTheServerItsTimeAndItsLevel) {
  FakeHttpServer server({FakeReply::Json(R"({"results":[{"columns":["1"],"types":["integer"],"values":[[1]]}]})")});
  const std::string base = "rqlite+http://" + server.Server();
  EXPECT_EQ(PageText(Ask(*ClientAt(base), "SELECT 1", StatementKind::PAGE, std::chrono::seconds(5))), "1");
  EXPECT_EQ(PageText(Ask(*ClientAt(base + "?level=linearizable"), "SELECT 1")), "1");
  EXPECT_EQ(PageText(Ask(*ClientAt(base + "?level=none&freshness=1s"), "SELECT 1")), "1");
  const auto requests = server.Requests();
  EXPECT_EQ(requests.at(0).path.rfind("/db/query?level=none&db_timeout=49", 0), 0u) << requests.at(0).path;
  EXPECT_EQ(requests.at(1).path.rfind("/db/query?level=linearizable&db_timeout=", 0), 0u);
  EXPECT_EQ(requests.at(2).path.rfind("/db/query?level=none&freshness=1s&db_timeout=", 0), 0u);
  for (const char *settings : {"?level=strong", "?level=Weak", "?freshness=soon", "?level=weak&freshness=1s",
                               "?freshness_strict=true", "?lvl=none"}) {
    EXPECT_THROW(ClientAt(base + settings), FleetError) << settings;
  }
}

TEST(Registry, NamesTheDriversThereAre) {
  ShardSpec shard = ShardAt("sqlite:x.db", "s");
  shard.url.scheme = "mysql";
  try {
    DefaultDrivers()->Connect(shard, {});
    FAIL();
  } catch (const FleetError &error) {
    EXPECT_STREQ(
        error.what(),
        "shard \"s\": no driver serves \"mysql:\" urls; there are libsql, libsql+http, rqlite, rqlite+http, sqlite");
  }
}

TEST(ServerLimits, HalvesAndRecovers) {
  ServerLimits limits;
  limits.SetMaximum("s", 8);
  EXPECT_EQ(limits.Limit("s"), 8);
  EXPECT_TRUE(limits.TryAcquire("s"));
  limits.Release("s", ServerLimits::Outcome::OVERLOADED);
  EXPECT_EQ(limits.Limit("s"), 4);
  for (int i = 0; i < 4; i++) EXPECT_TRUE(limits.TryAcquire("s"));
  EXPECT_FALSE(limits.TryAcquire("s"));
  for (int i = 0; i < 4; i++) limits.Release("s", ServerLimits::Outcome::ANSWERED);
  EXPECT_EQ(limits.Limit("s"), 4) << "it takes a little more than that to grow by one";
  for (int i = 0; i < 100; i++) {
    ASSERT_TRUE(limits.TryAcquire("s"));
    limits.Release("s", ServerLimits::Outcome::ANSWERED);
  }
  EXPECT_EQ(limits.Limit("s"), 8);
  for (int i = 0; i < 10; i++) {
    limits.TryAcquire("s");
    limits.Release("s", ServerLimits::Outcome::OVERLOADED);
  }
  EXPECT_EQ(limits.Limit("s"), 1);
  EXPECT_EQ(limits.InFlight("s"), 0);
}

TEST(RetryPolicy, WaitsLongerEachTimeAndNotForever) {
  RetryPolicy policy(1);
  const Failure failure{ErrorClass::TRANSPORT, "", 3};
  const Deadline later = Deadline::After(std::chrono::seconds(10));
  for (uint32_t attempts = 1; attempts <= 3; attempts++) {
    const auto delay = policy.NextDelay(failure, attempts, later);
    ASSERT_TRUE(delay);
    EXPECT_GE(delay->count(), 25 << (attempts - 1));
    EXPECT_LE(delay->count(), 50 << (attempts - 1));
  }
  EXPECT_FALSE(policy.NextDelay(failure, 4, later));
  EXPECT_FALSE(policy.NextDelay(failure, 1, Deadline::After(std::chrono::milliseconds(5))));
  EXPECT_FALSE(policy.NextDelay({ErrorClass::SQL, "", 3}, 1, later));
  EXPECT_FALSE(policy.NextDelay({ErrorClass::TRANSPORT, "", 1}, 2, later));
}

TEST(ReadingStatement, KnowsOneStatementThatReads) {
  for (const char *sql : {"SELECT 1", " /* a;b */ select ';' -- ;\n;", "WITH a AS (SELECT 1) SELECT * FROM a",
                          "VALUES (1)", "EXPLAIN SELECT 1", "PRAGMA table_info(t)", "PRAGMA main.table_info('t');",
                          "PRAGMA page_size", "SELECT 'it''s; fine', \"a;b\", [c;d], `e;f`"}) {
    EXPECT_TRUE(IsOneReadingStatement(sql)) << sql;
  }
  for (const char *sql :
       {"", ";", "INSERT INTO t VALUES (1)", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "BEGIN", "PRAGMA",
        "PRAGMA query_only = 0", "PRAGMA query_only(0)", "PRAGMA journal_mode(DELETE)", "PRAGMA optimize",
        "PRAGMA main.page_size = 1024", "'select'", "(SELECT 1)", "VACUUM", "/* select"}) {
    EXPECT_FALSE(IsOneReadingStatement(sql)) << sql;
  }
}

TEST(SqliteErrors, GoByTheWords) {
  EXPECT_EQ(ClassifySqliteMessage("SQLite error: no such function: floor"), ErrorClass::CAPABILITY);
  EXPECT_EQ(ClassifySqliteMessage("SQLite error: no such table: t"), ErrorClass::SCHEMA);
  EXPECT_EQ(ClassifySqliteMessage("query timeout"), ErrorClass::DEADLINE);
  EXPECT_EQ(ClassifySqliteMessage("database is locked"), ErrorClass::OVERLOADED);
  EXPECT_EQ(ClassifySqliteMessage("integer overflow"), ErrorClass::SUM_OVERFLOW);
}

}  // namespace
}  // namespace shardite::test
