#include "bench/fakes/fake_shards.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <sqlite3.h>

#include "remote/introspect.hpp"

namespace shardite::bench {

namespace {

using Outcome = Result<std::unique_ptr<Response>>;

class CannedResponse : public Response {
 public:
  explicit CannedResponse(std::shared_ptr<const ResultPage> page) : page_(std::move(page)) {
    bytes_received = page_->ByteSize();
  }
  Result<ResultPage> Decode() override { return ResultPage(*page_); }

 private:
  std::shared_ptr<const ResultPage> page_;
};

void AppendCell(sqlite3_stmt *statement, int number, PageColumn &column) {
  const auto bytes = [&] {
    const auto *data = static_cast<const char *>(sqlite3_column_blob(statement, number));
    return std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(statement, number)));
  };
  switch (sqlite3_column_type(statement, number)) {
    case SQLITE_INTEGER: return column.AppendInteger(sqlite3_column_int64(statement, number));
    case SQLITE_FLOAT: return column.AppendReal(sqlite3_column_double(statement, number));
    case SQLITE_TEXT: return column.AppendBytes(StorageClass::TEXT, bytes());
    case SQLITE_BLOB: return column.AppendBytes(StorageClass::BLOB, bytes());
    default: return column.AppendNull();
  }
}

}  // namespace

// What the shards have in common: the database, its answers so far, and the thread that hands them out in time.
class FakeServers {
 public:
  FakeServers(const std::string &database, std::chrono::milliseconds delay)
      : delay_(delay), profiles_(std::make_shared<ProfileCache>()) {
    if (sqlite3_open_v2(database.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
      throw FleetError("cannot open " + database);
    }
    timer_ = std::thread([this] { HandOut(); });
  }
  ~FakeServers() {
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    timer_.join();
    sqlite3_close(database_);
  }

  // All delays are equal, so that answers leave in the order in which they were asked for.
  void Answer(const std::string &sql, ResponseCallback callback) {
    const std::lock_guard<std::mutex> guard(mutex_);
    due_.push_back({Clock::now() + delay_, AnswerTo(sql), std::move(callback)});
    if (due_.size() == 1) changed_.notify_all();
  }
  const std::shared_ptr<ProfileCache> &Profiles() const { return profiles_; }

 private:
  struct Due {
    Clock::time_point at;
    std::shared_ptr<const ResultPage> page;
    ResponseCallback callback;
  };

  std::shared_ptr<const ResultPage> AnswerTo(const std::string &sql) {
    auto &known = answers_[sql];
    if (known) return known;
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      throw FleetError(std::string("the fake shards' SQLite says: ") + sqlite3_errmsg(database_) + ": " + sql);
    }
    auto page = std::make_shared<ResultPage>();
    page->columns.resize(static_cast<size_t>(sqlite3_column_count(statement)));
    for (size_t i = 0; i < page->columns.size(); i++) {
      page->names.emplace_back(sqlite3_column_name(statement, static_cast<int>(i)));
    }
    for (; sqlite3_step(statement) == SQLITE_ROW; page->row_count++) {
      for (size_t i = 0; i < page->columns.size(); i++) AppendCell(statement, static_cast<int>(i), page->columns[i]);
    }
    sqlite3_finalize(statement);
    return known = page;
  }

  void HandOut() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopping_) {
      if (due_.empty()) {
        changed_.wait(lock);
      } else if (Clock::now() < due_.front().at) {
        changed_.wait_until(lock, due_.front().at);
      } else {
        const Due due = std::move(due_.front());
        due_.pop_front();
        lock.unlock();
        due.callback(Outcome(std::make_unique<CannedResponse>(due.page)));
        lock.lock();
      }
    }
  }

  const std::chrono::milliseconds delay_;
  std::shared_ptr<ProfileCache> profiles_;
  sqlite3 *database_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<const ResultPage>> answers_;  // by statement
  std::deque<Due> due_;
  std::thread timer_;
};

namespace {

class FakeShard : public ShardClient {
 public:
  FakeShard(const ShardSpec &shard, FakeServers &servers) : id_(shard.id), server_(shard.url.host), servers_(servers) {}

  void Send(Statement statement, CallOptions, ResponseCallback callback) override {
    servers_.Answer(statement.sql, std::move(callback));
  }
  const std::string &ShardId() const override { return id_; }
  const std::string &Server() const override { return server_; }
  const char *Driver() const override { return "fake"; }
  RequestShape Shape() const override { return {}; }
  std::shared_ptr<ProfileCache> Profiles() const override { return servers_.Profiles(); }
  std::string ProfileKey() const override { return "fake"; }

 private:
  std::string id_, server_;
  FakeServers &servers_;  // the registry keeps them
};

}  // namespace

std::shared_ptr<DriverRegistry> FakeDrivers(const std::string &database, std::chrono::milliseconds delay) {
  const auto servers = std::make_shared<FakeServers>(database, delay);
  auto registry = std::make_shared<DriverRegistry>();
  registry->Register("fake", [servers](const ShardSpec &shard, const FleetSpec &) {
    return std::make_shared<FakeShard>(shard, *servers);
  });
  return registry;
}

}  // namespace shardite::bench
