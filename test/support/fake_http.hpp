#pragma once
// A small HTTP server that answers what a test tells it to: late, cut off, reset, with any status. For the failures
// that real servers do not show on demand.

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace shardite::test {

struct FakeRequest {
  std::string method, path;                    // path with its query string
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct FakeReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::string> more_headers;  // "Name: value"
  std::chrono::milliseconds delay{0};     // before anything is sent
  bool chunked = false;
  bool cut_off = false;  // announces the whole body, sends half, closes
  bool reset = false;    // no answer: the connection is reset
  bool is_http = true;   // false: the body alone, as a server of another kind would
  bool hang = false;     // says nothing until the server stops

  static FakeReply Json(std::string body) {
    FakeReply reply;
    reply.body = std::move(body);
    return reply;
  }
  static FakeReply Status(int status, std::string body = "", std::string content_type = "text/plain") {
    FakeReply reply;
    reply.status = status;
    reply.content_type = std::move(content_type);
    reply.body = std::move(body);
    return reply;
  }
};

class FakeHttpServer {
 public:
  using Handler = std::function<FakeReply(const FakeRequest &request, size_t number)>;  // number: 0, 1, 2, ...
  /// The handler is called on the server's threads, one call at a time.
  explicit FakeHttpServer(Handler handler);
  /// Replies one after the other; the last one is repeated.
  explicit FakeHttpServer(std::vector<FakeReply> replies);
  ~FakeHttpServer();
  FakeHttpServer(const FakeHttpServer &) = delete;
  FakeHttpServer &operator=(const FakeHttpServer &) = delete;

  uint16_t Port() const { return port_; }
  std::string Server() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<FakeRequest> Requests() const;
  /// The most requests that were open at the same time.
  size_t MostAtOnce() const;
  size_t Connections() const;

 private:
  void Accept();
  void Serve(int connection);
  /// False when the connection ends here.
  bool Answer(int connection, const FakeRequest &request);
  bool WaitFor(std::chrono::milliseconds delay);

  Handler handler_;
  uint16_t port_ = 0;
  int listener_ = -1;
  mutable std::mutex mutex_;  // guards all below
  bool stopping_ = false;
  std::vector<FakeRequest> requests_;
  size_t at_once_ = 0, most_at_once_ = 0;
  std::vector<int> connections_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace shardite::test
