#include "remote/drivers/sqlite_connections.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include "remote/reading_statement.hpp"
#include "remote/sqlite_errors.hpp"

namespace shardite {

namespace {

constexpr auto BUSY_TIMEOUT = std::chrono::seconds(5);
constexpr int PROGRESS_STEPS = 2000;  // virtual machine instructions between two looks at the clock: well under 1 ms

ShardError Problem(ErrorClass error_class, const std::string &message) { return {error_class, "", "", "", message}; }

// Writes are refused elsewhere (the file is open for reading, and ReadPage asks sqlite3_stmt_readonly); SQLite
// announces some to itself when a pragma function is first used, so they pass here. This keeps statements away from
// other files and from the connection's own state.
int Authorize(void *, int action, const char *first, const char *second, const char *, const char *) {
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return SQLITE_DENY;
    case SQLITE_FUNCTION: return second && sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: return first && IsReadingPragma(first, second != nullptr) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_OK;
  }
}

// "file:" with everything but plain characters escaped, for the options that only a URI can carry.
std::string ImmutableUri(const std::string &path) {
  static constexpr char HEX[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
    } else {
      uri += '%';
      uri += HEX[byte >> 4];
      uri += HEX[byte & 15];
    }
  }
  return uri + "?immutable=1";
}

bool HasContent(const std::string &path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

// Missing, a directory, not readable, empty: SQLite's own words for these help nobody.
std::optional<ShardError> CheckFile(const std::string &path, struct stat &status) {
  if (::stat(path.c_str(), &status) != 0) {
    const std::string why = errno == ENOENT || errno == ENOTDIR ? "no such file" : std::strerror(errno);
    return Problem(ErrorClass::CONFIG, why + ": " + path);
  }
  if (S_ISDIR(status.st_mode)) return Problem(ErrorClass::CONFIG, "this is a directory, not a database: " + path);
  if (!S_ISREG(status.st_mode)) return Problem(ErrorClass::CONFIG, "this is no regular file: " + path);
  if (::access(path.c_str(), R_OK) != 0) return Problem(ErrorClass::CONFIG, "no permission to read " + path);
  if (status.st_size == 0) return Problem(ErrorClass::CONFIG, "the file is empty, so no SQLite database: " + path);
  return std::nullopt;
}

// Opening reads nothing; this does, and so finds out what kind of file it is.
int ReadHeader(sqlite3 *database) {
  return sqlite3_exec(database, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
}

// Not trusted_schema=OFF: to SQLite 3.40 a view with json_extract() is unsafe then, and where pragma_table_list meets
// such a view, other views have no columns. No function of this connection does more than compute.
void Harden(sqlite3 *database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_exec(database, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON", nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(database, &Authorize, nullptr);
}

}  // namespace

ShardError SqliteFailure(sqlite3 *database, int code, const std::string &path) {
  const std::string said = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB: return Problem(ErrorClass::CONFIG, "this is no SQLite database, or an encrypted one: " + path);
    case SQLITE_CORRUPT: return Problem(ErrorClass::CONFIG, "the database is damaged or cut off: " + path);
    case SQLITE_CANTOPEN: return Problem(ErrorClass::CONFIG, "cannot open " + path + " (" + said + ")");
    case SQLITE_PERM:
    case SQLITE_READONLY: return Problem(ErrorClass::CONFIG, "no permission to use " + path + " (" + said + ")");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Problem(ErrorClass::OVERLOADED, "a writer holds the database: " + said);
    case SQLITE_TOOBIG: return Problem(ErrorClass::TOO_LARGE, said);
    case SQLITE_AUTH: return Problem(ErrorClass::SQL, std::string(NOT_READING) + ": " + said);
    case SQLITE_SCHEMA: return Problem(ErrorClass::SCHEMA, said);
    case SQLITE_IOERR: return Problem(ErrorClass::TRANSPORT, said + ": " + path);
    default: return Problem(ClassifySqliteMessage(said), said);
  }
}

int SqliteConnection::OnProgress(void *opaque) {
  const auto *stop = static_cast<Watched *>(opaque)->stop;
  return stop && stop->Met() ? 1 : 0;
}

// SQLite's own busy timeout would sleep through a cancel.
int SqliteConnection::OnBusy(void *opaque, int calls) {
  auto &watched = *static_cast<Watched *>(opaque);
  if (calls == 0) watched.busy_since = Clock::now();
  if (OnProgress(opaque) || Clock::now() - watched.busy_since > BUSY_TIMEOUT) return 0;
  sqlite3_sleep(calls < 10 ? 1 : 10);
  return 1;
}

std::unique_ptr<SqliteConnection> SqliteConnections::TakeIdle(const std::string &path,
                                                              SqliteConnection::FileIdentity identity) {
  std::unique_ptr<SqliteConnection> replaced;  // closed outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto entry = idle_.begin(); entry != idle_.end(); ++entry) {
    if ((*entry)->path_ != path) continue;
    auto connection = std::move(*entry);
    idle_.erase(entry);
    if (connection->identity_ == identity) return connection;
    replaced = std::move(connection);
    return nullptr;
  }
  return nullptr;
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnections::Take(const std::string &path, const StopConditions &stop) {
  struct stat status {};
  if (auto problem = CheckFile(path, status)) return *problem;
  const SqliteConnection::FileIdentity identity{status.st_dev, status.st_ino};
  auto idle = TakeIdle(path, identity);
  if (!idle) return Open(path, identity, stop);
  idle->watched_->stop = &stop;
  return idle;
}

bool SqliteConnections::CloseIdle() {
  std::list<std::unique_ptr<SqliteConnection>> closed;  // outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  closed.swap(idle_);
  return !closed.empty();
}

void SqliteConnections::Give(std::unique_ptr<SqliteConnection> connection) {
  connection->watched_->stop = nullptr;
  if (!connection->keep_) return;
  std::unique_ptr<SqliteConnection> oldest;  // closed outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_front(std::move(connection));
  if (idle_.size() <= MAX_IDLE) return;
  oldest = std::move(idle_.back());
  idle_.pop_back();
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnections::Open(const std::string &path,
                                                                  SqliteConnection::FileIdentity identity,
                                                                  const StopConditions &stop) {
  auto connection = std::make_unique<SqliteConnection>();
  connection->watched_->stop = &stop;
  connection->path_ = path;
  connection->identity_ = identity;
  const auto open = [&](const std::string &name, int flags) {
    sqlite3 *raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | flags, nullptr);
    connection->database_.reset(raw);
    if (code != SQLITE_OK) return code;
    sqlite3_progress_handler(raw, PROGRESS_STEPS, &SqliteConnection::OnProgress, connection->watched_.get());
    sqlite3_busy_handler(raw, &SqliteConnection::OnBusy, connection->watched_.get());
    return ReadHeader(raw);
  };
  // Debian's SQLite takes every name that begins so for a URI.
  int code = open(path.starts_with("file:") ? "./" + path : path, 0);
  if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY) {
    if (const int reason = sqlite3_system_errno(connection->Get()); reason == EMFILE || reason == ENFILE) {
      connection.reset();
      if (CloseIdle()) return Open(path, identity, stop);
      return Problem(ErrorClass::CONFIG, "too many files are open to open " + path + " as well (ulimit -n)");
    }
    // What the writer had begun stands in the database. Read as it is, rows would be seen that were never committed.
    if (HasContent(path + "-journal")) {
      return Problem(ErrorClass::CONFIG, "a writer was stopped in the midst of a transaction, which " + path +
                                             "-journal can undo: open it once with a program that may write, such as "
                                             "sqlite3, and read from it");
    }
    // A database in WAL mode needs its -shm file, which cannot be made in a directory that is read-only.
    if (HasContent(path + "-wal")) {
      return Problem(ErrorClass::CONFIG,
                     "the database is in WAL mode with changes in " + path +
                         "-wal, and its directory is read-only: checkpoint it, or make it writable");
    }
    connection->immutable_ = ReadFileState(path);
    code = open(ImmutableUri(path), SQLITE_OPEN_URI);
    connection->keep_ = false;  // it would not see what a writer does later
  }
  if (code != SQLITE_OK) return SqliteFailure(connection->Get(), code, path);
  Harden(connection->Get());
  return connection;
}

}  // namespace shardite
