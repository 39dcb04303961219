#include "remote/drivers/sqlite_file.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <new>
#include <thread>
#include <vector>

#include "remote/drivers/http_shard.hpp"
#include "remote/drivers/sqlite_connections.hpp"
#include "remote/reading_statement.hpp"

namespace shardite {

namespace {

// Far above what a page should be; what keeps a mistake from taking all memory.
constexpr uint64_t MAX_PAGE_BYTES = uint64_t{1} << 30;

struct Job {
  std::string path;
  ShardIdentity identity;
  Statement statement;
  CallOptions options;
  ResponseCallback callback;
  std::chrono::milliseconds time;  // counted from when a thread takes it: many files wait for few threads

  ShardError Error(ErrorClass error_class, const std::string &message) const {
    return identity.Error(error_class, statement.kind, message);
  }
  ShardError Error(const ShardError &error) const { return Error(error.error_class, error.message); }
};

class PageResponse : public Response {
 public:
  PageResponse(ResultPage page, std::chrono::microseconds took) : page_(std::move(page)) {
    bytes_received = page_.ByteSize();
    served = took;
  }
  Result<ResultPage> Decode() override { return std::move(page_); }

 private:
  ResultPage page_;
};

std::string_view Bytes(const void *data, int size) {
  return size == 0 ? std::string_view() : std::string_view(static_cast<const char *>(data), static_cast<size_t>(size));
}

// Text first, then its size: SQLite may convert it (UTF-16 databases) on the first call.
uint64_t AppendValue(sqlite3_stmt *statement, int column, PageColumn &target) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: target.AppendInteger(sqlite3_column_int64(statement, column)); return sizeof(int64_t);
    case SQLITE_FLOAT: target.AppendReal(sqlite3_column_double(statement, column)); return sizeof(double);
    case SQLITE_TEXT: {
      const unsigned char *text = sqlite3_column_text(statement, column);
      const auto bytes = Bytes(text, sqlite3_column_bytes(statement, column));
      target.AppendBytes(StorageClass::TEXT, bytes);
      return sizeof(int64_t) + bytes.size();
    }
    case SQLITE_BLOB: {
      const void *blob = sqlite3_column_blob(statement, column);
      const auto bytes = Bytes(blob, sqlite3_column_bytes(statement, column));
      target.AppendBytes(StorageClass::BLOB, bytes);
      return sizeof(int64_t) + bytes.size();
    }
    default: target.AppendNull(); return sizeof(int64_t);
  }
}

// A statement that was stopped fails as interrupted, or as busy when it waited for a writer.
ShardError StoppedOr(const ShardError &error, const Job &job) {
  if (job.options.cancel.IsCancelled()) return job.Error(ErrorClass::CANCELLED, "cancelled");
  const bool stopped = error.error_class == ErrorClass::DEADLINE || error.error_class == ErrorClass::OVERLOADED;
  if (stopped && job.options.deadline.Expired()) {
    const bool waited = error.error_class == ErrorClass::OVERLOADED;
    return job.Error(ErrorClass::DEADLINE, waited ? "no answer in time: " + error.message : "no answer in time");
  }
  if (error.error_class == ErrorClass::DEADLINE) return job.Error(ErrorClass::CANCELLED, "cancelled");
  return job.Error(error);
}

ShardError StepFailure(sqlite3 *database, int code, const Job &job) {
  return StoppedOr(SqliteFailure(database, code, job.path), job);
}

Result<ResultPage> ReadRows(sqlite3 *database, const std::string &sql, const Job &job) {
  sqlite3_stmt *raw = nullptr;
  const char *rest = nullptr;
  int code = sqlite3_prepare_v3(database, sql.c_str(), static_cast<int>(sql.size() + 1), 0, &raw, &rest);
  const SqliteStatement statement(raw);
  if (code != SQLITE_OK) return StepFailure(database, code, job);
  if (!raw || !IsBlankSql(rest)) return job.Error(ErrorClass::SQL, NOT_READING);
  if (!sqlite3_stmt_readonly(raw)) return job.Error(ErrorClass::SQL, NOT_READING);
  ResultPage page;
  const int width = sqlite3_column_count(raw);
  page.columns.resize(static_cast<size_t>(width));
  for (int i = 0; i < width; i++) page.names.emplace_back(sqlite3_column_name(raw, i));
  uint64_t bytes = 0;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    for (int i = 0; i < width; i++) bytes += AppendValue(raw, i, page.columns[static_cast<size_t>(i)]);
    page.row_count++;
    if (bytes > MAX_PAGE_BYTES) return job.Error(ErrorClass::TOO_LARGE, "the page exceeds 1 GB");
  }
  if (code != SQLITE_DONE) return StepFailure(database, code, job);
  return page;
}

Result<ResultPage> ReadPage(sqlite3 *database, const Job &job) {
  const Statement &statement = job.statement;
  if (statement.kind == StatementKind::SCATTER && !IsOneReadingStatement(statement.sql)) {
    return job.Error(ErrorClass::SQL, NOT_READING);
  }
  auto page = ReadRows(database, statement.sql, job);
  if (!page || statement.after.empty()) return page;
  auto after = ReadRows(database, statement.after, job);
  if (!after) return after;
  page->after = std::move(after->columns.front());
  return page;
}

}  // namespace

struct SqliteFiles::Pool {
  SqliteConnections connections;
  std::mutex mutex;  // guards jobs
  std::condition_variable wake;
  std::deque<Job> jobs;
  std::atomic<bool> stopping{false};

  void Submit(Job job);
  void Work();
  Result<std::unique_ptr<Response>> Answer(const Job &job);
  Result<std::unique_ptr<Response>> AnswerWithinMemory(const Job &job);
  void Stop();
};

void SqliteFiles::Pool::Submit(Job job) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!stopping) {
      jobs.push_back(std::move(job));
      wake.notify_one();
      return;
    }
  }
  job.callback(job.Error(ErrorClass::CANCELLED, "cancelled"));
}

void SqliteFiles::Pool::Work() {
  std::unique_lock<std::mutex> lock(mutex);
  while (true) {
    wake.wait(lock, [&] { return stopping || !jobs.empty(); });
    if (jobs.empty()) return;
    Job job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    job.options.deadline = Deadline::After(job.time);
    job.callback(AnswerWithinMemory(job));
    lock.lock();
  }
}

Result<std::unique_ptr<Response>> SqliteFiles::Pool::Answer(const Job &job) {
  if (stopping || job.options.cancel.IsCancelled()) return job.Error(ErrorClass::CANCELLED, "cancelled");
  if (job.options.deadline.Expired()) return job.Error(ErrorClass::DEADLINE, "no answer in time");
  const auto start = Clock::now();
  const StopConditions stop{job.options, stopping};
  auto connection = connections.Take(job.path, stop);
  if (!connection) return StoppedOr(connection.Error(), job);
  auto page = ReadPage((*connection)->Get(), job);
  if (page) page->source = (*connection)->Source();
  if (!(*connection)->SawOneState()) {
    return job.Error(ErrorClass::OVERLOADED,
                     "the database was written to while it was read; its directory is read-only, so "
                     "that it cannot be locked");
  }
  // A file that turned out damaged is looked at afresh the next time.
  if (page.Ok() || page.Error().error_class != ErrorClass::CONFIG) connections.Give(std::move(*connection));
  if (!page) return page.Error();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  return std::unique_ptr<Response>(std::make_unique<PageResponse>(std::move(*page), took));
}

// Nobody above would catch it.
Result<std::unique_ptr<Response>> SqliteFiles::Pool::AnswerWithinMemory(const Job &job) {
  try {
    return Answer(job);
  } catch (const std::bad_alloc &) {
    return job.Error(ErrorClass::TOO_LARGE, "out of memory");
  }
}

void SqliteFiles::Pool::Stop() {
  std::lock_guard<std::mutex> lock(mutex);
  stopping = true;
  wake.notify_all();
}

struct SqliteFiles::Threads {
  std::vector<std::thread> threads;
};

SqliteFiles::SqliteFiles() : pool_(std::make_shared<Pool>()), threads_(std::make_unique<Threads>()) {
  const unsigned count = std::max(2u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; i++) {
    threads_->threads.emplace_back([pool = pool_] { pool->Work(); });
  }
}

SqliteFiles::~SqliteFiles() {
  pool_->Stop();
  for (auto &thread : threads_->threads) {
    // The last client may be let go by a callback, which runs on one of these threads.
    if (thread.get_id() == std::this_thread::get_id()) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

namespace {

class SqliteFileClient : public ShardClient {
 public:
  SqliteFileClient(const ShardSpec &shard, std::shared_ptr<SqliteFiles> files, std::shared_ptr<ProfileCache> profiles)
      : identity_{shard.id, shard.url.path}, files_(std::move(files)), profiles_(std::move(profiles)) {}

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    const auto time = options.deadline.Remaining();
    files_->GetPool()->Submit(
        {identity_.server, identity_, std::move(statement), std::move(options), std::move(callback), time});
  }

  const std::string &ShardId() const override { return identity_.shard; }
  const std::string &Server() const override { return identity_.server; }
  const char *Driver() const override { return "sqlite"; }
  RequestShape Shape() const override {
    RequestShape shape;
    shape.form = PageForm::ROWS;
    shape.in_process = true;
    shape.max_response_bytes = uint64_t{64} << 20;
    return shape;
  }
  std::shared_ptr<ProfileCache> Profiles() const override { return profiles_; }
  std::string ProfileKey() const override { return "sqlite library"; }
  std::string DatabaseKey() const override { return identity_.server; }

 private:
  ShardIdentity identity_;
  std::shared_ptr<SqliteFiles> files_;
  std::shared_ptr<ProfileCache> profiles_;
};

}  // namespace

std::shared_ptr<ShardClient> MakeSqliteFileClient(const ShardSpec &shard, const FleetSpec &,
                                                  std::shared_ptr<SqliteFiles> files,
                                                  std::shared_ptr<ProfileCache> profiles) {
  CheckSettings(shard, {});
  return std::make_shared<SqliteFileClient>(shard, std::move(files), std::move(profiles));
}

}  // namespace shardite
