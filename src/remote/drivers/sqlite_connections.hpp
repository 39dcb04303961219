#pragma once
// Open connections to SQLite files, kept for reuse: the least recently used ones are closed. A connection only reads
// and is hardened against what a hostile file or statement may try (docs/drivers.md).
// Thread rule: Take and Give from any thread; a taken connection belongs to one thread.

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include <sqlite3.h>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "remote/file_state.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

struct CloseSqlite {
  void operator()(sqlite3 *database) const { sqlite3_close_v2(database); }
};
struct FinalizeSqlite {
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using SqliteDatabase = std::unique_ptr<sqlite3, CloseSqlite>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, FinalizeSqlite>;

/// The failure that a connection is in after a call returned `code`. Only error_class and message are set.
ShardError SqliteFailure(sqlite3 *database, int code, const std::string &path);

/// When a statement stops before its end: at the deadline, by the token, or when the driver ends.
struct StopConditions {
  const CallOptions &options;
  const std::atomic<bool> &driver_stopping;
  bool Met() const { return driver_stopping || options.cancel.IsCancelled() || options.deadline.Expired(); }
};

class SqliteConnection {
 public:
  sqlite3 *Get() const { return database_.get(); }
  /// Differs between two files that have had the path one after the other.
  uint64_t Source() const { return identity_.inode; }
  /// False where the file was read without locks, as immutable, and somebody has written to it since it was opened.
  bool SawOneState() const { return !immutable_ || ReadFileState(path_) == immutable_; }

 private:
  friend class SqliteConnections;
  struct Watched {
    const StopConditions *stop = nullptr;  // null while the connection is idle
    Clock::time_point busy_since;
  };
  struct FileIdentity {
    uint64_t device = 0, inode = 0;
    bool operator==(const FileIdentity &) const = default;
  };
  static int OnProgress(void *watched);
  static int OnBusy(void *watched, int calls);

  std::string path_;
  FileIdentity identity_;               // a file that was replaced is opened anew
  bool keep_ = true;                    // false for one that would not see later writes
  std::optional<FileState> immutable_;  // how the file stood when it was opened as immutable
  std::unique_ptr<Watched> watched_ = std::make_unique<Watched>();
  SqliteDatabase database_;  // closed before `watched_` goes
};

class SqliteConnections {
 public:
  static constexpr size_t MAX_IDLE = 64;

  /// An idle connection to the file, or a new one; until it is given back, `stop` must live and ends its statements.
  /// Failures are CONFIG: missing, a directory, no database, ...
  Result<std::unique_ptr<SqliteConnection>> Take(const std::string &path, const StopConditions &stop);
  /// Gives one back that works.
  void Give(std::unique_ptr<SqliteConnection> connection);

 private:
  std::unique_ptr<SqliteConnection> TakeIdle(const std::string &path, SqliteConnection::FileIdentity identity);
  /// Closes idle connections where no file descriptor is left.
  Result<std::unique_ptr<SqliteConnection>> Open(const std::string &path, SqliteConnection::FileIdentity identity,
                                                 const StopConditions &stop);
  /// False when there were none.
  bool CloseIdle();

  std::mutex mutex_;
  std::list<std::unique_ptr<SqliteConnection>> idle_;  // most recently used first
};

}  // namespace shardite
