#include "nasty_values.hpp"

#include <cmath>
#include <limits>

#include <duckdb/common/types/timestamp.hpp>

#include "engine/translate/constants.hpp"
#include "sqlite/value.hpp"

namespace shardite {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;

constexpr int64_t MAX = std::numeric_limits<int64_t>::max();
constexpr int64_t MIN = std::numeric_limits<int64_t>::min();

template <class Make>
std::vector<Value> Values(const std::vector<int64_t> &numbers, Make make, const LogicalType &type) {
  std::vector<Value> values;
  for (const auto number : numbers) values.push_back(make(number));
  values.emplace_back(type);  // NULL
  return values;
}

std::vector<int64_t> Ticks(TimeUnit unit) {
  const int64_t second = unit == TimeUnit::NS   ? 1000000000
                         : unit == TimeUnit::US ? 1000000
                         : unit == TimeUnit::MS ? 1000
                                                : 1;
  std::vector<int64_t> ticks = {0, 1, -1, 999, 1000, 1001, -999, -1000, -1001, 1999, -1999};
  // Midnights, a leap day, ends of months, quarters, years and weeks, and an instant to either side of each.
  for (const int64_t at : {0LL, 86400LL, -86400LL, 946857600LL, 946684800LL, 951782400LL, 1709164800LL, 1709251200LL,
                           1735689600LL, 1767225599LL, 1775001600LL, 1763942400LL, -2208988800LL, -9214560000LL,
                           9214646400LL, 1764547200LL, 1764550799LL, -1764550799LL, 1700000123LL}) {
    for (const int64_t beside : {-1, 0, 1}) ticks.push_back(at * second + beside);
    ticks.push_back(at * second + second / 2);
    ticks.push_back(at * second + 3599 * second);
  }
  if (unit == TimeUnit::NS || unit == TimeUnit::US) {
    for (const int64_t edge : {MAX, -MAX}) ticks.push_back(edge);
  }
  if (unit == TimeUnit::NS) {  // as microseconds these lie before DuckDB's first timestamp
    for (const int64_t edge : {MAX - 1, -(MAX - 1), MIN}) ticks.push_back(edge);
  }
  if (unit == TimeUnit::US) {
    for (const int64_t at :
         {-62135596800LL, 253402300799LL, 253402300800LL, -62167219200LL, 9223372036LL, -9223372037LL, 4000000000000LL,
          -4000000000000LL, 5000000000000LL, -30610224000LL, -30610224001LL}) {
      ticks.push_back(at * second);
      ticks.push_back(at * second + 999999);
    }
  }
  return ticks;
}

Value Timestamp(int64_t ticks, TimeUnit unit, TimeType type) {
  if (type == TimeType::TIMESTAMP_NS) return Value::TIMESTAMPNS(duckdb::timestamp_ns_t(ticks));
  const int64_t factor = unit == TimeUnit::US ? 1 : unit == TimeUnit::MS ? 1000 : 1000000;
  const bool infinite = ticks == MAX || ticks == -MAX;
  const int64_t micros = unit == TimeUnit::NS && !infinite ? ticks / 1000 : infinite ? ticks : ticks * factor;
  if (type == TimeType::TIMESTAMPTZ) return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(micros));
  return Value::TIMESTAMP(duckdb::timestamp_t(micros));
}

std::vector<Value> Texts() {
  std::vector<Value> values;
  for (const std::string text : {"",
                                 "a",
                                 "abc",
                                 "ABC",
                                 "Abc",
                                 "abcd",
                                 "ab",
                                 "xabc",
                                 "xabcx",
                                 "abd",
                                 "it's",
                                 "100%",
                                 "a_c",
                                 "a*c",
                                 "a?c",
                                 "[abc]",
                                 "a\\c",
                                 "héllo",
                                 "HÉLLO",
                                 "é",
                                 "日本語",
                                 "😀",
                                 "😀😀abc",
                                 "connection refused",
                                 "Connection Refused",
                                 "KELVIN",
                                 "\xE2\x84\xAA"
                                 "elvin",
                                 "\xC4\xB0stanbul",
                                 "istanbul",
                                 "straße",
                                 "STRASSE",
                                 "abc\n",
                                 "abc ",
                                 " abc",
                                 "ab\tc",
                                 "12",
                                 "-5",
                                 "007",
                                 "1e2",
                                 "12abc",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 " 12",
                                 "1_000",
                                 "true",
                                 "\x7F",
                                 "]",
                                 "abcabc",
                                 "a.c",
                                 "\xF4\x8F\xBF\xBF",
                                 "abc\xC2\xA0",
                                 "200",
                                 "404",
                                 "12.5",
                                 "-0.5",
                                 "0.0",
                                 "-0.0",
                                 "1.",
                                 ".5",
                                 "+5",
                                 "1.5.5",
                                 "0x1F",
                                 "0b1",
                                 "1e-5",
                                 "inf",
                                 "-inf",
                                 "nan",
                                 "Infinity",
                                 "0.1",
                                 "123456789.123456",
                                 "99999999999999.9",
                                 "1,5",
                                 "5ms",
                                 "--5",
                                 "-",
                                 ".",
                                 "1-5",
                                 "1_0.5",
                                 "00.5",
                                 "\t5",
                                 "5\n",
                                 "-12.125",
                                 "8.50",
                                 "0.000001",
                                 "2147483648",
                                 "-2147483648",
                                 "false",
                                 "t",
                                 "-0",
                                 "1.5e",
                                 "0.30000000000000004"}) {
    values.emplace_back(text);
  }
  values.emplace_back(std::string("a\0b", 3));
  values.emplace_back(std::string("\0", 1));
  values.emplace_back(std::string("abc\0abc", 7));
  values.emplace_back(LogicalType::VARCHAR);
  return values;
}

std::vector<Value> Documents() {
  std::vector<Value> values;
  for (const std::string text : {R"({"a":1})",
                                 R"({"a":"text","k":"v"})",
                                 R"({"a.b":"dotted","a":{"b":"nested"}})",
                                 R"({"a":null})",
                                 R"({})",
                                 R"([])",
                                 R"({"a":true})",
                                 R"({"a":false})",
                                 R"({"a":1.5})",
                                 R"({"a":1.50})",
                                 R"({"a":1e2})",
                                 R"({"a":[1,2]})",
                                 R"({"a":{"b":{"c":1}}})",
                                 R"({"a":"it's"})",
                                 R"({"a":"q\"uote"})",
                                 R"({"a":"\u00e9"})",
                                 R"({"a":"é"})",
                                 R"({"a":"\ud83d\ude00"})",
                                 R"({"a":"line\nbreak"})",
                                 R"({"a":""})",
                                 R"({"a":"1"})",
                                 R"({"a":-0})",
                                 R"({"a":9223372036854775807})",
                                 R"({"a":9223372036854775808})",
                                 R"({"a":18446744073709551615})",
                                 R"({"a":123456789012345678901234567890})",
                                 R"({"a":1,"a":2})",
                                 R"( { "a" : "spaced" } )",
                                 R"("a")",
                                 R"(5)",
                                 R"(null)",
                                 R"({"A":"upper"})",
                                 R"({"a b":"blank","é":"accent","q\"k":"quote","x'y":"apostrophe"})",
                                 R"({"a":"\u0000"})",
                                 R"({"a":0.1})",
                                 R"({"a":"200"})",
                                 R"({"a":200})",
                                 R"({"a":0.001})",
                                 R"({"a":12.5})",
                                 R"({"a":-3.75})",
                                 R"({"a":0.0001})",
                                 R"({"a":123456789.123456})",
                                 R"({"a":12345678901234.5})",
                                 R"({"a":-0.5})",
                                 R"({"a":1.0})",
                                 R"({"a":100.25})",
                                 R"({"a":0.30000000000000004})",
                                 R"({"a":-0.0})",
                                 R"({"a":1E400})",
                                 R"({"a":9007199254740993.5})",
                                 R"({"a":"12.5"})",
                                 R"({"a":"5ms"})",
                                 R"({"a":"nan"})",
                                 R"({"a":"<&>"})",
                                 R"({"a":"tab\tand \u007f"})",
                                 R"({"a":"back\\slash"})",
                                 R"({"a":{"b":1.5,"c":[1,"two"]},"b":{"a":"x"}})",
                                 R"({"a":{"b":null}})",
                                 R"({"a":{"b":{"c":null}}})",
                                 R"({"http.status_code":"404","a":"\/"})",
                                 R"([{"a":1},2])",
                                 R"({"a":-12})",
                                 R"({"\u0061":"escaped key"})",
                                 R"({"k8s.pod.name":"pod-5"})"}) {
    values.emplace_back(text);
  }
  values.emplace_back(LogicalType::VARCHAR);
  return values;
}

}  // namespace

std::vector<NastyColumn> NastyColumns(TimeUnit unit, TimeType type) {
  const auto time_type = type == TimeType::TIMESTAMP_NS  ? LogicalType::TIMESTAMP_NS
                         : type == TimeType::TIMESTAMPTZ ? LogicalType::TIMESTAMP_TZ
                                                         : LogicalType::TIMESTAMP;
  const auto time = [&](int64_t ticks) { return Timestamp(ticks, unit, type); };
  const std::vector<int64_t> integers = {0,
                                         1,
                                         -1,
                                         2,
                                         7,
                                         -7,
                                         8,
                                         59,
                                         60,
                                         100,
                                         255,
                                         256,
                                         1000,
                                         999999,
                                         1000000,
                                         50000000,
                                         50000001,
                                         -50000001,
                                         9007199254740992,
                                         9007199254740993,
                                         -9007199254740993,
                                         4294967295,
                                         4294967296,
                                         MAX,
                                         MIN,
                                         MAX - 1,
                                         MIN + 1,
                                         9223372036854775000};
  const std::vector<int64_t> small = {0,          1,     -1,    5,     -5,   2147483647, -2147483648LL,
                                      2147483646, 46341, 65536, 32767, 32768};
  const std::vector<int64_t> tiny = {0, 1, -1, 32767, -32768, 100, 181, 255};
  const auto infinity = std::numeric_limits<double>::infinity();
  std::vector<Value> reals;
  for (const double real : {0.0,
                            1.0,
                            -1.0,
                            0.5,
                            -0.5,
                            1.5,
                            -1.5,
                            2.5,
                            0.1,
                            0.3,
                            0.1 + 0.2,
                            1e300,
                            -1e300,
                            5e-324,
                            1.7976931348623157e308,
                            9007199254740992.0,
                            9007199254740994.0,
                            123456.789,
                            50.000001,
                            1e18,
                            infinity,
                            -infinity,
                            2.2250738585072014e-308,
                            0.49999999999999994,
                            -0.49999999999999994,
                            2.5000000000000004,
                            -2.5,
                            4503599627370495.5,
                            -4503599627370495.5,
                            4503599627370497.5,
                            9223372036854775807.0,
                            -9223372036854775808.0,
                            50.0}) {
    reals.emplace_back(real);
  }
  reals.emplace_back(LogicalType::DOUBLE);
  const std::vector<int64_t> days = {0, 1, -1, 19000, 20419, 20420, -719528, 2932896, 11016, 10959, -25567};
  std::vector<Value> blobs = {Value::BLOB_RAW(""), Value::BLOB_RAW(std::string("\0\xFF", 2)), Value::BLOB_RAW("abc"),
                              Value(LogicalType::BLOB)};
  const auto bigint = [](int64_t n) { return Value::BIGINT(n); };
  return {
      {"ts", time_type, Values(Ticks(unit), time, time_type)},
      {"au", time_type, Values(Ticks(unit), time, time_type)},
      {"i", LogicalType::BIGINT, Values(integers, bigint, LogicalType::BIGINT)},
      {"k", LogicalType::BIGINT, Values(integers, bigint, LogicalType::BIGINT)},
      {"s", LogicalType::INTEGER,
       Values(
           small, [](int64_t n) { return Value::INTEGER(static_cast<int32_t>(n)); }, LogicalType::INTEGER)},
      {"j", LogicalType::SMALLINT,
       Values(
           tiny, [](int64_t n) { return Value::SMALLINT(static_cast<int16_t>(n)); }, LogicalType::SMALLINT)},
      {"d", LogicalType::DOUBLE, reals},
      {"e", LogicalType::DOUBLE, reals},
      {"v", LogicalType::VARCHAR, Texts()},
      {"w", LogicalType::VARCHAR, Texts()},
      {"b", LogicalType::BOOLEAN, {Value::BOOLEAN(true), Value::BOOLEAN(false), Value(LogicalType::BOOLEAN)}},
      {"dt", LogicalType::DATE,
       Values(
           days, [](int64_t n) { return Value::DATE(duckdb::date_t(static_cast<int32_t>(n))); }, LogicalType::DATE)},
      {"js", LogicalType::VARCHAR, Documents()},
      {"x", LogicalType::BLOB, blobs},
      {"order \"by\"", LogicalType::BIGINT, Values({1, 2, 3}, bigint, LogicalType::BIGINT)},
  };
}

std::string StoredLiteral(const Value &value, TimeUnit unit) {
  if (value.IsNull()) return "NULL";
  switch (value.type().id()) {
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ: {
      const int64_t micros = *ConstantInteger(value);
      if (micros == MAX || micros == -MAX) return std::to_string(micros);
      const int64_t factor = unit == TimeUnit::US ? 1 : unit == TimeUnit::MS ? 1000 : 1000000;
      return QuoteValue(unit == TimeUnit::NS ? micros * 1000 : micros / factor);
    }
    default: return QuoteValue(*SqliteConstant(value));
  }
}

std::string StoredLiteral(Value &value, ColumnKind stored) {
  const auto micros = ConstantInteger(value);
  const bool in_years = micros && *micros > -62135596800000000 && *micros < 253402300800000000;
  if (!in_years) value = Value(LogicalType::TIMESTAMP);
  if (!in_years) return "NULL";
  if (stored == ColumnKind::REAL) {
    const double seconds = static_cast<double>(*micros) / 1e6;
    value = Value::TIMESTAMP(duckdb::timestamp_t(static_cast<int64_t>(std::nearbyint(seconds * 1e6))));
    return QuoteValue(seconds);
  }
  auto text = duckdb::Timestamp::ToString(duckdb::timestamp_t(*micros));
  if (*micros % 2 == 0) text[10] = 'T';
  return QuoteText(text + (*micros % 3 == 0 ? "Z" : ""));
}

}  // namespace shardite
