#include "test/differential/random_fleet.hpp"

#include <algorithm>
#include <set>

#include "demo/random.hpp"
#include "fleet/slice.hpp"
#include "sqlite/value.hpp"
#include "test/differential/random_values.hpp"

namespace shardite::test {
namespace {

constexpr int64_t SECOND = 1'000'000'000;

enum class StoredAs { NUMBER, SECONDS_AS_REAL, TEXT };

struct TimeForm {
  const char *unit;
  const char *type;
  int64_t tick;  // ns
  StoredAs stored = StoredAs::NUMBER;
};
constexpr TimeForm TIME_FORMS[] = {
    {"ns", "timestamp_ns", 1},
    {"ns", "timestamp_ns", 1},
    {"ns", "timestamp", 1},
    {"us", "timestamp", 1000},
    {"us", "timestamptz", 1000},
    {"ms", "timestamp", 1'000'000},
    {"ms", "timestamp_ns", 1'000'000},
    {"s", "timestamp", SECOND},
    {"s", "timestamptz", SECOND},
    {"s", "timestamp", SECOND / 8, StoredAs::SECONDS_AS_REAL},
    {"iso8601", "timestamp", SECOND, StoredAs::TEXT},
    {"iso8601", "timestamp", SECOND / 1000, StoredAs::TEXT},
    {"ms", "bigint", 1'000'000},
    {"ns", "bigint", 1},
};

const char *const NAMES[] = {"a",      "b",     "kind", "order", "group",  "with space", "quo\"te", "it's",
                             "Grün",   "x.y",   "p[0]", "100%",  "select", "CamelCase",  "rowid_",  "value",
                             "_under", "null_", "t",    "count", "?1",     "$1",         "rowid",   "oid",
                             "c0",     "w0",    "desc", "true",  "a b",    ":x"};

std::string TomlText(const std::string &text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted + "\"";
}

std::string Shouted(std::string name) {
  for (char &c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

class FleetMaker {
 public:
  FleetMaker(uint64_t seed, size_t most_shards) : random_(Mix(seed)), most_shards_(most_shards) {}

  RandomFleet Make() {
    form_ = TIME_FORMS[random_.Below(std::size(TIME_FORMS))];
    fleet_.tick = form_.tick;
    fleet_.zoned = std::string(form_.type) == "timestamptz";
    fleet_.shown_tick = std::string(form_.type) == "bigint" ? form_.tick : 0;
    fleet_.time_name = random_.Chance(700) ? "ts" : random_.Chance(500) ? "Timestamp" : "the \"time\"";
    overlap_ = random_.Chance(250);
    late_ = random_.Chance(400);
    strict_ = random_.Chance(250);
    has_strays_ = !strict_ && random_.Chance(60);
    has_spaces_ = random_.Chance(300);
    fleet_.few_threads = random_.Chance(800);
    MakeSlices();
    if (overlap_) fleet_.options += "overlap = true\n";
    fleet_.time_options = std::string("unit = \"") + form_.unit + "\"\ntype = \"" + form_.type + "\"\n";
    if (late_) fleet_.time_options += "lateness = \"20s\"\n";
    MakeTable(random_.Chance(500) ? "events" : "Odd \"table", MostRows());
    MakeTable("other", 25);
    MakeLocalTable();
    return std::move(fleet_);
  }

 private:
  uint64_t MostRows() {
    if (slices_.size() > 10) return 6;
    return random_.Chance(100) ? 200 : random_.Chance(300) ? 8 : 50;
  }

  size_t ShardCount() {
    if (random_.Chance(100)) return 1;
    if (random_.Chance(40)) return std::min<size_t>(50, most_shards_);
    return 1 + random_.Below(6);
  }

  void MakeSlices() {
    constexpr int64_t WIDTHS[] = {60 * SECOND, 3600 * SECOND, 86'400 * SECOND, 1000 * SECOND};
    constexpr int64_t STARTS[] = {1'767'225'600 * SECOND, -7200 * SECOND, 0, 951'696'000 * SECOND};
    const int64_t width = WIDTHS[random_.Below(std::size(WIDTHS))];
    int64_t from = STARTS[random_.Below(std::size(STARTS))];
    fleet_.width = width;
    fleet_.from = from;
    const size_t count = ShardCount();
    for (size_t i = 0; i < count; ++i) {
      const int64_t until = from + width + (overlap_ && random_.Chance(500) ? width / 2 : 0);
      slices_.push_back({from, until});
      const bool open_from = i == 0 && random_.Chance(150), open_until = i + 1 == count && random_.Chance(300);
      fleet_.shards.push_back(
          {"s" + std::to_string(i), open_from ? "" : FormatTime(from), open_until ? "" : FormatTime(until), {}});
      empty_.push_back(random_.Chance(100));
      from += width;
      if (random_.Chance(100)) from += width;  // a gap
    }
    fleet_.until = slices_.back().until;
  }

  void MakeTable(const std::string &name, uint64_t most_rows) {
    const auto profiles = MakeProfiles();
    RandomTable table{name, {{fleet_.time_name, fleet_.shown_tick > 0 ? ValueType::INTEGER : ValueType::TIME}}, ""};
    for (const auto &profile : profiles) table.columns.push_back(profile.column);
    fleet_.tables.push_back(table);
    has_index_ = random_.Chance(500);
    has_key_index_ = !has_strays_ && random_.Chance(300);  // a stray value in its column may be passed over
    key_ = random_.Chance(600) ? Key::NONE : random_.Chance(600) ? Key::ROWID : Key::WITHOUT_ROWID;
    is_view_ = key_ == Key::NONE && random_.Chance(60);
    const bool hides_rowid =
        std::any_of(profiles.begin(), profiles.end(), [](const auto &p) { return p.column.name == "rowid"; });
    next_id_ = random_.Between(-50, 50);
    id_step_ = random_.Chance(800) ? 1 : int64_t{1} << 40;
    const bool few_rowids = !hides_rowid && (key_ == Key::NONE || (key_ == Key::ROWID && id_step_ == 1));
    is_measured_ = !is_view_ && (has_index_ || few_rowids);
    std::set<std::string> present;  // columns that some shard has
    const size_t missing = name == "other" && random_.Chance(300) ? random_.Below(slices_.size()) : 0;
    for (size_t shard = 0; shard < slices_.size(); ++shard) {
      if (missing == shard && shard > 0) continue;  // this shard lacks the table
      fleet_.shards[shard].tables.push_back(Store(profiles, shard, empty_[shard] ? 0 : random_.Below(most_rows + 1)));
      for (const auto &profile : profiles) present.insert(profile.IsIn(shard) ? profile.column.name : "");
    }
    for (const auto &profile : profiles) {
      const bool blob = is_view_ && profile.column.type == ValueType::BLOB;  // of views it must be said
      const std::string shown_as = blob ? "BLOB" : profile.shown_as;
      if (shown_as.empty() || !present.count(profile.column.name)) continue;
      auto &all = fleet_.tables.back().shown_as;
      all += (all.empty() ? "" : ", ") + TomlText(profile.column.name) + " = \"" + shown_as + "\"";
    }
  }

  /// The unique column first.
  std::vector<ColumnProfile> MakeProfiles() {
    std::vector<std::string> names(std::begin(NAMES), std::end(NAMES));
    std::vector<ColumnProfile> profiles(1);
    profiles[0].column = {"id", ValueType::INTEGER, false, true};
    // The first three are always there, so that every kind of expression finds a column.
    constexpr ValueType TYPES[] = {ValueType::TEXT, ValueType::INTEGER, ValueType::REAL, ValueType::INTEGER,
                                   ValueType::TEXT, ValueType::BOOLEAN, ValueType::BLOB, ValueType::JSON,
                                   ValueType::JSON, ValueType::LOOSE};
    const size_t count = 4 + random_.Below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t pick = random_.Below(names.size());
      auto type = TYPES[i < 3 ? i : random_.Below(std::size(TYPES))];
      if (strict_ && type == ValueType::BOOLEAN) type = ValueType::INTEGER;
      profiles.push_back(MakeProfile(random_, names[pick], type, slices_.size()));
      names.erase(names.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    return profiles;
  }

  StoredTable Store(const std::vector<ColumnProfile> &profiles, size_t shard, uint64_t rows) {
    StoredTable stored;
    stored.table = fleet_.tables.size() - 1;
    stored.has_index = has_index_ && !is_view_;
    stored.has_key_index = has_key_index_ && !is_view_;
    stored.is_view = is_view_;
    if (strict_) stored.options = " STRICT";
    if (key_ == Key::WITHOUT_ROWID) stored.options += strict_ ? ", WITHOUT ROWID" : " WITHOUT ROWID";
    std::vector<const ColumnProfile *> order{nullptr};  // the time column
    for (const auto &profile : profiles) {
      if (profile.IsIn(shard)) order.push_back(&profile);
    }
    if (random_.Chance(200)) std::swap(order.front(), order[random_.Below(order.size())]);
    for (const auto *profile : order) {
      const auto &name = profile ? profile->column.name : fleet_.time_name;
      stored.columns.push_back(QuoteName(profile && profile->shouted_in == shard ? Shouted(name) : name));
      stored.declared.push_back(!profile ? TimeDeclared() : DeclaredType(*profile, shard, strict_));
      if (profile == &profiles[0] && key_ != Key::NONE) stored.declared.back() += " PRIMARY KEY";
    }
    for (uint64_t row = 0; row < rows; ++row) {
      stored.rows.emplace_back();
      for (const auto *profile : order) {
        stored.rows.back().push_back(!profile                  ? Time(shard)
                                     : profile == &profiles[0] ? NextId()
                                                               : Value(*profile, shard));
      }
      if (key_ == Key::NONE && random_.Chance(30)) stored.rows.push_back(stored.rows.back());
    }
    return stored;
  }

  std::string Value(const ColumnProfile &profile, size_t shard) {
    const bool stray = has_strays_ && shard >= profile.narrow_until && random_.Chance(15);
    if (stray) has_strays_ = false;  // one
    return stray ? DrawStray(random_, profile.column.type) : DrawValue(random_, profile, shard);
  }

  /// Ids have gaps, and grow with the rows or do not.
  std::string NextId() {
    next_id_ += 1 + static_cast<int64_t>(random_.Below(3));
    return std::to_string((next_id_ % 2 ? next_id_ : -next_id_) * id_step_);
  }

  const char *TimeDeclared() const {
    switch (form_.stored) {
      case StoredAs::NUMBER: return " INTEGER";
      case StoredAs::SECONDS_AS_REAL: return " REAL";
      case StoredAs::TEXT: return " TEXT";
    }
    return "";
  }

  std::string Time(size_t shard) {
    const auto &slice = slices_[shard];
    if (random_.Chance(15)) return "NULL";
    int64_t at = slice.from + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(slice.until - slice.from)));
    if (random_.Chance(100)) at = slice.from;
    if (random_.Chance(50)) at = slice.until - form_.tick;
    if (late_ && random_.Chance(60)) at = random_.Chance(500) ? slice.from - 15 * SECOND : slice.until + 15 * SECOND;
    if (late_ && is_measured_ && random_.Chance(20)) at -= 3 * fleet_.width;  // far outside
    at -= ((at % form_.tick) + form_.tick) % form_.tick;
    switch (form_.stored) {
      case StoredAs::NUMBER: return std::to_string(at / form_.tick);
      case StoredAs::SECONDS_AS_REAL: return std::to_string(at / form_.tick) + " / 8.0";
      case StoredAs::TEXT: break;
    }
    std::string text = FormatTime(at);
    if (has_spaces_) text[10] = ' ';
    if (random_.Chance(200)) text.pop_back();  // Z
    return "'" + text + "'";
  }

  /// What queries join the fleet with: memory.main.keys (txt, num, moment).
  void MakeLocalTable() {
    std::string rows;
    for (uint64_t i = 0, count = random_.Below(12); i < count; ++i) {
      const int64_t at =
          fleet_.from + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(fleet_.until - fleet_.from)));
      rows += (rows.empty() ? "(" : ", (") + QuoteText(TextPool()[random_.Below(TextPool().size())]) + ", " +
              (random_.Chance(100) ? "NULL" : std::to_string(random_.Between(-1, 12))) + ", TIMESTAMP '" +
              FormatTime(at).substr(0, 19) + "')";
    }
    fleet_.local_tables = {"CREATE TABLE memory.main.keys (txt VARCHAR, num BIGINT, moment TIMESTAMP)"};
    if (!rows.empty()) fleet_.local_tables.push_back("INSERT INTO memory.main.keys VALUES " + rows);
  }

  enum class Key { NONE, ROWID, WITHOUT_ROWID };

  Random random_;
  size_t most_shards_;
  RandomFleet fleet_;
  TimeForm form_{};
  bool overlap_ = false, late_ = false, strict_ = false;
  bool has_strays_ = false;  // one is still to come
  bool has_spaces_ = false;  // times as text: one spelling, as docs/fleet-file.md asks
  std::vector<Slice> slices_;
  std::vector<bool> empty_;
  // Of the table being made:
  Key key_ = Key::NONE;
  bool has_index_ = false, has_key_index_ = false, is_view_ = false;
  bool is_measured_ = false;  // attaching finds rows outside of the slice
  int64_t next_id_ = 0, id_step_ = 1;
};

std::string SqlOf(const RandomFleet &fleet, const StoredTable &stored) {
  const std::string &table = fleet.tables[stored.table].name;
  const std::string name = QuoteName(stored.is_view ? "rows of " + table : table);
  std::string columns, sql;
  for (size_t i = 0; i < stored.columns.size(); ++i)
    columns += (i ? ", " : "") + stored.columns[i] + stored.declared[i];
  sql = "CREATE TABLE " + name + " (" + columns + ")" + stored.options + ";\n";
  for (const auto &row : stored.rows) {
    std::string values;
    for (const auto &value : row) values += (values.empty() ? "" : ", ") + value;
    sql += "INSERT INTO " + name + " VALUES (" + values + ");\n";
  }
  if (stored.is_view) sql += "CREATE VIEW " + QuoteName(table) + " AS SELECT * FROM " + name + ";\n";
  if (stored.has_index)
    sql += "CREATE INDEX " + QuoteName("i_" + table) + " ON " + name + " (" + QuoteName(fleet.time_name) + ");\n";
  for (size_t i = 0; stored.has_key_index && i < stored.columns.size(); ++i) {
    if (stored.declared[i].rfind(" TEXT", 0) != 0 || stored.columns[i] == QuoteName(fleet.time_name)) continue;
    sql += "CREATE INDEX " + QuoteName("k_" + table) + " ON " + name + " (" + stored.columns[i] + ", " +
           QuoteName(fleet.time_name) + ");\n";
    break;
  }
  return sql;
}

}  // namespace

FleetDefinition RandomFleet::Definition() const {
  FleetDefinition definition;
  definition.name = "fleet";
  definition.toml = options;
  for (const auto &table : tables) {
    definition.toml += "[tables." + TomlText(table.name) + "]\ntime = " + TomlText(time_name) + "\n" + time_options;
    if (!table.shown_as.empty()) definition.toml += "columns = { " + table.shown_as + " }\n";
  }
  for (const auto &shard : shards) {
    std::string sql;
    for (const auto &stored : shard.tables) sql += SqlOf(*this, stored);
    definition.shards.push_back({shard.id, shard.from, shard.until, sql, ""});
  }
  return definition;
}

RandomFleet RandomFleet::WithProperValues(size_t choice) const {
  RandomFleet proper = *this;
  for (auto &shard : proper.shards) {
    for (auto &stored : shard.tables) {
      for (auto &row : stored.rows) {
        for (auto &literal : row) {
          if (const char *value = ProperValue(literal, choice)) literal = value;
        }
      }
    }
  }
  return proper;
}

bool RandomFleet::HasStrays() const { return WithProperValues(0).Definition().ToText() != Definition().ToText(); }

RandomFleet MakeRandomFleet(uint64_t seed, size_t most_shards) { return FleetMaker(seed, most_shards).Make(); }

}  // namespace shardite::test
