#include "fleet/lookup.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

class Resolver {
 public:
  Resolver(const LogicalTable &table, const LogicalTable &lookup_table, const std::string &path)
      : table_(table), lookup_table_(lookup_table), spec_(*table.spec.lookup), path_(path) {}

  Lookup Run() const {
    Lookup lookup;
    lookup.key = Column(table_, spec_.key);
    lookup.lookup_key = Column(lookup_table_, spec_.key);
    lookup.first = Column(lookup_table_, spec_.first);
    lookup.last = Column(lookup_table_, spec_.last);
    lookup.unit = spec_.unit.value_or(table_.spec.unit);
    const auto here = table_.columns[lookup.key].kind;
    const auto there = lookup_table_.columns[lookup.lookup_key].kind;
    if (here != there) {
      Fail("\"" + spec_.key + "\" is " + ColumnKindName(here) + " in \"" + table_.spec.name + "\" and " +
           ColumnKindName(there) + " in \"" + lookup_table_.spec.name + "\"");
    }
    for (const auto column : {lookup.first, lookup.last}) CheckUnit(lookup_table_.columns[column], lookup.unit);
    return lookup;
  }

 private:
  [[noreturn]] void Fail(const std::string &message) const {
    throw FleetError(path_ + ":" + std::to_string(spec_.line) + ": \"lookup\": " + message);
  }

  size_t Column(const LogicalTable &table, const std::string &name) const {
    std::vector<std::string> names;
    for (size_t column = 0; column < table.columns.size(); ++column) {
      if (LowerName(table.columns[column].name) == LowerName(name)) return column;
      names.push_back(table.columns[column].name);
    }
    Fail("table \"" + table.spec.name + "\" has no column \"" + name + "\"" + DidYouMean(name, names));
  }

  void CheckUnit(const TableColumn &column, TimeUnit unit) const {
    const bool text = column.kind == ColumnKind::TEXT;
    const bool number = column.kind == ColumnKind::INTEGER || column.kind == ColumnKind::REAL;
    if (unit == TimeUnit::ISO8601 ? text : number) return;
    Fail("\"" + column.name + "\" is " + ColumnKindName(column.kind) + ", which holds no time in the unit " +
         TimeUnitName(unit) + (text || number ? ": give the look-up its own \"unit\"" : ""));
  }

  const LogicalTable &table_;
  const LogicalTable &lookup_table_;
  const LookupSpec &spec_;
  const std::string &path_;
};

// From the instant to the end of its unit.
std::optional<Slice> InstantsOf(const SqliteValue &value, TimeUnit unit) {
  const auto instant = StoredTimeToNanoseconds(value, unit);
  if (!instant) return std::nullopt;
  if (std::holds_alternative<double>(value)) {
    constexpr int64_t PRECISION = 1'000'000;  // a double of seconds since 1970 is good to less
    return Slice{SaturatedAdd(*instant, -PRECISION), SaturatedAdd(*instant, PRECISION)};
  }
  const int64_t length = unit == TimeUnit::ISO8601 ? NANOSECONDS_PER_SECOND : NanosecondsPerUnit(unit);
  return Slice{*instant, SaturatedAdd(*instant, length)};
}

}  // namespace

Lookup ResolveLookup(const LogicalTable &table, const LogicalTable &lookup_table, const std::string &path) {
  return Resolver(table, lookup_table, path).Run();
}

std::optional<Slice> LookupWindow(const SqliteValue &first, const SqliteValue &last, TimeUnit unit) {
  const auto from = InstantsOf(first, unit);
  const auto until = InstantsOf(last, unit);
  if (!from || !until || from->from > until->from) return std::nullopt;
  return Slice{from->from, until->until};
}

}  // namespace shardite
