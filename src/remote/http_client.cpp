#include "remote/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <new>

#include <curl/curl.h>

#include "remote/http_failure.hpp"

namespace shardite {

namespace {

constexpr long CONNECT_TIMEOUT_MS = 5000;
constexpr long RECEIVE_BUFFER_BYTES = 512 * 1024;
constexpr long KEPT_CONNECTIONS = 512;

// Once per process, and never undone: other code in it may use libcurl too.
void InitializeCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Transfer {
  Transfer(HttpRequest request_in, Deadline deadline_in, CancelToken cancel_in, HttpCallback callback_in)
      : request(std::move(request_in)),
        deadline(deadline_in),
        cancel(std::move(cancel_in)),
        callback(std::move(callback_in)) {}
  ~Transfer() {
    if (easy) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer(const Transfer &) = delete;
  Transfer &operator=(const Transfer &) = delete;

  HttpRequest request;
  Deadline deadline;
  CancelToken cancel;
  HttpCallback callback;
  HttpReply reply;
  CURL *easy = nullptr;
  curl_slist *headers = nullptr;
  char error_text[CURL_ERROR_SIZE] = {};
  const char *too_large = nullptr;  // why the body was not taken
};

void AppendBody(Transfer &transfer, const char *data, size_t size) {
  std::string &body = transfer.reply.body;
  if (body.empty()) {
    curl_off_t length = -1;
    curl_easy_getinfo(transfer.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0 && static_cast<uint64_t>(length) <= HttpClient::MAX_BODY_BYTES) {
      body.reserve(static_cast<size_t>(length) + HttpReply::BODY_PADDING);
    }
  }
  if (body.size() + size > HttpClient::MAX_BODY_BYTES) {
    transfer.too_large = "the response exceeds 512 MB";
  } else {
    body.append(data, size);
  }
}

size_t TakeBody(char *data, size_t size, size_t count, void *opaque) {
  auto &transfer = *static_cast<Transfer *>(opaque);
  try {
    AppendBody(transfer, data, size * count);
  } catch (const std::bad_alloc &) {  // libcurl cannot pass it on
    transfer.too_large = "out of memory";
  }
  return transfer.too_large ? 0 : size * count;
}

bool SetUp(Transfer &transfer) {
  CURL *easy = transfer.easy = curl_easy_init();
  if (!easy) return false;
  const HttpRequest &request = transfer.request;
  for (const auto &header : request.headers) transfer.headers = curl_slist_append(transfer.headers, header.c_str());
  // Without this, bodies over 1 MB wait a second for a 100-continue that these servers never send.
  transfer.headers = curl_slist_append(transfer.headers, "Expect:");
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_text);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER_BYTES);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  if (request.url.rfind("http:", 0) == 0) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  }
  if (request.loopback) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!request.ca.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  return true;
}

void ReadReplyHead(Transfer &transfer) {
  long status = 0;
  const char *text = nullptr;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  if (curl_easy_getinfo(transfer.easy, CURLINFO_CONTENT_TYPE, &text) == CURLE_OK && text) {
    transfer.reply.content_type = text;
  }
  text = nullptr;
  if (curl_easy_getinfo(transfer.easy, CURLINFO_REDIRECT_URL, &text) == CURLE_OK && text) {
    transfer.reply.location = text;
  }
}

}  // namespace

bool IsLoopback(const std::string &host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.rfind("127.", 0) == 0;
}

struct HttpClient::Loop::State {
  CURLM *multi = nullptr;
  std::list<std::unique_ptr<Transfer>> transfers;
  std::function<Clock::time_point()> tick;

  std::mutex mutex;  // guards posted, stop_asked, ended
  std::vector<std::function<void()>> posted;
  bool stop_asked = false;
  bool ended = false;
  bool drained = false;  // one full turn has run since stopping
  std::atomic<bool> stopping{false};

  bool RunPosted();
  void Finish(Transfer *transfer, std::optional<Failure> failure);
  void FinishCompleted();
  void DropExpired();
  int PollTimeout(Clock::time_point next) const;
};

// False when stop was asked for and everything has been told.
bool HttpClient::Loop::State::RunPosted() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard<std::mutex> lock(mutex);
    tasks.swap(posted);
    if (stopping && drained && tasks.empty() && transfers.empty()) {
      ended = true;
      return false;
    }
    if (stop_asked) stopping = true;
  }
  for (auto &task : tasks) task();
  return true;
}

void HttpClient::Loop::State::Finish(Transfer *transfer, std::optional<Failure> failure) {
  const auto found =
      std::find_if(transfers.begin(), transfers.end(), [&](const auto &entry) { return entry.get() == transfer; });
  if (found == transfers.end()) return;
  const std::unique_ptr<Transfer> owned = std::move(*found);
  transfers.erase(found);
  if (owned->easy) curl_multi_remove_handle(multi, owned->easy);
  owned->callback({std::move(owned->reply), std::move(failure)});
}

void HttpClient::Loop::State::FinishCompleted() {
  int left = 0;
  while (CURLMsg *message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char *opaque = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &opaque);
    auto *transfer = reinterpret_cast<Transfer *>(opaque);
    ReadReplyHead(*transfer);
    if (code == CURLE_OK) {
      Finish(transfer, std::nullopt);
    } else if (transfer->too_large) {
      Finish(transfer, Failure{ErrorClass::TOO_LARGE, transfer->too_large, 0});
    } else {
      long os_error = 0;
      curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
      Finish(transfer, TransferFailure(code, os_error, transfer->error_text, transfer->request.server));
    }
  }
}

void HttpClient::Loop::State::DropExpired() {
  std::vector<std::pair<Transfer *, Failure>> dropped;
  for (const auto &transfer : transfers) {
    if (stopping || transfer->cancel.IsCancelled()) {
      dropped.push_back({transfer.get(), {ErrorClass::CANCELLED, "cancelled", 0}});
    } else if (transfer->deadline.Expired()) {
      dropped.push_back({transfer.get(), {ErrorClass::DEADLINE, "no answer in time", 0}});
    }
  }
  for (auto &[transfer, failure] : dropped) Finish(transfer, std::move(failure));
}

int HttpClient::Loop::State::PollTimeout(Clock::time_point next) const {
  const auto now = Clock::now();
  if (!transfers.empty()) {
    next = std::min(next, now + TICK);
    for (const auto &transfer : transfers) next = std::min(next, transfer->deadline.At());
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 10'000));
}

HttpClient::Loop::Loop() : state_(std::make_unique<State>()) {
  InitializeCurl();
  state_->multi = curl_multi_init();
  if (!state_->multi) throw FleetError("libcurl cannot start");
  curl_multi_setopt(state_->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
}

HttpClient::Loop::~Loop() {
  state_->transfers.clear();
  curl_multi_cleanup(state_->multi);
}

bool HttpClient::Loop::Post(std::function<void()> task) {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->ended) return false;
    state_->posted.push_back(std::move(task));
  }
  curl_multi_wakeup(state_->multi);
  return true;
}

void HttpClient::Loop::SetTick(std::function<Clock::time_point()> tick) {
  Post([state = state_.get(), tick = std::move(tick)] { state->tick = tick; });
}
bool HttpClient::Loop::Stopping() const { return state_->stopping; }

void HttpClient::Loop::Start(HttpRequest request, Deadline deadline, CancelToken cancel, HttpCallback callback) {
  auto transfer = std::make_unique<Transfer>(std::move(request), deadline, std::move(cancel), std::move(callback));
  if (SetUp(*transfer) && curl_multi_add_handle(state_->multi, transfer->easy) == CURLM_OK) {
    state_->transfers.push_back(std::move(transfer));
    return;
  }
  const std::shared_ptr<Transfer> failed = std::move(transfer);
  Post([failed] { failed->callback({{}, Failure{ErrorClass::TRANSPORT, "libcurl cannot start a request", 0}}); });
}

void HttpClient::Loop::Run() {
  while (state_->RunPosted()) {
    if (!state_->stopping) {
      int running = 0;
      curl_multi_perform(state_->multi, &running);
      state_->FinishCompleted();
    }
    state_->DropExpired();
    auto next = Clock::now() + std::chrono::seconds(10);
    if (state_->tick) next = std::min(next, state_->tick());
    state_->drained = state_->stopping;
    if (!state_->stopping) curl_multi_poll(state_->multi, nullptr, 0, state_->PollTimeout(next), nullptr);
  }
  state_->tick = nullptr;  // it holds the transport's state
}

void HttpClient::Loop::Stop() {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stop_asked = true;
  }
  curl_multi_wakeup(state_->multi);
}

HttpClient::HttpClient() : loop_(std::make_shared<Loop>()) {
  thread_ = std::thread([loop = loop_] { loop->Run(); });
}

HttpClient::~HttpClient() {
  loop_->Stop();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

}  // namespace shardite
