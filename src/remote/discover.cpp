#include "remote/discover.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/natural_slices.hpp"
#include "fleet/opentelemetry.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"
#include "remote/lookup_check.hpp"

namespace shardite {

namespace {

using TablesOfShards = std::vector<std::optional<ShardTable>>;

int64_t Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

// 1234567 as "1,234,567".
std::string Grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3 + (number < 0 ? 1u : 0u);) text.insert(at -= 3, ",");
  return text;
}

std::string Counted(int64_t number, const char *noun) {
  return Grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string Rows(int64_t number) { return Counted(number, "row"); }

std::string Age(int64_t nanoseconds) {
  const int64_t minutes = nanoseconds / (60 * NANOSECONDS_PER_SECOND);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes");
  return std::to_string(minutes / 60) + " hours";
}

// The shards of one source: a url's, or all files that match.
std::vector<ShardUrl> UrlsOf(const std::string &source) {
  std::vector<ShardUrl> urls;
  if (source.rfind("sqlite:", 0) == 0 || source.find("://") != std::string::npos) {
    urls.push_back(ParseShardUrl(source, ""));
  } else {
    for (const ShardSpec &shard : FleetFromGlob(source).shards) urls.push_back(shard.url);
  }
  return urls;
}

FleetSpec FleetOf(const std::vector<std::string> &sources, const DiscoverOptions &options) {
  if (sources.empty()) throw FleetError("discover needs at least one source: a SQLite file, a pattern or a shard url");
  FleetSpec fleet;
  fleet.name = options.name.empty() ? "fleet" : options.name;
  fleet.overlap = true;
  if (!options.ca.empty()) fleet.servers[""].ca = options.ca;
  std::vector<ShardDraft> drafts;
  std::set<std::string> seen;
  for (const std::string &source : sources) {
    for (const ShardUrl &url : UrlsOf(source)) {
      if (!seen.insert(DatabaseOf(url)).second) continue;  // two patterns may match one file
      ShardDraft draft;
      draft.spec.url = url;
      draft.spec.id = ShortName(url);
      draft.ids = {DatabaseOf(url)};
      if (url.scheme.rfind("libsql", 0) == 0) draft.spec.token.environment = options.token_environment;
      if (url.scheme.rfind("rqlite", 0) == 0) {
        draft.spec.user = options.user;
        draft.spec.password.environment = options.password_environment;
      }
      drafts.push_back(std::move(draft));
    }
  }
  FinishShards(std::move(drafts), fleet);
  return fleet;
}

using Clients = std::vector<std::shared_ptr<ShardClient>>;

std::vector<ShardSchema> AskShards(const Clients &clients, const CallOptions &call) {
  auto schemas = IntrospectShards(clients, {}, call, MeasureDepth::FULL);
  for (const ShardSchema &schema : schemas) {
    if (schema.error) throw FleetError(*schema.error);
  }
  return schemas;
}

// Each table of any shard, by its name in lower case: SQLite's names ignore case.
std::map<std::string, TablesOfShards> TablesByName(const std::vector<ShardSchema> &schemas) {
  std::map<std::string, TablesOfShards> by_name;
  for (size_t shard = 0; shard < schemas.size(); ++shard) {
    for (const ShardTable &table : schemas[shard].tables) {
      auto &tables = by_name[LowerName(table.name)];
      tables.resize(schemas.size());
      tables[shard] = table;
    }
  }
  return by_name;
}

// The time column that all shards agree on.
std::string SharedTimeColumn(const TablesOfShards &tables) {
  std::optional<std::string> shared;
  for (const auto &table : tables) {
    if (!table) continue;
    const auto found = FindTimeColumn(*table);
    if (!found || (shared && LowerName(*shared) != LowerName(*found))) return "";
    shared = found;
  }
  return shared.value_or("");
}

struct DiscoveredTable {
  LogicalTable logical;
  const TablesOfShards *tables = nullptr;
  std::string note;  // why it has no time column

  // From the first to just after the last row of a shard; nullopt without rows.
  std::optional<Slice> ExtentOn(size_t shard) const {
    if (!logical.time_column || !(*tables)[shard]) return std::nullopt;
    const auto first = StoredTimeToNanoseconds((*tables)[shard]->stored_min_time, logical.spec.unit);
    const auto last = StoredTimeToNanoseconds((*tables)[shard]->stored_max_time, logical.spec.unit);
    if (!first && !last) return std::nullopt;
    // One end is no time: nothing bounds the rows there.
    return Slice{first.value_or(Slice::OPEN_FROM), last ? SaturatedAdd(*last, 1) : Slice::OPEN_UNTIL};
  }
};

DiscoveredTable Understand(const TablesOfShards &tables, const std::vector<ShardSpec> &shards) {
  DiscoveredTable found;
  found.tables = &tables;
  TableSpec spec;
  for (const auto &table : tables) {
    if (table) spec.name = table->name;
  }
  spec.time = SharedTimeColumn(tables);
  if (spec.time.empty()) {
    found.note = "no time column found: never pruned. Name one with time = \"..\"";
    found.logical = Reconcile(spec, shards, tables);
    return found;
  }
  try {
    found.logical = Reconcile(spec, shards, tables);
    found.logical.spec.unit_given = found.logical.spec.type_given = true;
  } catch (const FleetError &error) {
    const std::string column = std::exchange(spec.time, "");
    found.logical = Reconcile(spec, shards, tables);  // throws again for what is not about time
    found.note = "\"" + column + "\" cannot be the time column: " + error.what();
  }
  return found;
}

std::optional<Slice> Widest(const std::optional<Slice> &a, const std::optional<Slice> &b) {
  if (!a || !b) return a ? a : b;
  return Span(*a, *b);
}

std::string CommentOf(const DiscoveredTable &table) {
  int64_t rows = 0;
  int64_t shards = 0;
  for (const auto &each : *table.tables) {
    if (!each) continue;
    ++shards;
    rows += each->row_count.value_or(0);
  }
  std::string comment = Counted(static_cast<int64_t>(table.logical.columns.size()), "column") + ", " + Rows(rows) +
                        " on " + Counted(shards, "shard");
  const size_t variants = table.logical.variants.size();
  if (variants > 1) comment += "; " + std::to_string(variants) + " variants of its schema";
  return comment;
}

class Discoverer {
 public:
  Discoverer(FleetSpec fleet, const Clients &clients, const std::vector<ShardSchema> &schemas, const CallOptions &call)
      : fleet_(std::move(fleet)), clients_(clients), schemas_(schemas), call_(call), by_name_(TablesByName(schemas)) {
    if (by_name_.empty()) throw FleetError("no shard has a table");
    for (const auto &[name, tables] : by_name_) tables_.push_back(Understand(tables, fleet_.shards));
  }

  Discovery Run() {
    LayAllSlices();
    FindLookups();
    DescribeTables();
    DescribeShards();
    DescribeFleet();
    std::stable_sort(fleet_.shards.begin(), fleet_.shards.end(), [](const ShardSpec &a, const ShardSpec &b) {
      return a.slice.from != b.slice.from ? a.slice.from < b.slice.from : a.slice.until < b.slice.until;
    });
    return {std::move(fleet_), std::move(comments_)};
  }

 private:
  void LayAllSlices() {
    extents_.resize(fleet_.shards.size());
    for (size_t shard = 0; shard < extents_.size(); ++shard) {
      for (const DiscoveredTable &table : tables_) extents_[shard] = Widest(extents_[shard], table.ExtentOn(shard));
    }
    layout_ = LaySlices(extents_, now_);
    for (size_t shard = 0; shard < extents_.size(); ++shard) fleet_.shards[shard].slice = layout_.slices[shard];
    fleet_.overlap = layout_.overlap;
  }

  void FindLookups() {
    for (DiscoveredTable &table : tables_) {
      for (const DiscoveredTable &other : tables_) {
        if (const auto known = KnownLookup(table.logical, other.logical)) Propose(*known, table, other);
      }
    }
  }

  // Nobody promises anything here, so only what holds is proposed. Some exporters cut the look-up's times off to whole
  // seconds.
  void Propose(LookupSpec lookup, DiscoveredTable &table, const DiscoveredTable &other) {
    auto &comments = comments_.tables[table.logical.spec.name];
    const auto why_not = [&] { return WhyNotLookup(lookup, table, other); };
    std::string fault = why_not();
    if (!fault.empty() && !lookup.unit) {
      lookup.unit = TimeUnit::S;
      if (why_not().empty()) fault.clear();
    }
    if (!fault.empty()) return comments.push_back("no lookup in " + lookup.table + ": " + fault);
    table.logical.spec.lookup = lookup;
    comments.push_back("lookup is a promise that queries by " + lookup.key +
                       " rely on: it holds now, and shardite check verifies it again");
  }

  std::string WhyNotLookup(const LookupSpec &lookup, const DiscoveredTable &table, const DiscoveredTable &other) const {
    LogicalTable promising = table.logical;
    promising.spec.lookup = lookup;
    try {
      std::vector<LookupShard> shards;
      for (size_t shard = 0; shard < clients_.size(); ++shard) {
        shards.push_back(LookupShardOf(*clients_[shard], schemas_[shard].tables, shard, promising, other.logical));
      }
      const auto columns = ResolveLookup(promising, other.logical, "fleet");
      const auto all = CheckLookup(promising, columns, shards, call_);
      if (!all) throw FleetError(all.Error());
      for (const LookupFaults &faults : *all) {
        if (faults.outside > 0) return DescribeOutside(lookup, faults);
      }
    } catch (const FleetError &error) {
      return error.what();
    }
    return "";
  }

  void DescribeTables() {
    for (DiscoveredTable &table : tables_) {
      TableSpec &spec = table.logical.spec;
      auto &comments = comments_.tables[spec.name];
      comments.insert(comments.begin(), CommentOf(table));
      if (!table.note.empty()) comments.push_back(table.note);
      int64_t null_times = 0, lateness = 0;
      bool measured_on_attach = true;
      for (size_t shard = 0; shard < extents_.size(); ++shard) {
        const auto &shard_table = (*table.tables)[shard];
        if (!shard_table || !table.logical.time_column) continue;
        if (const auto extent = table.ExtentOn(shard)) {
          lateness = std::max(lateness, LatenessFor(*extent, layout_.slices[shard]));
        }
        measured_on_attach = measured_on_attach && shard_table->time_is_cheap;
        null_times += shard_table->null_times.value_or(0);
      }
      if (lateness != 0) {
        // Where attaching finds the late rows by itself, lateness would only make every query ask more shards.
        if (!measured_on_attach) spec.lateness = lateness;
        comments.push_back("some rows lie up to " + FormatDuration(lateness) + " outside their shard's slice: " +
                           (measured_on_attach ? "attaching finds them" : "lateness keeps them in sight"));
      }
      if (null_times != 0) comments.push_back(Rows(null_times) + " without a time: no time filter finds them");
      fleet_.tables.push_back(spec);
    }
  }

  void DescribeShards() {
    for (size_t shard = 0; shard < fleet_.shards.size(); ++shard) {
      auto &comments = comments_.shards[fleet_.shards[shard].id];
      std::string tables;
      int64_t rows = 0;
      for (const DiscoveredTable &table : tables_) {
        const auto &shard_table = (*table.tables)[shard];
        if (!shard_table) continue;
        rows += shard_table->row_count.value_or(0);
        tables += (tables.empty() ? ": " : ", ") + table.logical.spec.name + " " +
                  Grouped(shard_table->row_count.value_or(0));
      }
      comments.push_back(tables.empty() ? "no tables" : Rows(rows) + tables);
      if (extents_[shard]) {
        comments.push_back("times " + FormatTime(extents_[shard]->from) + " to " +
                           (extents_[shard]->IsBounded() ? FormatTime(extents_[shard]->until - 1) : "unknown"));
      } else {
        const bool has_time = std::any_of(tables_.begin(), tables_.end(), [&](const DiscoveredTable &table) {
          return table.logical.time_column && (*table.tables)[shard];
        });
        comments.push_back(std::string(has_time ? "no row has a time yet" : "it has no time column") +
                           ", so nothing bounds its slice");
      }
      if (layout_.growing == shard) {
        comments.push_back("its newest row was " + Age(std::max<int64_t>(0, now_ - extents_[shard]->until)) +
                           " old: taken as still growing, so it has no until");
      }
    }
  }

  void DescribeFleet() {
    comments_.top.push_back("Written by shardite discover at " + FormatTime(now_ - now_ % NANOSECONDS_PER_SECOND) +
                            "; yours to edit.");
    comments_.top.emplace_back("docs/fleet-file.md explains every key.");
    if (fleet_.overlap) {
      comments_.top.emplace_back("Slices overlap, or are not known everywhere: so overlap = true.");
    } else if (*layout_.unit != 0 && fleet_.shards.size() > 1) {
      comments_.top.push_back("Each shard holds one " + std::string(layout_.unit) + ".");
    }
  }

  FleetSpec fleet_;
  const Clients &clients_;
  const std::vector<ShardSchema> &schemas_;
  const CallOptions &call_;
  const std::map<std::string, TablesOfShards> by_name_;
  std::vector<DiscoveredTable> tables_;
  std::vector<std::optional<Slice>> extents_;
  NaturalSlices layout_;
  FleetComments comments_;
  const int64_t now_ = Now();
};

}  // namespace

Discovery DiscoverFleet(const std::vector<std::string> &sources, const DriverRegistry &drivers,
                        const DiscoverOptions &options) {
  FleetSpec fleet = FleetOf(sources, options);
  Clients clients;
  for (const ShardSpec &shard : fleet.shards) clients.push_back(drivers.Connect(shard, fleet));
  const auto schemas = AskShards(clients, options.call);
  return Discoverer(std::move(fleet), clients, schemas, options.call).Run();
}

}  // namespace shardite
