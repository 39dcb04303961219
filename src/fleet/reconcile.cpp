#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/introspection.hpp"
#include "fleet/opentelemetry.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

using ShardTables = std::vector<std::optional<ShardTable>>;

// Tables of equal structure, with the newest shard that has it.
struct Structure {
  const ShardTable *table = nullptr;
  size_t newest = 0;
  std::vector<size_t> shards;
};

// All that a variant depends on, as one key: comparing text is cheaper than comparing 100,000 tables pairwise.
std::string StructureKey(const ShardTable &table) {
  std::string key = {table.is_view ? 'v' : '-', table.strict ? 's' : '-', table.has_rowid ? 'r' : '-',
                     table.binary_collation ? 'b' : '-'};
  for (const ShardColumn &column : table.columns) {
    key +=
        column.name + '\x01' + column.declared_type + '\x02' + static_cast<char>('0' + static_cast<int>(column.kind));
    if (column.certified) key += '\x06';
  }
  for (const ShardIndex &index : table.indexes) {
    key += index.partial ? '\x03' : '\x04';
    for (const std::string &column : index.columns) key += column + '\x05';
  }
  return key;
}

bool IsNewer(const Slice &a, const Slice &b) { return a.until != b.until ? a.until > b.until : a.from > b.from; }

// Newest first; among equal slices the later in the fleet counts as newer.
std::vector<Structure> DistinctStructures(const std::vector<ShardSpec> &shards, const ShardTables &tables) {
  std::map<std::string, Structure> by_key;
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i]) continue;
    Structure &structure = by_key[StructureKey(*tables[i])];
    if (!structure.table || !IsNewer(shards[structure.newest].slice, shards[i].slice)) structure.newest = i;
    if (!structure.table) structure.table = &*tables[i];
    structure.shards.push_back(i);
  }
  std::vector<Structure> structures;
  structures.reserve(by_key.size());
  for (auto &[key, structure] : by_key) structures.push_back(std::move(structure));
  std::sort(structures.begin(), structures.end(), [&](const Structure &a, const Structure &b) {
    const Slice &slice_a = shards[a.newest].slice, &slice_b = shards[b.newest].slice;
    return slice_a == slice_b ? a.newest > b.newest : IsNewer(slice_a, slice_b);
  });
  return structures;
}

std::optional<ColumnKind> Widen(ColumnKind a, ColumnKind b) {
  const auto number = [](ColumnKind kind) {
    return kind == ColumnKind::BOOLEAN || kind == ColumnKind::INTEGER || kind == ColumnKind::REAL;
  };
  if (a == b) return a;
  if (a == ColumnKind::ANY || b == ColumnKind::ANY) return ColumnKind::ANY;
  if (!number(a) || !number(b)) return std::nullopt;
  return a == ColumnKind::REAL || b == ColumnKind::REAL ? ColumnKind::REAL : ColumnKind::INTEGER;
}

std::string InTable(const TableSpec &spec) { return "table \"" + spec.name + "\": "; }

const ShardColumn *FindColumn(const ShardTable &table, const std::string &name) {
  const std::string lower = LowerName(name);
  for (const ShardColumn &column : table.columns) {
    if (LowerName(column.name) == lower) return &column;
  }
  return nullptr;
}

// Unites columns by name: the newest shard's order, then what only older shards have.
class ColumnUnion {
 public:
  ColumnUnion(const TableSpec &spec, const std::vector<ShardSpec> &shards) : spec_(spec), shards_(shards) {}

  void Add(const Structure &structure) {
    for (const ShardColumn &column : structure.table->columns) {
      const auto [at, fresh] = position_.emplace(LowerName(column.name), columns_.size());
      if (fresh) {
        columns_.push_back({column.name, column.kind, ""});
        kind_from_.push_back({structure.newest, &column});
      } else {
        Merge(at->second, structure.newest, column);
      }
    }
  }

  std::vector<TableColumn> Take() { return std::move(columns_); }

 private:
  struct Origin {
    size_t shard;
    const ShardColumn *column;
  };

  void Merge(size_t position, size_t shard, const ShardColumn &column) {
    TableColumn &united = columns_[position];
    const auto wider = Widen(united.kind, column.kind);
    if (!wider) {
      const Origin &origin = kind_from_[position];
      throw FleetError(InTable(spec_) + "column \"" + united.name + "\" has type " + TypeOf(*origin.column) +
                       " on shard \"" + shards_[origin.shard].id + "\" but " + TypeOf(column) + " on shard \"" +
                       shards_[shard].id + "\": no type holds both without loss");
    }
    if (*wider != united.kind) kind_from_[position] = {shard, &column};
    united.kind = *wider;
  }

  static std::string TypeOf(const ShardColumn &column) {
    return column.declared_type.empty() ? "(none)" : column.declared_type;
  }

  const TableSpec &spec_;
  const std::vector<ShardSpec> &shards_;
  std::map<std::string, size_t> position_;
  std::vector<TableColumn> columns_;
  std::vector<Origin> kind_from_;
};

// A type that the fleet file gives may ask more of a column than its declaration says, or another way to read it.
void ShowAs(const std::string &type, TableColumn &column) {
  column.sql_type = type;
  const auto is = [name = LowerName(type)](std::initializer_list<const char *> names) {
    return std::any_of(names.begin(), names.end(), [&](const char *each) { return name == each; });
  };
  if (column.kind == ColumnKind::ANY && is({"blob"})) column.kind = ColumnKind::BLOB;
  if (column.kind == ColumnKind::INTEGER && is({"boolean", "bool"})) column.kind = ColumnKind::BOOLEAN;
  if (column.kind == ColumnKind::INTEGER && is({"double", "float8"})) column.kind = ColumnKind::REAL;
}

void SetTypes(LogicalTable &table) {
  std::vector<std::string> names;
  for (TableColumn &column : table.columns) {
    names.push_back(column.name);
    if (column.kind == ColumnKind::TEXT) column.sql_type = KnownListType(table.spec.name, column.name);
  }
  for (const auto &[name, type] : table.spec.columns) {
    const auto same = [&, lower = LowerName(name)](const TableColumn &each) { return LowerName(each.name) == lower; };
    const auto column = std::find_if(table.columns.begin(), table.columns.end(), same);
    if (column == table.columns.end()) {
      throw FleetError(InTable(table.spec) + "\"columns\" names \"" + name + "\", which no shard has" +
                       DidYouMean(name, names));
    }
    ShowAs(type, *column);
  }
}

std::vector<SqliteValue> MeasuredTimes(const ShardTable &table) {
  return {table.stored_min_time, table.stored_max_time, table.sample_time};
}

// Times near 1970 say nothing of their unit.
bool TellsUnit(const SqliteValue &value) {
  const auto *integer = std::get_if<int64_t>(&value);
  return integer && (*integer > 100'000'000 || *integer < -100'000'000);
}

// The unit that all shards' values suggest together; an error where two shards suggest different ones.
TimeUnit JudgeUnit(const LogicalTable &table, ColumnKind kind, const std::vector<ShardSpec> &shards,
                   const ShardTables &tables) {
  std::vector<SqliteValue> all;
  std::optional<std::pair<size_t, TimeUnit>> first;
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i]) continue;
    auto values = MeasuredTimes(*tables[i]);
    all.insert(all.end(), values.begin(), values.end());
    std::erase_if(values, [](const SqliteValue &value) { return !TellsUnit(value); });
    if (values.empty() || kind == ColumnKind::TEXT) continue;
    const TimeUnit unit = GuessTimeUnit(kind, values);
    if (!first) first = {i, unit};
    if (first->second != unit) {
      throw FleetError(InTable(table.spec) + "the times of \"" + table.spec.time + "\" look like " +
                       TimeUnitName(first->second) + " on shard \"" + shards[first->first].id + "\" but like " +
                       TimeUnitName(unit) + " on shard \"" + shards[i].id + "\": state the \"unit\" in the fleet file");
    }
  }
  return GuessTimeUnit(kind, all);
}

// Text that is no ISO 8601 time would never meet a filter, and silently so.
void CheckTimesReadable(const LogicalTable &table, const std::vector<ShardSpec> &shards, const ShardTables &tables) {
  if (table.spec.unit != TimeUnit::ISO8601) return;
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i] || std::holds_alternative<std::monostate>(tables[i]->sample_time)) continue;
    if (StoredTimeToNanoseconds(tables[i]->sample_time, table.spec.unit)) continue;
    throw FleetError(InTable(table.spec) + "the time column \"" + table.spec.time + "\" holds values on shard \"" +
                     shards[i].id + "\" that are no ISO 8601 times");
  }
}

// A column declared DATETIME or not at all may hold anything; the unit says what it must hold.
ColumnKind KindOfTime(ColumnKind kind, TimeUnit unit, const ShardTables &tables) {
  if (kind != ColumnKind::ANY) return kind;
  if (unit == TimeUnit::ISO8601) return ColumnKind::TEXT;
  for (const auto &table : tables) {
    if (!table) continue;
    for (const SqliteValue &value : MeasuredTimes(*table)) {
      if (std::holds_alternative<double>(value)) return ColumnKind::REAL;
    }
  }
  return ColumnKind::INTEGER;
}

void CheckTimePresent(const LogicalTable &table, const std::vector<ShardSpec> &shards,
                      const std::vector<Structure> &structures) {
  for (const Structure &structure : structures) {
    if (FindColumn(*structure.table, table.spec.time)) continue;
    std::vector<std::string> names;
    for (const ShardColumn &column : structure.table->columns) names.push_back(column.name);
    throw FleetError(InTable(table.spec) + "shard \"" + shards[structure.newest].id + "\" has no time column \"" +
                     table.spec.time + "\"" + DidYouMean(table.spec.time, names));
  }
}

void SetTimeColumn(LogicalTable &table, const std::vector<ShardSpec> &shards, const ShardTables &tables,
                   const std::vector<Structure> &structures) {
  TableSpec &spec = table.spec;
  if (spec.time.empty()) return;
  CheckTimePresent(table, shards, structures);
  size_t position = 0;
  while (LowerName(table.columns[position].name) != LowerName(spec.time)) ++position;
  TableColumn &column = table.columns[position];
  spec.time = column.name;
  table.time_column = position;
  if (!spec.unit_given) {
    spec.unit = JudgeUnit(table, column.kind, shards, tables);
    CheckTimesReadable(table, shards, tables);
  }
  if (!spec.type_given) spec.type = spec.unit == TimeUnit::NS ? TimeType::TIMESTAMP_NS : TimeType::TIMESTAMP;
  column.kind = KindOfTime(column.kind, spec.unit, tables);
  const bool text = column.kind == ColumnKind::TEXT;
  const bool number = column.kind == ColumnKind::INTEGER || column.kind == ColumnKind::REAL;
  if (spec.unit == TimeUnit::ISO8601 ? !text : !number) {
    throw FleetError(InTable(spec) + "the time column \"" + spec.time + "\" is " + ColumnKindName(column.kind) +
                     " and cannot hold times in the unit " + TimeUnitName(spec.unit));
  }
}

SchemaVariant MakeVariant(const LogicalTable &table, const ShardTable &shard_table) {
  SchemaVariant variant;
  std::map<std::string, const ShardColumn *> by_name;
  for (const ShardColumn &column : shard_table.columns) by_name.emplace(LowerName(column.name), &column);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const auto found = by_name.find(LowerName(table.columns[i].name));
    SchemaVariant::Source source;
    if (found != by_name.end()) {
      const ShardColumn &column = *found->second;
      const bool narrowed = table.time_column == i && column.kind == ColumnKind::ANY;
      // A wider logical type is another promise: 2^53 is no bound for INTEGER.
      const bool certified = !shard_table.strict && column.certified && column.kind == table.columns[i].kind;
      source = {true, column.name, narrowed ? table.columns[i].kind : column.kind, !narrowed && !shard_table.is_view,
                certified};
    }
    variant.sources.push_back(std::move(source));
  }
  variant.strict = shard_table.strict;
  variant.has_rowid = shard_table.has_rowid;
  variant.binary_collation = shard_table.binary_collation;
  variant.indexes = shard_table.indexes;
  return variant;
}

void SetVariants(LogicalTable &table, const std::vector<ShardSpec> &shards, const std::vector<Structure> &structures) {
  table.variant_of_shard.assign(shards.size(), LogicalTable::NO_VARIANT);
  for (const Structure &structure : structures) {
    SchemaVariant variant = MakeVariant(table, *structure.table);
    auto known = std::find(table.variants.begin(), table.variants.end(), variant);
    if (known == table.variants.end()) known = table.variants.insert(known, std::move(variant));
    const auto number = static_cast<size_t>(known - table.variants.begin());
    for (const size_t shard : structure.shards) table.variant_of_shard[shard] = number;
  }
  for (size_t i = 0; i < table.variants.size(); ++i) {  // grows by variants that certify nothing
    SchemaVariant plain = table.variants[i];
    for (auto &source : plain.sources) source.certified = false;
    const auto known = std::find(table.variants.begin(), table.variants.end(), plain);
    table.uncertified.push_back(static_cast<size_t>(known - table.variants.begin()));
    if (known == table.variants.end()) table.variants.push_back(std::move(plain));
  }
}

// Shards that share a database cannot tell their rows of a table without time apart: only one of them may give them.
void KeepOneShardPerDatabase(LogicalTable &table, const std::vector<ShardSpec> &shards) {
  if (table.time_column) return;
  std::map<std::string, size_t> first;
  for (size_t i = 0; i < shards.size(); ++i) {
    if (!shards[i].clamp || table.variant_of_shard[i] == LogicalTable::NO_VARIANT) continue;
    if (!first.emplace(DatabaseOf(shards[i].url), i).second) table.variant_of_shard[i] = LogicalTable::NO_VARIANT;
  }
}

}  // namespace

bool SchemaVariant::CertifiesAny() const {
  return std::any_of(sources.begin(), sources.end(), [](const Source &source) { return source.certified; });
}

bool SchemaVariant::BeginsAnIndex(size_t column) const {
  return std::any_of(indexes.begin(), indexes.end(), [&](const ShardIndex &index) {
    return !index.partial && !index.columns.empty() && sources[column].present &&
           index.columns.front() == sources[column].name;
  });
}

LogicalTable Reconcile(const TableSpec &spec, const std::vector<ShardSpec> &shards, const ShardTables &tables) {
  LogicalTable table;
  table.spec = spec;
  const auto structures = DistinctStructures(shards, tables);
  if (structures.empty()) throw FleetError(InTable(spec) + "no shard has it");
  ColumnUnion columns(spec, shards);
  for (const Structure &structure : structures) columns.Add(structure);
  table.columns = columns.Take();
  SetTypes(table);
  SetTimeColumn(table, shards, tables, structures);
  SetVariants(table, shards, structures);
  KeepOneShardPerDatabase(table, shards);
  return table;
}

}  // namespace shardite
