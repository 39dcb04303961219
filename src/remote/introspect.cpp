#include "remote/introspect.hpp"

#include <condition_variable>
#include <deque>

namespace shardite {

std::optional<ServerProfile> ProfileCache::Find(const std::string &key) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = profiles_.find(key);
  return found == profiles_.end() ? std::nullopt : std::make_optional(found->second);
}

void ProfileCache::Keep(const std::string &key, ServerProfile profile) {
  std::lock_guard<std::mutex> lock(mutex_);
  profiles_[key] = std::move(profile);
}

namespace {

enum class Stage { DESCRIBE, MEASURE };

struct Arrival {
  size_t shard = 0;
  Stage stage = Stage::DESCRIBE;
  Result<std::unique_ptr<Response>> outcome;
};

// What the callbacks fill and the calling thread empties, decoding on its own time.
struct Arrivals {
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Arrival> queue;
};

// A driver answers by the deadline itself; this is only for one that does not.
constexpr auto GRACE = std::chrono::seconds(2);

class Introspection {
 public:
  Introspection(const std::vector<std::shared_ptr<ShardClient>> &clients, const std::vector<TableSpec> &tables,
                const CallOptions &options, MeasureDepth depth)
      : clients_(clients),
        tables_(tables),
        options_(options),
        depth_(depth),
        schemas_(clients.size()),
        unanswered_(clients.size(), 0) {}

  std::vector<ShardSchema> Run() {
    std::vector<std::string> names;
    for (const auto &table : tables_) names.push_back(table.name);
    const std::string describe = DescribeTablesSql(names);
    const std::vector<size_t> sources = FindSources();
    for (size_t shard = 0; shard < clients_.size(); shard++) {
      if (sources[shard] == shard) Ask(shard, Stage::DESCRIBE, describe);
    }
    while (waiting_ > 0) {
      auto arrival = Next();
      if (!arrival) break;
      waiting_--;
      Handle(std::move(*arrival));
    }
    for (size_t shard = 0; shard < clients_.size(); shard++) {
      if (sources[shard] == shard) continue;
      schemas_[shard] = schemas_[sources[shard]];
      if (schemas_[shard].error) schemas_[shard].error->shard = clients_[shard]->ShardId();
    }
    return std::move(schemas_);
  }

 private:
  // For each shard the first one that asks the same database.
  std::vector<size_t> FindSources() const {
    std::map<std::string, size_t> first;
    std::vector<size_t> sources;
    for (size_t shard = 0; shard < clients_.size(); shard++) {
      const std::string key = clients_[shard]->DatabaseKey();
      sources.push_back(key.empty() ? shard : first.try_emplace(key, shard).first->second);
    }
    return sources;
  }

  void Ask(size_t shard, Stage stage, std::string sql) {
    waiting_++;
    unanswered_[shard]++;
    clients_[shard]->Send({std::move(sql), StatementKind::SCHEMA}, options_,
                          [arrivals = arrivals_, shard, stage](Result<std::unique_ptr<Response>> outcome) {
                            std::lock_guard<std::mutex> lock(arrivals->mutex);
                            arrivals->queue.push_back({shard, stage, std::move(outcome)});
                            arrivals->arrived.notify_one();
                          });
  }

  // nullopt: the time is over, and every shard that has not answered has its error.
  std::optional<Arrival> Next() {
    std::unique_lock<std::mutex> lock(arrivals_->mutex);
    const auto until = options_.deadline.At() + GRACE;
    if (!arrivals_->arrived.wait_until(lock, until, [&] { return !arrivals_->queue.empty(); })) {
      for (size_t shard = 0; shard < clients_.size(); shard++) {
        if (unanswered_[shard] > 0) Fail(shard, ErrorClass::DEADLINE, "no answer in time");
      }
      return std::nullopt;
    }
    Arrival arrival = std::move(arrivals_->queue.front());
    arrivals_->queue.pop_front();
    return arrival;
  }

  void Fail(size_t shard, ErrorClass error_class, const std::string &message) {
    const ShardClient &client = *clients_[shard];
    Fail(shard,
         ShardError{error_class, client.ShardId(), client.Server(), StatementKindName(StatementKind::SCHEMA), message});
  }
  // Tables without their extents would look empty, so one failure takes the whole shard.
  void Fail(size_t shard, ShardError error) {
    schemas_[shard].tables.clear();
    schemas_[shard].error = std::move(error);
  }

  void Handle(Arrival arrival) {
    const size_t shard = arrival.shard;
    unanswered_[shard]--;
    if (schemas_[shard].error) return;
    auto page = arrival.outcome.Ok() ? (*arrival.outcome)->Decode() : Result<ResultPage>(arrival.outcome.Error());
    if (!page) return Fail(shard, page.Error());
    if (page->row_count != 1 || page->columns.size() != 1) {
      return Fail(shard, ErrorClass::DATA, "the schema came back in an unexpected shape");
    }
    const std::string json(page->columns[0].At(0).bytes);
    auto &tables = schemas_[shard].tables;
    try {
      if (arrival.stage == Stage::MEASURE) return ReadMeasures(json, tables_, tables);
      tables = ParseDescribeTables(json);
      for (auto &sql : MeasureTablesSql(tables, tables_, depth_)) Ask(shard, Stage::MEASURE, std::move(sql));
    } catch (const std::exception &error) {
      Fail(shard, ErrorClass::DATA, std::string("the schema cannot be read: ") + error.what());
    }
  }

  const std::vector<std::shared_ptr<ShardClient>> &clients_;
  const std::vector<TableSpec> &tables_;
  const CallOptions &options_;
  const MeasureDepth depth_;
  std::vector<ShardSchema> schemas_;
  std::vector<size_t> unanswered_;  // requests, by shard
  size_t waiting_ = 0;
  std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
};

}  // namespace

std::vector<ShardSchema> IntrospectShards(const std::vector<std::shared_ptr<ShardClient>> &clients,
                                          const std::vector<TableSpec> &tables, const CallOptions &options,
                                          MeasureDepth depth) {
  return Introspection(clients, tables, options, depth).Run();
}

}  // namespace shardite
