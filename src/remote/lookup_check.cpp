#include "remote/lookup_check.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

constexpr size_t SHARDS_AT_ONCE = 8;
constexpr int64_t ROWS_AT_ONCE = 20'000;  // groups of one answer, so that every server can send it

SqliteValue ValueOf(const Cell &cell) {
  switch (cell.storage) {
    case StorageClass::NONE: break;
    case StorageClass::INTEGER: return cell.integer;
    case StorageClass::REAL: return cell.real;
    case StorageClass::TEXT: return SqliteText{std::string(cell.bytes)};
    case StorageClass::BLOB: return SqliteBlob{std::string(cell.bytes)};
  }
  return {};
}

// Enough of a key to find it again.
std::string Shown(const std::string &key) {
  constexpr size_t MOST_SHOWN = 80;
  const bool plain = key.size() <= MOST_SHOWN &&
                     std::none_of(key.begin(), key.end(), [](unsigned char c) { return c < ' ' || c == 127; });
  return plain ? key : "one of " + std::to_string(key.size()) + " bytes";
}

std::string KeysText(const LookupSpec &spec, uint64_t count) {
  return std::to_string(count) + (count == 1 ? " key" : " keys") + " of \"" + spec.key + "\"";
}

// The rows of one table by key, in statements that each give a bounded number: key, then what `aggregates` say of time.
class KeyReader {
 public:
  KeyReader(ShardClient &client, const ShardTable &table, std::string key, std::string aggregates)
      : client_(client), table_(table), key_(std::move(key)), aggregates_(std::move(aggregates)) {}

  std::optional<ShardError> ReadAll(const CallOptions &options,
                                    const std::function<void(const ResultPage &)> &take) const {
    if (!table_.has_rowid) return Read("", options, take);
    if (!table_.min_rowid || !table_.max_rowid) return std::nullopt;
    // Rowids may be sparse: as many of them as hold the rows wanted on average.
    const auto span = static_cast<double>(*table_.max_rowid) - static_cast<double>(*table_.min_rowid) + 1;
    const auto rows = static_cast<double>(std::max<int64_t>(table_.row_count.value_or(1), 1));
    const auto step = static_cast<int64_t>(std::min(span / rows * ROWS_AT_ONCE + 1, 9e18));
    for (int64_t from = *table_.min_rowid;;) {
      const int64_t up_to = std::min(SaturatedAdd(from, step), *table_.max_rowid);
      const std::string range =
          " AND t.rowid BETWEEN " + QuoteValue(SqliteValue(from)) + " AND " + QuoteValue(SqliteValue(up_to));
      if (auto error = Read(range, options, take)) return error;
      if (up_to == *table_.max_rowid) return std::nullopt;
      from = up_to + 1;
    }
  }

 private:
  std::optional<ShardError> Read(const std::string &range, const CallOptions &options,
                                 const std::function<void(const ResultPage &)> &take) const {
    const std::string sql = "SELECT quote(" + key_ + "), " + aggregates_ + " FROM " + QuoteName(table_.name) +
                            " AS t WHERE " + key_ + " IS NOT NULL" + range + " GROUP BY " + key_ + " COLLATE BINARY";
    const auto page = SendAndWait(client_, {sql, StatementKind::SCHEMA}, options);
    if (!page) return page.Error();
    if (page->columns.size() != 4) {
      return ShardError{ErrorClass::DATA, client_.ShardId(), client_.Server(), "schema",
                        "the server's answer has an unexpected shape"};
    }
    take(*page);
    return std::nullopt;
  }

  ShardClient &client_;
  const ShardTable &table_;
  const std::string key_;
  const std::string aggregates_;
};

std::string ColumnSql(const SchemaVariant &variant, size_t column) {
  const auto &source = variant.sources[column];
  return source.present ? "t." + QuoteName(source.name) : "NULL";
}

class LookupVerifier {
 public:
  LookupVerifier(const LogicalTable &table, const Lookup &lookup, const std::vector<LookupShard> &shards,
                 const CallOptions &options)
      : table_(table), lookup_(lookup), shards_(shards), options_(options), faults_(shards.size()) {}

  Result<std::vector<LookupFaults>> Run() {
    ForEachShard([this](size_t shard) { return ReadLookup(shards_[shard]); });
    if (!error_) ForEachShard([this](size_t shard) { return Verify(shard); });
    if (error_) return *error_;
    return std::move(faults_);
  }

 private:
  void ForEachShard(const std::function<std::optional<ShardError>(size_t)> &work) {
    std::atomic<size_t> next{0};
    std::vector<std::thread> workers;
    for (size_t i = 0; i < std::min(SHARDS_AT_ONCE, shards_.size()); ++i) {
      workers.emplace_back([&] {
        for (size_t shard = next++; shard < shards_.size(); shard = next++) {
          auto error = work(shard);
          const std::lock_guard<std::mutex> guard(mutex_);
          if (error && !error_) error_ = std::move(error);
          if (error_) return;
        }
      });
    }
    for (std::thread &worker : workers) worker.join();
  }

  std::optional<ShardError> ReadLookup(const LookupShard &shard) {
    if (!shard.lookup_table) return std::nullopt;
    const auto first = ColumnSql(*shard.lookup_variant, lookup_.first);
    const auto last = ColumnSql(*shard.lookup_variant, lookup_.last);
    // A row that lacks either says nothing, nor does its key then.
    const std::string aggregates =
        "min(" + first + "), max(" + last + "), coalesce(sum(" + first + " IS NULL OR " + last + " IS NULL), 0)";
    const KeyReader reader(*shard.client, *shard.lookup_table, ColumnSql(*shard.lookup_variant, lookup_.lookup_key),
                           aggregates);
    return reader.ReadAll(options_, [this](const ResultPage &page) {
      const std::lock_guard<std::mutex> guard(mutex_);
      for (size_t row = 0; row < page.row_count; ++row) {
        const auto window =
            LookupWindow(ValueOf(page.columns[1].At(row)), ValueOf(page.columns[2].At(row)), lookup_.unit);
        const bool whole = !window || page.columns[3].At(row).integer != 0;
        const Slice slice = whole ? Slice{} : *window;
        const auto [known, fresh] = windows_.emplace(page.columns[0].At(row).bytes, slice);
        if (!fresh) known->second = Span(known->second, slice);
      }
    });
  }

  std::optional<ShardError> Verify(size_t number) {
    const LookupShard &shard = shards_[number];
    if (!shard.table) return std::nullopt;
    const auto time = ColumnSql(*shard.variant, *table_.time_column) + " COLLATE BINARY";
    const KeyReader reader(*shard.client, *shard.table, ColumnSql(*shard.variant, lookup_.key),
                           "min(" + time + "), max(" + time + "), sum(" + time + " IS NULL)");
    std::unordered_set<std::string> outside, unknown;
    auto &faults = faults_[number];
    auto error = reader.ReadAll(options_, [&](const ResultPage &page) {
      for (size_t row = 0; row < page.row_count; ++row) {
        const std::string key(page.columns[0].At(row).bytes);
        const auto known = windows_.find(key);
        if (known == windows_.end()) {
          unknown.insert(key);
          if (faults.unknown_example.empty()) faults.unknown_example = Shown(key);
        } else if (!Holds(known->second, page, row)) {
          outside.insert(key);
          if (faults.outside_example.empty()) faults.outside_example = Shown(key);
        }
      }
    });
    faults.outside = outside.size();
    faults.unknown = unknown.size();
    return error;
  }

  bool Holds(const Slice &window, const ResultPage &page, size_t row) const {
    if (window == Slice{}) return true;
    const auto first = StoredTimeToNanoseconds(ValueOf(page.columns[1].At(row)), table_.spec.unit);
    const auto last = StoredTimeToNanoseconds(ValueOf(page.columns[2].At(row)), table_.spec.unit);
    if (!first || !last || page.columns[3].At(row).integer != 0) return false;
    return *first >= window.from && (*last < window.until || window.until == Slice::OPEN_UNTIL);
  }

  const LogicalTable &table_;
  const Lookup lookup_;
  const std::vector<LookupShard> &shards_;
  const CallOptions &options_;
  std::unordered_map<std::string, Slice> windows_;  // by key, as quote() writes it; only read while tables are verified
  std::vector<LookupFaults> faults_;
  std::mutex mutex_;
  std::optional<ShardError> error_;
};

}  // namespace

LookupShard LookupShardOf(ShardClient &client, const std::vector<ShardTable> &tables, size_t shard,
                          const LogicalTable &table, const LogicalTable &lookup_table) {
  const auto find = [&](const LogicalTable &logical, const ShardTable *&own, const SchemaVariant *&variant) {
    const size_t number = logical.variant_of_shard[shard];
    if (number == LogicalTable::NO_VARIANT) return;
    variant = &logical.variants[number];
    for (const ShardTable &each : tables) {
      if (LowerName(each.name) == LowerName(logical.spec.name)) own = &each;
    }
  };
  LookupShard found{&client};
  find(table, found.table, found.variant);
  find(lookup_table, found.lookup_table, found.lookup_variant);
  return found;
}

std::string DescribeOutside(const LookupSpec &spec, const LookupFaults &faults) {
  return KeysText(spec, faults.outside) + (faults.outside == 1 ? " has" : " have") + " rows outside the time that \"" +
         spec.table + "\" knows, such as " + faults.outside_example;
}

std::string DescribeUnknown(const LookupSpec &spec, const LookupFaults &faults) {
  return KeysText(spec, faults.unknown) + (faults.unknown == 1 ? " is" : " are") + " not in \"" + spec.table +
         "\", such as " + faults.unknown_example;
}

Result<std::vector<LookupFaults>> CheckLookup(const LogicalTable &table, const Lookup &lookup,
                                              const std::vector<LookupShard> &shards, const CallOptions &options) {
  return LookupVerifier(table, lookup, shards, options).Run();
}

}  // namespace shardite
