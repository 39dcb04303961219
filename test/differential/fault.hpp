#pragma once
// Deliberate faults, as a wrong row of the translation or split tables would show at the driver's boundary: the SQL of
// a statement rewritten, or its answer changed. The mutation check (mutation_test.cpp) wants every one of them caught.

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "remote/driver_registry.hpp"

namespace shardite::test {

struct Fault {
  const char *name;
  /// The statement as the fault would have it; nullopt: it does not show in this one. Null: see `answer`.
  std::function<std::optional<std::string>(const std::string &shard, const std::string &sql)> sql;
  /// Changes the answer; false: it does not show in this one.
  std::function<bool(ResultPage &page)> answer = nullptr;
};

const std::vector<Fault> &Faults();

/// Which fault is at work, and whether it has changed anything since it was chosen. Without one it keeps what is sent,
/// so that only faults that can show need to be tried. Shared by all clients.
class FaultSwitch {
 public:
  void Choose(const Fault *fault) {
    const std::lock_guard lock(mutex_);
    if (!fault) sent_.clear();
    has_shown_ = false;
    fault_ = fault;
  }
  const Fault *Current() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }
  void Show() {
    const std::lock_guard lock(mutex_);
    has_shown_ = true;
  }
  bool HasShown() const {
    const std::lock_guard lock(mutex_);
    return has_shown_;
  }
  void Keep(const std::string &shard, const std::string &sql) {
    const std::lock_guard lock(mutex_);
    sent_.emplace_back(shard, sql);
  }
  /// Whether the fault changes any of the statements kept; one of answers may always.
  bool CanShow(const Fault &fault) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(sent_.begin(), sent_.end(), [&](const auto &statement) {
      return !fault.sql || fault.sql(statement.first, statement.second);
    });
  }

 private:
  mutable std::mutex mutex_;
  const Fault *fault_ = nullptr;
  bool has_shown_ = false;
  std::vector<std::pair<std::string, std::string>> sent_;  // shard, SQL
};

/// The default drivers, with the chosen fault between them and the engine. Schemas and probes pass unharmed.
std::shared_ptr<DriverRegistry> FaultyDrivers(std::shared_ptr<FaultSwitch> chosen);

}  // namespace shardite::test
