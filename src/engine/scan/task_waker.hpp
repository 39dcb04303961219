#pragma once
// The blocked tasks of one scan, and how they are woken from a driver's thread. DuckDB's own list of blocked tasks
// calls them back under its lock; the last reference to the whole pipeline may go with such a call, and then the lock
// with it. So the list is here, shared by the scan and its requests, and tasks are called back with no lock held.
// Nothing here ever waits: closing happens under locks of DuckDB's executor.

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/parallel/interrupt.hpp>

namespace shardite {

class TaskWaker {
 public:
  /// `must_wake` says whether tasks have to go on though no page has come (the query was interrupted, or its LIMIT is
  /// satisfied). Called by Beat() until Close().
  explicit TaskWaker(std::function<bool()> must_wake) : must_wake_(std::move(must_wake)) {}

  /// Puts a task aside, unless `has_news` says that it can go on at once; false then. A Wake() that follows news finds
  /// the task.
  bool Block(const duckdb::InterruptState &task, const std::function<bool()> &has_news);
  void Wake();
  void Beat();
  /// From here on nothing is called any more; a call that is under way on another thread may still end.
  void Close();

 private:
  std::mutex mutex_;
  std::vector<duckdb::InterruptState> tasks_;
  std::function<bool()> must_wake_;
  bool closed_ = false;
};

}  // namespace shardite
