#include "test/differential/random_values.hpp"

#include "sqlite/value.hpp"

namespace shardite::test {
namespace {

const std::string &OneOf(Random &random, const std::vector<std::string> &pool) {
  return pool[random.Below(pool.size())];
}

std::string DrawInteger(Random &random, ColumnProfile::Range range) {
  static const std::vector<std::string> EDGES = {"9223372036854775807",
                                                 "-9223372036854775807",
                                                 "(-9223372036854775807 - 1)",
                                                 "9007199254740993",
                                                 "9007199254740992",
                                                 "9007199254740991",
                                                 "-9007199254740993",
                                                 "4294967296",
                                                 "4294967295",
                                                 "-4294967297",
                                                 "2147483648",
                                                 "0",
                                                 "-1"};
  switch (range) {
    case ColumnProfile::DIGITS: return std::to_string(random.Between(0, 9));
    case ColumnProfile::HUNDREDS: return std::to_string(random.Between(-500, 500));
    case ColumnProfile::BILLIONS: return std::to_string(random.Between(-1'000'000'000'000, 1'000'000'000'000));
    case ColumnProfile::EDGES_OF_INT64: break;
  }
  return OneOf(random, EDGES);
}

std::string DrawReal(Random &random, const ColumnProfile &profile, size_t shard) {
  if (shard < profile.narrow_until) return std::to_string(random.Between(-100, 100));
  if (profile.infinite && random.Chance(50)) return random.Chance(500) ? "9e999" : "-9e999";
  if (random.Chance(20)) return "-0.0";
  return std::to_string(random.Between(-4000, 4000)) + " / 8.0";
}

std::string DrawText(Random &random, const ColumnProfile &profile) {
  if (profile.nul_bytes && random.Chance(100)) return "CAST(X'610062' AS TEXT)";
  return QuoteText(OneOf(random, TextPool()));
}

std::string DrawBlob(Random &random) {
  static const std::vector<std::string> BLOBS = {"X''", "X'00'", "X'FF00'", "X'616263'", "X'27'", "X'C3A9'"};
  return OneOf(random, BLOBS);
}

/// Without a certain storage class, but no BLOB: SQL shows text. No text of a number: NUMERIC would make it one, and
/// '1e2' another text.
std::string DrawLoose(Random &random) {
  switch (random.Below(4)) {
    case 0: return std::to_string(random.Between(-5, 5));
    case 1: return std::to_string(random.Between(-40, 40)) + " / 8.0";
    default: return QuoteText(OneOf(random, TextPool()));
  }
}

std::string DrawJsonValue(Random &random, int depth) {
  static const std::vector<std::string> SCALARS = {"1",
                                                   "200",
                                                   "-7",
                                                   "1.5",
                                                   "1.50",
                                                   "1e2",
                                                   "true",
                                                   "false",
                                                   "null",
                                                   "\"a\"",
                                                   "\"GET\"",
                                                   "\"42\"",
                                                   "\"\"",
                                                   "\"é😀\"",
                                                   R"("q\"uote")",
                                                   R"("a\nb")",
                                                   "\"\\u00e9\"",
                                                   "9223372036854775807",
                                                   "9007199254740993",
                                                   "18446744073709551615",
                                                   "\"true\""};
  if (depth > 0 && random.Chance(150)) return "[" + DrawJsonValue(random, 0) + ", " + DrawJsonValue(random, 0) + "]";
  if (depth > 0 && random.Chance(150)) return R"({"a": )" + DrawJsonValue(random, 0) + R"(, "x.y": 2})";
  return OneOf(random, SCALARS);
}

std::string HexOf(char c) {
  constexpr const char *DIGITS = "0123456789abcdef";
  return {DIGITS[static_cast<unsigned char>(c) >> 4], DIGITS[c & 15]};
}

std::string DrawJson(Random &random, const ColumnProfile &profile) {
  if (profile.malformed && random.Chance(80)) {
    static const std::vector<std::string> BROKEN = {"{bad", "", "[1,", "{\"a\":}", "nul", "{\"a\":1}}"};
    return QuoteText(OneOf(random, BROKEN));
  }
  if (random.Chance(50)) {  // no number: a column declared JSON has SQLite's NUMERIC affinity
    static const std::vector<std::string> OTHERS = {"[1, \"b\"]",       "\"a\"", "true", "null", "[]", "{}",
                                                    "[[1], {\"a\": 2}]"};
    return QuoteText(OneOf(random, OTHERS));
  }
  std::string document;
  for (const auto &key : JsonKeyPool()) {
    if (!random.Chance(450)) continue;
    std::string spelled;
    for (const char c : key) {
      const bool escaped = c >= 'a' && random.Chance(10);
      spelled += escaped ? "\\u00" + HexOf(c) : c == '"' ? std::string("\\\"") : std::string(1, c);
    }
    for (int repeats = random.Chance(20) ? 2 : 1; repeats > 0; --repeats) {
      document += (document.empty() ? "\"" : ", \"") + spelled + "\": " + DrawJsonValue(random, 1);
    }
  }
  return QuoteText("{" + document + "}");
}

}  // namespace

ColumnProfile MakeProfile(Random &random, std::string name, ValueType type, size_t shards) {
  ColumnProfile profile;
  profile.column.name = std::move(name);
  profile.column.type = type;
  constexpr ColumnProfile::Range RANGES[] = {
      ColumnProfile::DIGITS,   ColumnProfile::DIGITS,   ColumnProfile::DIGITS,
      ColumnProfile::HUNDREDS, ColumnProfile::HUNDREDS, ColumnProfile::HUNDREDS,
      ColumnProfile::BILLIONS, ColumnProfile::BILLIONS, ColumnProfile::EDGES_OF_INT64};
  profile.range = RANGES[random.Below(std::size(RANGES))];
  profile.null_permille = random.Chance(300) ? 0 : random.Chance(50) ? 1000 : random.Below(400);
  profile.infinite = random.Chance(100);
  profile.nul_bytes = random.Chance(80);
  profile.malformed = random.Chance(150);
  profile.collation = random.Chance(150) ? " COLLATE NOCASE" : random.Chance(50) ? " COLLATE RTRIM" : "";
  profile.loose_type = OneOf(random, {" NUMERIC", "", " DECIMAL(10,2)"});
  profile.column.modest = (type == ValueType::INTEGER && profile.range <= ColumnProfile::HUNDREDS) ||
                          (type == ValueType::REAL && !profile.infinite);
  if (shards > 1) {
    if (random.Chance(150)) profile.since_shard = random.Below(shards);
    if (random.Chance(60)) profile.until_shard = 1 + random.Below(shards);
    if (random.Chance(200)) profile.narrow_until = random.Below(shards);
    if (random.Chance(50)) profile.shouted_in = random.Below(shards);
  }
  if (profile.since_shard >= profile.until_shard) profile.until_shard = SIZE_MAX;
  if (type == ValueType::JSON && random.Chance(300)) profile.shown_as = "JSON";
  if (type == ValueType::INTEGER && profile.column.modest && random.Chance(150)) {
    profile.shown_as = OneOf(random, {"INTEGER", "SMALLINT", "BIGINT", "INTEGER"});
  }
  if (!profile.shown_as.empty()) profile.narrow_until = 0, profile.malformed = false;
  return profile;
}

std::string DeclaredType(const ColumnProfile &profile, size_t shard, bool strict) {
  const bool narrow = shard < profile.narrow_until;
  switch (profile.column.type) {
    case ValueType::INTEGER: return narrow && !strict ? " BOOLEAN" : " INTEGER";
    case ValueType::REAL: return narrow ? " INTEGER" : " REAL";
    case ValueType::TEXT: return " TEXT" + profile.collation;
    case ValueType::BOOLEAN: return " BOOLEAN";
    case ValueType::BLOB: return " BLOB";
    case ValueType::JSON: return strict || profile.column.name.size() % 2 == 0 ? " TEXT" : " JSON";
    case ValueType::LOOSE: return strict ? " ANY" : profile.loose_type;
    case ValueType::TIME: break;
  }
  return " INTEGER";
}

std::string DrawValue(Random &random, const ColumnProfile &profile, size_t shard) {
  if (random.Chance(profile.null_permille)) return "NULL";
  switch (profile.column.type) {
    case ValueType::INTEGER:
      return shard < profile.narrow_until ? std::to_string(random.Below(2)) : DrawInteger(random, profile.range);
    case ValueType::REAL: return DrawReal(random, profile, shard);
    case ValueType::TEXT: return DrawText(random, profile);
    case ValueType::BOOLEAN: return random.Chance(500) ? "1" : "0";
    case ValueType::BLOB: return DrawBlob(random);
    case ValueType::JSON: return DrawJson(random, profile);
    case ValueType::LOOSE: return DrawLoose(random);
    case ValueType::TIME: break;
  }
  return "NULL";
}

namespace {

struct Stray {
  ValueType type;
  const char *literal;  // as it is spelled nowhere else
  const char *proper[2];
};
constexpr Stray STRAYS[] = {
    {ValueType::INTEGER, "'stray'", {"123456789", "-987654321"}},
    {ValueType::INTEGER, "4.53125", {"123456789", "-987654321"}},
    {ValueType::INTEGER, "X'5354'", {"123456789", "-987654321"}},
    {ValueType::REAL, "'stray real'", {"1000000.5", "-1000000.5"}},
    {ValueType::REAL, "X'5355'", {"1000000.5", "-1000000.5"}},
    {ValueType::BOOLEAN, "+17", {"1", "0"}},
    {ValueType::BOOLEAN, "'stray flag'", {"1", "0"}},
    {ValueType::TEXT, "X'616C706861'", {"'zz stray'", "'  other stray'"}},
    {ValueType::BLOB, "'stray blob'", {"X'AA'", "X'BB01'"}},
    {ValueType::BLOB, "171717", {"X'AA'", "X'BB01'"}},
};

}  // namespace

std::string DrawStray(Random &random, ValueType type) {
  std::vector<const char *> found;
  for (const auto &stray : STRAYS) {
    if (stray.type == type) found.push_back(stray.literal);
  }
  return found.empty() ? "NULL" : found[random.Below(found.size())];
}

const char *ProperValue(const std::string &literal, size_t choice) {
  for (const auto &stray : STRAYS) {
    if (literal == stray.literal) return stray.proper[choice];
  }
  return nullptr;
}

const std::vector<std::string> &TextPool() {
  static const std::vector<std::string> POOL = {
      "alpha", "Alpha", "ALPHA", "beta",     "gamma", "svc-1", "svc-2", "svc-10", "",     " ",
      "a b",   "it's",  "100%",  "x_y",      "x\\y",  "é",     "É",     "é",      "😀",    "ß",
      "42",    "007",   "1e2",   " padded ", "NULL",  "true",  "-1.50", "a\"b",   "日本", "request",
      "K",     "k",     "İ",     "i",        "[a]",   "a*",    "a?b",   "svc-1 "};
  return POOL;
}

const std::vector<std::string> &JsonKeyPool() {
  static const std::vector<std::string> POOL = {"http.route", "status", "a", "q\"k", "tags", "x y", "é", "A", "0"};
  return POOL;
}

}  // namespace shardite::test
