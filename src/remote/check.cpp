#include "remote/check.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "fleet/certificate.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/storage_check.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"
#include "remote/file_state.hpp"
#include "remote/introspect.hpp"
#include "remote/lookup_check.hpp"
#include "remote/time_check.hpp"

namespace shardite {

namespace {

constexpr size_t SHARDS_AT_ONCE = 8;  // checks wait for servers; the limits per server hold below this

std::string Quoted(const std::string &name) { return "\"" + name + "\""; }

std::string ErrorLine(const ShardError &error) {
  return std::string(ErrorClassName(error.error_class)) + ": " + error.message + " (" + error.server + ")";
}

// All that concerns one shard; findings of the shards are joined in order when all are done.
struct ShardCheck {
  std::shared_ptr<ShardClient> client;
  ShardSchema schema;
  std::vector<Finding> findings;
  std::vector<TableCertificate> certified;
  std::optional<FileState> file;  // as it was while it was read; nullopt: a server, or not certain
  bool reachable = false;
};

class FleetCheck {
 public:
  FleetCheck(const FleetSpec &fleet, const CallOptions &options)
      : fleet_(fleet), options_(options), checks_(fleet.shards.size()) {
    std::map<std::string, size_t> first;
    for (size_t shard = 0; shard < fleet.shards.size(); ++shard) {
      const ShardSpec &spec = fleet.shards[shard];
      const size_t owner = spec.clamp ? first.emplace(DatabaseOf(spec.url), shard).first->second : shard;
      first_of_database_.push_back(owner);
      span_of_database_.push_back(spec.slice);
      span_of_database_[owner] = Span(span_of_database_[owner], spec.slice);
    }
  }

  CheckResult Run(const DriverRegistry &drivers) {
    Connect(drivers);
    Introspect();
    ReconcileTables();
    CheckShards();
    CheckLookups();
    CheckResult result;
    std::vector<Finding> &all = result.findings;
    for (size_t shard = 0; shard < checks_.size(); ++shard) {
      Conclude(shard);
      ShardCheck &check = checks_[shard];
      std::move(check.findings.begin(), check.findings.end(), std::back_inserter(all));
      if (check.certified.empty()) continue;
      const ShardSpec &spec = fleet_.shards[shard];
      result.certified.shards.push_back({spec.id, CertifiedUrl(spec.url), check.file, std::move(check.certified)});
    }
    std::move(common_.begin(), common_.end(), std::back_inserter(all));
    return result;
  }

 private:
  void Add(size_t shard, Severity severity, const std::string &table, const std::string &message) {
    checks_[shard].findings.push_back({severity, fleet_.shards[shard].id, table, message});
  }
  void AddCommon(Severity severity, const std::string &table, const std::string &message) {
    common_.push_back({severity, "", table, message});
  }

  void Connect(const DriverRegistry &drivers) {
    for (size_t shard = 0; shard < checks_.size(); ++shard) {
      try {
        checks_[shard].client = drivers.Connect(fleet_.shards[shard], fleet_);
      } catch (const FleetError &error) {
        Add(shard, Severity::ERROR, "", error.what());
      }
    }
  }

  void Introspect() {
    std::vector<size_t> numbers;
    std::vector<std::shared_ptr<ShardClient>> clients;
    for (size_t shard = 0; shard < checks_.size(); ++shard) {
      if (!checks_[shard].client || !IsFirstOfDatabase(shard)) continue;
      numbers.push_back(shard);
      clients.push_back(checks_[shard].client);
    }
    auto schemas = IntrospectShards(clients, fleet_.tables, options_, MeasureDepth::FULL);
    for (size_t i = 0; i < numbers.size(); ++i) {
      checks_[numbers[i]].schema = std::move(schemas[i]);
    }
    for (size_t shard = 0; shard < checks_.size(); ++shard) {
      ShardCheck &check = checks_[shard];
      const ShardCheck &first = checks_[first_of_database_[shard]];
      if (check.client && !IsFirstOfDatabase(shard)) check.schema = first.schema;
      check.reachable = check.client && first.client && !check.schema.error;
      if (check.schema.error) Add(shard, Severity::ERROR, "", ErrorLine(*check.schema.error));
    }
  }

  // The tables that the fleet file names, or all that there are.
  std::vector<TableSpec> Specs() const {
    if (!fleet_.tables.empty()) return fleet_.tables;
    std::map<std::string, TableSpec> by_name;
    for (const ShardCheck &check : checks_) {
      for (const ShardTable &table : check.schema.tables) {
        TableSpec &spec = by_name[LowerName(table.name)];
        spec.name = table.name;
        if (spec.time.empty()) spec.time = FindTimeColumn(table).value_or("");
      }
    }
    std::vector<TableSpec> specs;
    specs.reserve(by_name.size());
    for (auto &[name, spec] : by_name) specs.push_back(std::move(spec));
    return specs;
  }

  const ShardTable *TableOn(size_t shard, const std::string &name) const {
    for (const ShardTable &table : checks_[shard].schema.tables) {
      if (LowerName(table.name) == LowerName(name)) return &table;
    }
    return nullptr;
  }

  void ReconcileTables() {
    for (const TableSpec &spec : Specs()) {
      std::vector<std::optional<ShardTable>> tables(checks_.size());
      size_t having = 0;
      for (size_t shard = 0; shard < checks_.size(); ++shard) {
        if (const ShardTable *table = TableOn(shard, spec.name)) {
          tables[shard] = *table;
          ++having;
        } else if (checks_[shard].reachable) {
          Add(shard, Severity::WARNING, spec.name, "has no such table: it adds no rows");
        }
      }
      try {
        LogicalTable logical = Reconcile(spec, fleet_.shards, tables);
        if (logical.variants.size() > 1) DescribeVariants(logical);
        AddCommon(Severity::OK, spec.name,
                  Counted(static_cast<int64_t>(logical.columns.size()), "column") + " on " +
                      Counted(static_cast<int64_t>(having), "shard"));
        logical_.push_back(std::move(logical));
      } catch (const FleetError &error) {
        AddCommon(Severity::ERROR, spec.name, error.what());
      }
    }
  }

  // Columns that some shards lack: not wrong, but a reason for NULLs that one may wonder about.
  void DescribeVariants(const LogicalTable &table) {
    for (size_t column = 0; column < table.columns.size(); ++column) {
      int64_t lacking = 0;
      std::string example;
      for (size_t shard = 0; shard < checks_.size(); ++shard) {
        const size_t variant = table.variant_of_shard[shard];
        if (variant == LogicalTable::NO_VARIANT || table.variants[variant].sources[column].present) continue;
        if (lacking++ == 0) example = fleet_.shards[shard].id;
      }
      if (lacking == 0) continue;
      AddCommon(Severity::OK, table.spec.name,
                "column " + Quoted(table.columns[column].name) + " is NULL on " + Counted(lacking, "shard") +
                    " without it, such as " + Quoted(example));
    }
  }

  void CheckShards() {
    std::atomic<size_t> next{0};
    std::vector<std::thread> workers;
    for (size_t i = 0; i < std::min(SHARDS_AT_ONCE, checks_.size()); ++i) {
      workers.emplace_back([&] {
        for (size_t shard = next++; shard < checks_.size(); shard = next++) CheckShard(shard);
      });
    }
    for (std::thread &worker : workers) worker.join();
  }

  void CheckShard(size_t shard) {
    if (!checks_[shard].reachable) return;
    const ShardUrl &url = fleet_.shards[shard].url;
    const bool in_file = url.scheme == "sqlite";
    if (in_file && HasColumnsToCertify(shard)) checks_[shard].file = ReadSettledFileState(url.path);
    CheckTables(shard);
    // Whatever was written meanwhile was perhaps not read.
    auto &file = checks_[shard].file;
    if (in_file && (!file || file != ReadFileState(url.path))) checks_[shard].certified.clear();
  }

  bool HasColumnsToCertify(size_t shard) const {
    const auto &tables = checks_[shard].schema.tables;
    return IsFirstOfDatabase(shard) && std::any_of(tables.begin(), tables.end(), [](const ShardTable &table) {
             return CanBeCertified(table, true) && !ColumnsToCertify(table).empty();
           });
  }

  void CheckTables(size_t shard) {
    for (const LogicalTable &table : logical_) {
      const ShardTable *shard_table = TableOn(shard, table.spec.name);
      // Of shards that share a database, one is enough.
      if (!shard_table || table.variant_of_shard[shard] == LogicalTable::NO_VARIANT) continue;
      const ShardSpec &spec = fleet_.shards[shard];
      const bool first = IsFirstOfDatabase(shard);
      if (table.time_column && (first || !spec.clamp)) {
        for (auto &finding : CheckTimes(spec, table.spec, *shard_table, Allowed(shard, table.spec))) {
          checks_[shard].findings.push_back(std::move(finding));
        }
      }
      if (first) CheckStorage(shard, table, *shard_table);
    }
  }

  bool IsFirstOfDatabase(size_t shard) const { return first_of_database_[shard] == shard; }

  // What a shard may hold: its slice and lateness, or all slices of the database it shares.
  Slice Allowed(size_t shard, const TableSpec &spec) const {
    Slice allowed = fleet_.shards[shard].slice;
    if (fleet_.shards[shard].clamp) return span_of_database_[first_of_database_[shard]];
    if (allowed.from != Slice::OPEN_FROM) allowed.from = SaturatedAdd(allowed.from, -spec.lateness);
    if (allowed.until != Slice::OPEN_UNTIL) allowed.until = SaturatedAdd(allowed.until, spec.lateness);
    return allowed;
  }

  void CheckStorage(size_t shard, const LogicalTable &table, const ShardTable &shard_table) {
    auto columns = ColumnsToCertify(shard_table);
    if (columns.empty()) return;
    auto page = SendAndWait(*checks_[shard].client, {CountUnexpectedSql(shard_table, columns), StatementKind::SCHEMA},
                            options_);
    if (!page) return Add(shard, Severity::ERROR, table.spec.name, ErrorLine(page.Error()));
    if (page->row_count != 1 || page->columns.size() != columns.size() + 3) {
      return Add(shard, Severity::ERROR, table.spec.name, "the server's answer has an unexpected shape");
    }
    TableCertificate certificate{shard_table.name, FingerprintOf(shard_table), std::nullopt, std::nullopt, {}};
    if (shard_table.has_rowid) {
      certificate.min_rowid = RowidOf(page->columns[1].At(0));
      certificate.max_rowid = RowidOf(page->columns[2].At(0));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const int64_t unexpected = page->columns[i + 3].At(0).integer;
      if (unexpected == 0) certificate.columns.push_back(columns[i].name);
      if (unexpected == 0) continue;
      Add(shard, Severity::ERROR, table.spec.name,
          Counted(unexpected, "value") + " of column " + Quoted(columns[i].name) + " " +
              (unexpected == 1 ? "is" : "are") + " not " + ColumnKindName(columns[i].kind) +
              ": a query that reads them stops with an error");
    }
    const bool in_file = fleet_.shards[shard].url.scheme == "sqlite";
    if (certificate.columns.empty() || !CanBeCertified(shard_table, in_file)) return;
    checks_[shard].certified.push_back(std::move(certificate));
  }

  const LogicalTable *LogicalTableOf(const std::string &name) const {
    const auto found = std::find_if(logical_.begin(), logical_.end(), [&](const LogicalTable &table) {
      return LowerName(table.spec.name) == LowerName(name);
    });
    return found == logical_.end() ? nullptr : &*found;
  }

  void CheckLookups() {
    for (const LogicalTable &table : logical_) {
      if (!table.spec.lookup) continue;
      // What is wrong with the look-up table itself has been said.
      const LogicalTable *lookup_table = LogicalTableOf(table.spec.lookup->table);
      if (!lookup_table) continue;
      try {
        CheckPromise(table, *lookup_table, ResolveLookup(table, *lookup_table, fleet_.path));
      } catch (const FleetError &error) {
        AddCommon(Severity::ERROR, table.spec.name, error.what());
      }
    }
  }

  void CheckPromise(const LogicalTable &table, const LogicalTable &lookup_table, const Lookup &lookup) {
    std::vector<size_t> numbers;
    std::vector<LookupShard> shards;
    for (size_t shard = 0; shard < checks_.size(); ++shard) {
      if (!checks_[shard].reachable || !IsFirstOfDatabase(shard)) continue;
      numbers.push_back(shard);
      shards.push_back(LookupShardOf(*checks_[shard].client, checks_[shard].schema.tables, shard, table, lookup_table));
    }
    const auto faults = CheckLookup(table, lookup, shards, options_);
    if (!faults) {
      return AddCommon(Severity::ERROR, table.spec.name,
                       "its look-up cannot be verified: " + faults.Error().ToString());
    }
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto &spec = *table.spec.lookup;
      if ((*faults)[i].outside > 0) {
        Add(numbers[i], Severity::ERROR, table.spec.name,
            DescribeOutside(spec, (*faults)[i]) +
                ": queries by key miss them; mend that table, or take \"lookup\" away");
      }
      if ((*faults)[i].unknown > 0) {
        Add(numbers[i], Severity::WARNING, table.spec.name,
            DescribeUnknown(spec, (*faults)[i]) + ": a query for one asks every shard");
      }
    }
  }

  // Absent where the table is empty.
  static std::optional<int64_t> RowidOf(const Cell &cell) {
    return cell.storage == StorageClass::INTEGER ? std::make_optional(cell.integer) : std::nullopt;
  }

  void Conclude(size_t shard) {
    if (!checks_[shard].reachable) return;
    int64_t rows = 0;
    for (const ShardTable &table : checks_[shard].schema.tables) rows += table.row_count.value_or(0);
    const std::string summary = Counted(static_cast<int64_t>(checks_[shard].schema.tables.size()), "table") + ", " +
                                Counted(rows, "row") + ", slice " + FormatSlice(fleet_.shards[shard].slice);
    auto &findings = checks_[shard].findings;
    findings.insert(findings.begin(), {Severity::OK, fleet_.shards[shard].id, "", summary});
  }

  const FleetSpec &fleet_;
  const CallOptions &options_;
  // Shards that share a database (clamp) are asked once: by the first of them.
  std::vector<size_t> first_of_database_;
  std::vector<Slice> span_of_database_;  // of all its shards, at the first one
  std::vector<ShardCheck> checks_;
  std::vector<LogicalTable> logical_;
  std::vector<Finding> common_;
};

}  // namespace

CheckResult CheckFleet(const FleetSpec &fleet, const DriverRegistry &drivers, const CallOptions &options) {
  return FleetCheck(fleet, options).Run(drivers);
}

}  // namespace shardite
