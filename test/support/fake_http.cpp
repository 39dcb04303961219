#include "test/support/fake_http.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace shardite::test {

namespace {

bool SendAll(int connection, const std::string &text) {
  size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<size_t>(count);
  }
  return true;
}

// False when the peer has gone.
bool ReceiveMore(int connection, std::string &buffer) {
  char chunk[16384];
  const ssize_t count = recv(connection, chunk, sizeof chunk, 0);
  if (count <= 0) return false;
  buffer.append(chunk, static_cast<size_t>(count));
  return true;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void ReadHead(const std::string &head, FakeRequest &request) {
  size_t line_end = head.find("\r\n");
  const std::string first = head.substr(0, line_end);
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.path = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (line_end != std::string::npos && line_end + 2 < head.size()) {
    const size_t begin = line_end + 2;
    line_end = head.find("\r\n", begin);
    const std::string line = head.substr(begin, line_end - begin);
    const size_t colon = line.find(':');
    if (colon != std::string::npos && colon + 2 <= line.size()) {
      request.headers[Lower(line.substr(0, colon))] = line.substr(line.find_first_not_of(' ', colon + 1));
    }
  }
}

bool ReceiveRequest(int connection, std::string &buffer, FakeRequest &request) {
  size_t head_end = 0;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!ReceiveMore(connection, buffer)) return false;
  }
  ReadHead(buffer.substr(0, head_end + 2), request);
  const auto length = request.headers.find("content-length");
  const size_t body = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (buffer.size() < head_end + 4 + body) {
    if (!ReceiveMore(connection, buffer)) return false;
  }
  request.body = buffer.substr(head_end + 4, body);
  buffer.erase(0, head_end + 4 + body);
  return true;
}

std::string Chunked(const std::string &body) {
  std::string text;
  char size[16];
  for (size_t at = 0; at < body.size(); at += 7) {
    const std::string part = body.substr(at, 7);
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    text += size + part + "\r\n";
  }
  return text + "0\r\n\r\n";
}

std::string HeadOf(const FakeReply &reply) {
  std::string head =
      "HTTP/1.1 " + std::to_string(reply.status) + " Fake\r\nContent-Type: " + reply.content_type + "\r\n";
  for (const auto &header : reply.more_headers) head += header + "\r\n";
  head += reply.chunked ? "Transfer-Encoding: chunked\r\n"
                        : "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  return head + "\r\n";
}

void Reset(int connection) {
  const linger at_once{1, 0};
  setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

FakeHttpServer::FakeHttpServer(std::vector<FakeReply> replies)
    : FakeHttpServer([replies = std::move(replies)](const FakeRequest &, size_t number) {
        return replies[std::min(number, replies.size() - 1)];
      }) {}

FakeHttpServer::FakeHttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr *>(&address), length) != 0 || listen(listener_, 256) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &length) != 0) {
    throw std::runtime_error("the fake server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeHttpServer::~FakeHttpServer() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
  }
  acceptor_.join();
  for (auto &thread : threads_) thread.join();
  close(listener_);
}

std::vector<FakeRequest> FakeHttpServer::Requests() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

size_t FakeHttpServer::MostAtOnce() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return most_at_once_;
}

size_t FakeHttpServer::Connections() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return threads_.size();
}

void FakeHttpServer::Accept() {
  while (true) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_ || connection < 0) {
      if (connection >= 0) close(connection);
      return;
    }
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void FakeHttpServer::Serve(int connection) {
  std::string buffer;
  while (true) {
    FakeRequest request;
    if (!ReceiveRequest(connection, buffer, request)) break;
    if (!Answer(connection, request)) break;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  connections_.erase(std::find(connections_.begin(), connections_.end(), connection));
  close(connection);
}

bool FakeHttpServer::WaitFor(std::chrono::milliseconds delay) {
  const auto until = std::chrono::steady_clock::now() + delay;
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return false;
  }
  return true;
}

bool FakeHttpServer::Answer(int connection, const FakeRequest &request) {
  FakeReply reply;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(request);
    reply = handler_(request, requests_.size() - 1);
    most_at_once_ = std::max(most_at_once_, ++at_once_);
  }
  const bool in_time = WaitFor(reply.hang ? std::chrono::hours(1) : reply.delay);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    at_once_--;
  }
  if (!in_time) return false;
  if (reply.reset) {
    Reset(connection);
    return false;
  }
  if (!reply.is_http) {
    SendAll(connection, reply.body);
    return false;
  }
  std::string text = HeadOf(reply) + (reply.chunked ? Chunked(reply.body) : reply.body);
  if (reply.cut_off) text.resize(text.size() - reply.body.size() / 2);
  return SendAll(connection, text) && !reply.cut_off;
}

}  // namespace shardite::test
