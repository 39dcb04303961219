#include "test/differential/random_fleet.hpp"

#include <algorithm>

#include "demo/random.hpp"
#include "fleet/slice.hpp"
#include "sqlite/value.hpp"

namespace shardite::test {
namespace {

constexpr int64_t SECOND = 1'000'000'000;

struct TimeForm {
  const char *unit;
  const char *type;
  int64_t tick;  // ns
  bool as_text;
};
constexpr TimeForm TIME_FORMS[] = {
    {"ns", "timestamp_ns", 1, false},       {"ns", "timestamp_ns", 1, false},   {"us", "timestamp", 1000, false},
    {"ms", "timestamp", 1'000'000, false},  {"s", "timestamp", SECOND, false},  {"s", "timestamptz", SECOND, false},
    {"iso8601", "timestamp", SECOND, true}, {"ms", "bigint", 1'000'000, false},
};

const char *const NAMES[] = {"a",      "b",     "kind", "order", "group",  "with space", "quo\"te", "it's",
                             "Grün",   "x.y",   "p[0]", "100%",  "select", "CamelCase",  "rowid_",  "value",
                             "_under", "null_", "t",    "count", "?1",     "$1"};

/// How the values of one column are drawn.
struct Profile {
  RandomColumn column;
  int range = 0;  // of integers: 0 digits, 1 hundreds, 2 millions, 3 the ends of int64
  uint64_t null_permille = 0;
  bool infinite = false;   // REAL: some are +-Inf
  bool nul_bytes = false;  // TEXT: some hold them
  bool nocase = false;
  size_t since_shard = 0;  // earlier shards lack the column
  size_t real_since = 0;   // REAL: declared INTEGER before this shard
};

class FleetMaker {
 public:
  explicit FleetMaker(uint64_t seed) : random_(Mix(seed)) {}

  RandomFleet Make() {
    form_ = TIME_FORMS[random_.Below(std::size(TIME_FORMS))];
    fleet_.tick = form_.tick;
    fleet_.zoned = std::string(form_.type) == "timestamptz";
    fleet_.definition.name = "fleet";
    overlap_ = random_.Chance(250);
    late_ = random_.Chance(400);
    strict_ = random_.Chance(200);
    MakeSlices();
    if (overlap_) fleet_.definition.toml += "overlap = true\n";
    const char *const tables[] = {random_.Chance(500) ? "events" : "Odd \"table", "other"};
    for (size_t i = 0; i < std::size(tables); ++i) MakeTable(tables[i], i == 0 ? 160 : 25);
    return std::move(fleet_);
  }

 private:
  void MakeSlices() {
    constexpr int64_t WIDTHS[] = {60 * SECOND, 3600 * SECOND, 86'400 * SECOND, 1000 * SECOND};
    constexpr int64_t STARTS[] = {1'767'225'600 * SECOND, -7200 * SECOND, 0, 951'696'000 * SECOND};
    const int64_t width = WIDTHS[random_.Below(std::size(WIDTHS))];
    int64_t from = STARTS[random_.Below(std::size(STARTS))];
    fleet_.width = width;
    fleet_.from = from;
    const size_t count = 1 + random_.Below(6);
    for (size_t i = 0; i < count; ++i) {
      const int64_t until = from + width + (overlap_ && random_.Chance(500) ? width / 2 : 0);
      slices_.push_back({from, until});
      const bool open_from = i == 0 && random_.Chance(150), open_until = i + 1 == count && random_.Chance(300);
      fleet_.definition.shards.push_back(
          {"s" + std::to_string(i), open_from ? "" : FormatTime(from), open_until ? "" : FormatTime(until), "", ""});
      empty_.push_back(random_.Chance(100));
      from += width;
      if (random_.Chance(100)) from += width;  // a gap
    }
    fleet_.until = slices_.back().until;
  }

  void MakeTable(const std::string &name, uint64_t most_rows) {
    fleet_.definition.toml += "[tables.\"" + (name == "Odd \"table" ? "Odd \\\"table" : name) +
                              "\"]\ntime = \"ts\"\nunit = \"" + form_.unit + "\"\ntype = \"" + form_.type + "\"\n";
    if (late_) fleet_.definition.toml += "lateness = \"20s\"\n";
    const auto profiles = MakeProfiles();
    RandomTable table{name, {{"ts", std::string(form_.type) == "bigint" ? ValueType::INTEGER : ValueType::TIME}}};
    for (const auto &profile : profiles) table.columns.push_back(profile.column);
    fleet_.tables.push_back(table);
    const bool indexed = random_.Chance(500);
    const size_t missing = name == "other" && random_.Chance(300) ? random_.Below(slices_.size()) : 0;
    for (size_t shard = 0; shard < slices_.size(); ++shard) {
      if (missing == shard && shard > 0) continue;  // this shard lacks the table
      auto &sql = fleet_.definition.shards[shard].sql;
      const auto order = ColumnOrder(profiles, shard);
      sql += CreateTable(name, order, shard);
      const uint64_t rows = empty_[shard] ? 0 : random_.Below(most_rows);
      for (uint64_t row = 0; row < rows; ++row) sql += Insert(name, order, shard);
      if (indexed) sql += "CREATE INDEX " + QuoteName("i_" + name) + " ON " + QuoteName(name) + " (ts);\n";
    }
  }

  std::vector<Profile> MakeProfiles() {
    std::vector<std::string> names(std::begin(NAMES), std::end(NAMES));
    std::vector<Profile> profiles;
    const size_t count = 4 + random_.Below(4);
    for (size_t i = 0; i < count; ++i) {
      Profile profile;
      const size_t pick = random_.Below(names.size());
      profile.column.name = names[pick];
      names.erase(names.begin() + static_cast<std::ptrdiff_t>(pick));
      constexpr ValueType TYPES[] = {ValueType::TEXT, ValueType::INTEGER, ValueType::REAL, ValueType::INTEGER,
                                     ValueType::TEXT, ValueType::BOOLEAN, ValueType::BLOB};
      // The first three are always there, so that every kind of expression finds a column.
      profile.column.type = TYPES[i < 3 ? i : random_.Below(std::size(TYPES))];
      if (strict_ && profile.column.type == ValueType::BOOLEAN) profile.column.type = ValueType::INTEGER;
      profile.range = static_cast<int>(random_.Below(10));
      profile.range = profile.range < 4 ? 0 : profile.range < 7 ? 1 : profile.range < 9 ? 2 : 3;
      profile.null_permille = random_.Chance(300) ? 0 : random_.Below(400);
      profile.infinite = random_.Chance(100);
      profile.nul_bytes = random_.Chance(80);
      profile.nocase = random_.Chance(150);
      if (slices_.size() > 1) {
        if (random_.Chance(200)) profile.since_shard = random_.Below(slices_.size());
        if (random_.Chance(200)) profile.real_since = random_.Below(slices_.size());
      }
      profiles.push_back(profile);
    }
    return profiles;
  }

  /// nullptr stands for the time column.
  std::vector<const Profile *> ColumnOrder(const std::vector<Profile> &profiles, size_t shard) {
    std::vector<const Profile *> order{nullptr};
    for (const auto &profile : profiles) {
      if (shard >= profile.since_shard) order.push_back(&profile);
    }
    if (random_.Chance(200)) std::swap(order.front(), order[random_.Below(order.size())]);
    return order;
  }

  std::string CreateTable(const std::string &name, const std::vector<const Profile *> &order, size_t shard) const {
    std::string columns;
    for (const Profile *profile : order) {
      columns += columns.empty() ? "" : ", ";
      columns += profile ? QuoteName(profile->column.name) + " " + DeclaredType(*profile, shard)
                         : std::string("ts ") + (form_.as_text ? "TEXT" : "INTEGER");
    }
    return "CREATE TABLE " + QuoteName(name) + " (" + columns + ")" + (strict_ ? " STRICT" : "") + ";\n";
  }

  static std::string DeclaredType(const Profile &profile, size_t shard) {
    switch (profile.column.type) {
      case ValueType::INTEGER: return "INTEGER";
      case ValueType::REAL: return shard < profile.real_since ? "INTEGER" : "REAL";
      case ValueType::TEXT: return profile.nocase ? "TEXT COLLATE NOCASE" : "TEXT";
      case ValueType::BOOLEAN: return "BOOLEAN";
      case ValueType::BLOB: return "BLOB";
      case ValueType::TIME: break;
    }
    return "INTEGER";
  }

  std::string Insert(const std::string &name, const std::vector<const Profile *> &order, size_t shard) {
    std::string values;
    for (const Profile *profile : order) {
      values += values.empty() ? "" : ", ";
      values += profile ? Value(*profile, shard) : Time(shard);
    }
    const std::string insert = "INSERT INTO " + QuoteName(name) + " VALUES (" + values + ");\n";
    return random_.Chance(30) ? insert + insert : insert;
  }

  std::string Time(size_t shard) {
    const auto &slice = slices_[shard];
    if (random_.Chance(15)) return "NULL";
    int64_t at = slice.from + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(slice.until - slice.from)));
    if (random_.Chance(100)) at = slice.from;
    if (random_.Chance(50)) at = slice.until - form_.tick;
    if (late_ && random_.Chance(60)) at = random_.Chance(500) ? slice.from - 15 * SECOND : slice.until + 15 * SECOND;
    at -= ((at % form_.tick) + form_.tick) % form_.tick;
    return form_.as_text ? "'" + FormatTime(at) + "'" : std::to_string(at / form_.tick);
  }

  std::string Value(const Profile &profile, size_t shard) {
    if (random_.Chance(profile.null_permille)) return "NULL";
    switch (profile.column.type) {
      case ValueType::INTEGER: return Integer(profile.range);
      case ValueType::REAL: return Real(profile, shard);
      case ValueType::TEXT:
        if (profile.nul_bytes && random_.Chance(100)) return "CAST(X'610062' AS TEXT)";
        return QuoteText(TextPool()[random_.Below(TextPool().size())]);
      case ValueType::BOOLEAN: return random_.Chance(500) ? "1" : "0";
      case ValueType::BLOB: {
        constexpr const char *BLOBS[] = {"X''", "X'00'", "X'FF00'", "X'616263'", "X'27'"};
        return BLOBS[random_.Below(std::size(BLOBS))];
      }
      case ValueType::TIME: break;
    }
    return "NULL";
  }

  std::string Integer(int range) {
    switch (range) {
      case 0: return std::to_string(random_.Between(0, 9));
      case 1: return std::to_string(random_.Between(-500, 500));
      case 2: return std::to_string(random_.Between(-1'000'000'000'000, 1'000'000'000'000));
      default: break;
    }
    constexpr const char *EDGES[] = {"9223372036854775807",
                                     "-9223372036854775807",
                                     "(-9223372036854775807 - 1)",
                                     "9007199254740993",
                                     "9007199254740992",
                                     "-9007199254740993",
                                     "4294967296",
                                     "0",
                                     "1"};
    return EDGES[random_.Below(std::size(EDGES))];
  }

  std::string Real(const Profile &profile, size_t shard) {
    if (shard < profile.real_since) return std::to_string(random_.Between(-100, 100));
    if (profile.infinite && random_.Chance(50)) return random_.Chance(500) ? "9e999" : "-9e999";
    return std::to_string(random_.Between(-4000, 4000)) + " / 8.0";
  }

  Random random_;
  RandomFleet fleet_;
  TimeForm form_{};
  bool overlap_ = false, late_ = false, strict_ = false;
  std::vector<Slice> slices_;
  std::vector<bool> empty_;
};

}  // namespace

RandomFleet MakeRandomFleet(uint64_t seed) { return FleetMaker(seed).Make(); }

const std::vector<std::string> &TextPool() {
  static const std::vector<std::string> POOL = {
      "alpha", "Alpha", "ALPHA", "beta",     "gamma", "svc-1", "svc-2", "svc-10", "",     " ",
      "a b",   "it's",  "100%",  "x_y",      "x\\y",  "é",     "É",     "é",      "😀",    "ß",
      "42",    "007",   "1e2",   " padded ", "NULL",  "true",  "-1.50", "a\"b",   "日本", "request"};
  return POOL;
}

}  // namespace shardite::test
