#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

constexpr std::pair<const char *, TimeUnit> UNITS[] = {{"ns", TimeUnit::NS},
                                                       {"us", TimeUnit::US},
                                                       {"ms", TimeUnit::MS},
                                                       {"s", TimeUnit::S},
                                                       {"iso8601", TimeUnit::ISO8601}};
constexpr std::pair<const char *, TimeType> TYPES[] = {{"timestamp_ns", TimeType::TIMESTAMP_NS},
                                                       {"timestamp", TimeType::TIMESTAMP},
                                                       {"timestamptz", TimeType::TIMESTAMPTZ},
                                                       {"bigint", TimeType::BIGINT}};

// One of the names, or an error that lists them.
template <class Choices, class Value>
bool ReadChoice(const TomlSection &section, const std::string &key, const Choices &choices, Value &value) {
  const auto text = section.Text(key);
  if (!text) return false;
  std::string all;
  for (const auto &[name, choice] : choices) {
    if (*text == name) {
      value = choice;
      return true;
    }
    all += std::string(all.empty() ? "" : ", ") + name;
  }
  section.Fail(key, "\"" + key + "\" is \"" + *text + "\" but must be one of " + all);
}

void ReadColumnTypes(const TomlSection &section, TableSpec &table) {
  const auto columns = section.Section("columns");
  if (!columns) return;
  for (const std::string &column : columns->Keys()) table.columns[column] = *columns->Text(column);
}

std::optional<LookupSpec> ReadLookup(const TomlSection &table) {
  const auto section = table.Section("lookup");
  if (!section) return std::nullopt;
  section->CheckKeys({"table", "key", "first", "last", "unit"});
  LookupSpec lookup;
  lookup.line = table.LineOf("lookup");
  for (const auto &[key, name] : {std::pair{"table", &lookup.table}, std::pair{"key", &lookup.key},
                                  std::pair{"first", &lookup.first}, std::pair{"last", &lookup.last}}) {
    const auto text = section->Text(key);
    if (!text) table.Fail("lookup", "\"lookup\" needs the key \"" + std::string(key) + "\"");
    *name = *text;
  }
  TimeUnit unit = TimeUnit::NS;
  if (ReadChoice(*section, "unit", UNITS, unit)) lookup.unit = unit;
  return lookup;
}

TableSpec ReadTable(const TomlSection &section, const std::string &name) {
  section.CheckKeys({"time", "unit", "type", "lateness", "columns", "lookup"});
  TableSpec table;
  table.name = name;
  table.line = section.Line();
  table.time = section.Text("time").value_or("");
  table.unit_given = ReadChoice(section, "unit", UNITS, table.unit);
  table.type_given = ReadChoice(section, "type", TYPES, table.type);
  table.lateness = section.Duration("lateness").value_or(0);
  for (const char *key : {"unit", "type", "lateness", "lookup"}) {
    if (table.time.empty() && section.Has(key)) {
      section.Fail(key, "\"" + std::string(key) + "\" is about the time column: name it with \"time\"");
    }
  }
  if (!table.type_given && table.unit != TimeUnit::NS) table.type = TimeType::TIMESTAMP;
  if (table.unit == TimeUnit::ISO8601 && table.type == TimeType::BIGINT) {
    section.Fail("type", "\"type\" cannot be bigint where \"unit\" is iso8601: text is no number");
  }
  ReadColumnTypes(section, table);
  table.lookup = ReadLookup(section);
  return table;
}

// Only tables that the file names can be asked.
void CheckLookup(const TomlSection &section, const TableSpec &table, const std::vector<TableSpec> &tables) {
  const std::string &wanted = table.lookup->table;
  if (LowerName(wanted) == LowerName(table.name)) {
    section.Fail("lookup", "\"lookup\" names the table \"" + table.name + "\" itself");
  }
  std::vector<std::string> names;
  for (const TableSpec &other : tables) {
    if (LowerName(other.name) == LowerName(wanted)) return;
    if (other.name != table.name) names.push_back(other.name);
  }
  const std::string meant = DidYouMean(wanted, names);
  section.Fail("lookup", "\"lookup\" names the table \"" + wanted + "\", which is not among the file's tables" +
                             (meant.empty() ? ": add a section for it" : meant));
}

void ReadTables(const TomlSection &root, FleetSpec &fleet) {
  const auto tables = root.Section("tables");
  if (!tables) return;
  std::map<std::string, std::string> seen;  // SQLite's names ignore case
  for (const std::string &name : tables->Keys()) {
    if (name.empty() || name.find('\0') != std::string::npos) tables->Fail(name, "a table needs a name without NUL");
    const auto [other, fresh] = seen.emplace(LowerName(name), name);
    if (!fresh) {
      tables->Fail(name, "tables \"" + other->second + "\" and \"" + name + "\" are the same to SQLite");
    }
    fleet.tables.push_back(ReadTable(*tables->Section(name), name));
  }
  for (const TableSpec &table : fleet.tables) {
    if (table.lookup) CheckLookup(*tables->Section(table.name), table, fleet.tables);
  }
}

bool ServesHost(const ShardUrl &url, const std::string &server) {
  const std::string with_port = url.host + ":" + std::to_string(url.port);
  if (url.host.empty()) return false;
  return server == url.host || server == with_port || (url.port == 0 && server.rfind(url.host + ":", 0) == 0);
}

bool IsKnownServer(const FleetSpec &fleet, const std::string &server) {
  for (const ShardSpec &shard : fleet.shards) {
    if (ServesHost(shard.url, server)) return true;
    for (const ShardUrl &replica : shard.replicas) {
      if (ServesHost(replica, server)) return true;
    }
  }
  return false;
}

ServerSettings ReadServer(const TomlSection &section, const std::string &base) {
  section.CheckKeys({"max_in_flight", "timeout", "ca"});
  ServerSettings settings;
  if (const auto ca = section.Text("ca")) settings.ca = BesideFleetFile(*ca, base);
  if (const auto most = section.Integer("max_in_flight")) {
    if (*most < 1 || *most > 1024) section.Fail("max_in_flight", "\"max_in_flight\" must be from 1 to 1024");
    settings.max_in_flight = static_cast<int>(*most);
  }
  if (const auto timeout = section.Duration("timeout")) {
    if (*timeout < 1'000'000) section.Fail("timeout", "\"timeout\" must be at least 1ms");
    settings.timeout_ms = *timeout / 1'000'000;
  }
  return settings;
}

void ReadServers(const TomlSection &root, const std::string &base, FleetSpec &fleet) {
  if (const auto all = root.Section("server")) fleet.servers[""] = ReadServer(*all, base);
  const auto servers = root.Section("servers");
  if (!servers) return;
  for (const std::string &name : servers->Keys()) {
    if (!IsKnownServer(fleet, LowerName(name))) {
      servers->Fail(
          name, "no shard lies on the server \"" + name + "\" (write host:port as in the urls; [server] is for all)");
    }
    const auto section = servers->Section(name);
    fleet.servers[LowerName(name)] = ReadServer(*section, base);
  }
}

void ReadName(const TomlSection &root, const std::string &path, FleetSpec &fleet) {
  fleet.name = root.Text("name").value_or(std::filesystem::path(path).stem().string());
  // DuckDB's own catalogs, and "main", which would be ambiguous with the schema.
  for (const char *taken : {"system", "temp", "memory", "main", "pg_catalog", "information_schema"}) {
    if (LowerName(fleet.name) == taken) {
      root.Fail("name",
                "the fleet cannot be called \"" + fleet.name + "\", a name of DuckDB's own: set another \"name\"");
    }
  }
  for (const char c : fleet.name) {
    if (static_cast<unsigned char>(c) < ' ') root.Fail("name", "\"name\" holds a control character");
  }
  if (fleet.name.empty()) root.Fail("name", "the fleet needs a \"name\"");
}

}  // namespace

const char *TimeUnitName(TimeUnit unit) {
  for (const auto &[name, value] : UNITS) {
    if (value == unit) return name;
  }
  return "";
}

int64_t NanosecondsPerUnit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::NS: return 1;
    case TimeUnit::US: return 1'000;
    case TimeUnit::MS: return 1'000'000;
    case TimeUnit::S: return 1'000'000'000;
    case TimeUnit::ISO8601: break;
  }
  return 0;
}

const char *TimeTypeName(TimeType type) {
  for (const auto &[name, value] : TYPES) {
    if (value == type) return name;
  }
  return "";
}

FleetSpec ParseFleetAt(const std::string &toml, const std::string &path, int64_t now) {
  const TomlSection root = TomlSection::Parse(toml, path);
  root.CheckKeys({"name", "overlap", "tables", "shards", "server", "servers"});
  FleetSpec fleet;
  fleet.path = path;
  ReadName(root, path, fleet);
  fleet.overlap = root.Flag("overlap").value_or(false);
  ReadTables(root, fleet);
  std::vector<ShardDraft> drafts;
  const std::string base = std::filesystem::path(path).parent_path().string();
  for (const TomlSection &section : root.Sections("shards")) ReadShards(section, base, now, drafts);
  if (drafts.empty()) root.Fail("shards", "the fleet has no shard: add a [[shards]] entry with its url");
  FinishShards(std::move(drafts), fleet);
  ReadServers(root, base, fleet);
  return fleet;
}

FleetSpec ParseFleet(const std::string &toml, const std::string &path) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return ParseFleetAt(toml, path, std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

FleetSpec LoadFleetFile(const std::string &path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw FleetError(path + ": no such file");
  if (std::filesystem::is_directory(path, error)) throw FleetError(path + ": is a directory, not a fleet file");
  // A pipe would not give its text a second time.
  if (!std::filesystem::is_regular_file(path, error)) throw FleetError(path + ": is not a regular file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw FleetError(path + ": cannot be opened");
  const std::string toml{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) throw FleetError(path + ": cannot be read");
  FleetSpec fleet = ParseFleet(toml, path);
  fleet.state_path = path + ".state";
  return fleet;
}

}  // namespace shardite
