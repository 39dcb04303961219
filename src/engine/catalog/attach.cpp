// ATTACH 'fleet.toml' AS otel (TYPE shardite): loads the fleet, takes its snapshot, makes the catalog.

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include <duckdb/main/attached_database.hpp>
#include <duckdb/parser/parsed_data/attach_info.hpp>
#include <duckdb/transaction/transaction.hpp>
#include <duckdb/transaction/transaction_manager.hpp>

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/scan/settings.hpp"

namespace shardite {

namespace {

struct ShardStorageInfo : duckdb::StorageExtensionInfo {
  std::shared_ptr<DriverRegistry> drivers;
};

// Shards are read without transactions; DuckDB wants one per connection all the same.
class FleetTransactions : public duckdb::TransactionManager {
 public:
  explicit FleetTransactions(duckdb::AttachedDatabase &database) : TransactionManager(database) {}

  duckdb::Transaction &StartTransaction(duckdb::ClientContext &context) override {
    auto transaction = duckdb::make_uniq<duckdb::Transaction>(*this, context);
    auto &started = *transaction;
    const std::lock_guard<std::mutex> guard(mutex_);
    open_.emplace(&started, std::move(transaction));
    return started;
  }
  duckdb::ErrorData CommitTransaction(duckdb::ClientContext &, duckdb::Transaction &transaction) override {
    Forget(transaction);
    return {};
  }
  void RollbackTransaction(duckdb::Transaction &transaction) override { Forget(transaction); }
  void Checkpoint(duckdb::ClientContext &, bool) override {}

 private:
  void Forget(duckdb::Transaction &transaction) {
    const std::lock_guard<std::mutex> guard(mutex_);
    open_.erase(&transaction);
  }
  std::mutex mutex_;
  std::unordered_map<duckdb::Transaction *, duckdb::unique_ptr<duckdb::Transaction>> open_;
};

// While it lives, Ctrl-C cancels the token: an interrupted DuckDB only sets a flag, and attaching waits for shards.
class InterruptRelay {
 public:
  InterruptRelay(duckdb::ClientContext &context, const CancelToken &token)
      : thread_([&context, token](const std::stop_token &stop) { Watch(context, token, stop); }) {}

 private:
  static void Watch(duckdb::ClientContext &context, const CancelToken &token, const std::stop_token &stop) {
    constexpr auto BETWEEN_LOOKS = std::chrono::milliseconds(20);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock<std::mutex> lock(mutex);
    while (!stop.stop_requested()) {
      if (context.interrupted) return token.Cancel();
      stopped.wait_for(lock, stop, BETWEEN_LOOKS, [] { return false; });
    }
  }
  std::jthread thread_;
};

std::shared_ptr<const FleetSnapshot> TakeSnapshotUnlessInterrupted(duckdb::ClientContext &context, FleetSpec spec,
                                                                   const DriverRegistry &drivers) {
  CallOptions options;
  options.deadline = Deadline::After(std::chrono::milliseconds(ReadSettings(context).timeout_ms));
  const InterruptRelay relay(context, options.cancel);
  try {
    auto fleet = TakeSnapshot(std::move(spec), drivers, options);
    if (!options.cancel.IsCancelled()) return fleet;
  } catch (const FleetError &) {
    if (!options.cancel.IsCancelled()) throw;
  }
  throw duckdb::InterruptException();
}

duckdb::unique_ptr<duckdb::Catalog> Attach(duckdb::optional_ptr<duckdb::StorageExtensionInfo> storage_info,
                                           duckdb::ClientContext &context, duckdb::AttachedDatabase &database,
                                           const std::string &, duckdb::AttachInfo &info,
                                           duckdb::AttachOptions &attach) {
  for (const auto &[option, value] : attach.options) {
    throw duckdb::BinderException("ATTACH (TYPE shardite) has no option \"%s\"; settings of a fleet stand in its file",
                                  option);
  }
  auto &shardite = static_cast<ShardStorageInfo &>(*storage_info);
  try {
    auto fleet = TakeSnapshotUnlessInterrupted(context, OpenFleet(info.path), *shardite.drivers);
    return duckdb::make_uniq<FleetCatalog>(database, std::move(fleet), info.path);
  } catch (const FleetError &error) {
    throw duckdb::IOException("%s", std::string(error.what()));
  }
}

duckdb::unique_ptr<duckdb::TransactionManager> MakeTransactions(duckdb::optional_ptr<duckdb::StorageExtensionInfo>,
                                                                duckdb::AttachedDatabase &database, duckdb::Catalog &) {
  return duckdb::make_uniq<FleetTransactions>(database);
}

}  // namespace

duckdb::unique_ptr<duckdb::StorageExtension> MakeStorageExtension(std::shared_ptr<DriverRegistry> drivers) {
  auto info = duckdb::make_shared_ptr<ShardStorageInfo>();
  info->drivers = std::move(drivers);
  auto extension = duckdb::make_uniq<duckdb::StorageExtension>();
  extension->attach = Attach;
  extension->create_transaction_manager = MakeTransactions;
  extension->storage_info = std::move(info);
  return extension;
}

}  // namespace shardite
