#include "bench/peers/http_peer.hpp"

#include <deque>
#include <map>
#include <memory>
#include <stdexcept>

#include <curl/curl.h>

#include "base/json_text.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SPARE_BYTES = 64;  // what simdjson wants behind a text

std::string ServerOf(const ShardUrl &url) { return url.host + ":" + std::to_string(url.port); }

PeerRequest HranaRequest(const SentStatement &statement) {
  const auto server = ServerOf(statement.url);
  return {server, "http://" + server + "/v3/pipeline", "Host: " + statement.url.name_space + ".localhost",
          R"({"baton":null,"requests":[{"type":"execute","stmt":{"sql":)" + JsonString(statement.sql) +
              R"(,"want_rows":true}},{"type":"close"}]})"};
}

PeerRequest RqliteRequest(const SentStatement &statement) {
  const auto server = ServerOf(statement.url);
  return {server, "http://" + server + "/db/query?level=none", "", "[[" + JsonString(statement.sql) + "]]"};
}

size_t Append(char *data, size_t size, size_t count, void *body) {
  static_cast<std::string *>(body)->append(data, size * count);
  return size * count;
}

struct Slot {
  Slot() : easy(curl_easy_init()) {}
  ~Slot() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
  }
  Slot(const Slot &) = delete;
  Slot &operator=(const Slot &) = delete;

  void SetUp(const PeerRequest &request) {
    curl_slist_free_all(headers);
    headers = curl_slist_append(nullptr, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    if (!request.header.empty()) headers = curl_slist_append(headers, request.header.c_str());
    body.clear();
    server = request.server;
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L * 1024);
  }

  CURL *easy;
  curl_slist *headers = nullptr;
  std::string server;
  std::string body;
};

}  // namespace

std::vector<PeerRequest> PeerRequestsFor(const std::vector<SentStatement> &statements) {
  std::vector<PeerRequest> requests;
  for (const auto &statement : statements) {
    const bool hrana = statement.url.scheme == "libsql+http";
    requests.push_back(hrana ? HranaRequest(statement) : RqliteRequest(statement));
  }
  return requests;
}

struct HttpPeer::Implementation {
  size_t in_flight_per_server = 1;
  CURLM *multi = curl_multi_init();
  std::vector<std::unique_ptr<Slot>> all;
  std::vector<Slot *> idle;
  std::map<std::string, std::deque<const PeerRequest *>> waiting;

  void Start(const std::string &server) {
    auto &queue = waiting[server];
    if (queue.empty()) return;
    if (idle.empty()) {
      all.push_back(std::make_unique<Slot>());
      idle.push_back(all.back().get());
    }
    Slot *slot = idle.back();
    idle.pop_back();
    slot->SetUp(*queue.front());
    queue.pop_front();
    curl_multi_add_handle(multi, slot->easy);
  }

  Slot &Finish(const CURLMsg &message) {
    char *opaque = nullptr;
    long status = 0;
    curl_easy_getinfo(message.easy_handle, CURLINFO_PRIVATE, &opaque);
    curl_easy_getinfo(message.easy_handle, CURLINFO_RESPONSE_CODE, &status);
    auto &slot = *reinterpret_cast<Slot *>(opaque);
    const CURLcode code = message.data.result;
    curl_multi_remove_handle(multi, slot.easy);
    if (code != CURLE_OK || status != 200) {
      throw std::runtime_error("the peer's request failed: " + std::string(curl_easy_strerror(code)) + ", status " +
                               std::to_string(status) + " " + slot.body.substr(0, 200));
    }
    return slot;
  }
};

HttpPeer::HttpPeer(size_t in_flight_per_server) : implementation_(std::make_unique<Implementation>()) {
  implementation_->in_flight_per_server = in_flight_per_server;
}

HttpPeer::~HttpPeer() {
  implementation_->all.clear();
  curl_multi_cleanup(implementation_->multi);
}

uint64_t HttpPeer::Fetch(const std::vector<PeerRequest> &requests, const TakeBody &take_body) {
  auto &self = *implementation_;
  for (const auto &request : requests) self.waiting[request.server].push_back(&request);
  for (const auto &[server, queue] : self.waiting) {
    for (size_t i = 0; i < self.in_flight_per_server; i++) self.Start(server);
  }
  uint64_t bytes = 0;
  for (size_t left = requests.size(); left > 0;) {
    int running = 0, queued = 0;
    curl_multi_perform(self.multi, &running);
    while (const CURLMsg *message = curl_multi_info_read(self.multi, &queued)) {
      Slot &slot = self.Finish(*message);
      self.Start(slot.server);  // the server goes on while the body is looked at
      bytes += slot.body.size();
      slot.body.reserve(slot.body.size() + SPARE_BYTES);
      take_body(slot.body);
      self.idle.push_back(&slot);
      left--;
    }
    if (left > 0) curl_multi_poll(self.multi, nullptr, 0, 1000, nullptr);
  }
  return bytes;
}

}  // namespace shardite::bench
