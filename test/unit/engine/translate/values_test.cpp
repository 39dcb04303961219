// Every translated value against DuckDB's own, on every row of nasty values.

#include <gtest/gtest.h>

#include "translate_bed.hpp"

namespace shardite {
namespace {

enum class Push { PLAIN, WITNESSED, REFUSED };

struct Case {
  const char *expression;
  Push push = Push::PLAIN;
};

void Check(TranslateBed &bed, const Case &test) {
  SCOPED_TRACE(test.expression);
  const auto verdict = bed.Value(test.expression);
  if (test.push == Push::REFUSED) {
    EXPECT_FALSE(verdict.translated) << verdict.sql;
    EXPECT_NE(verdict.reason, "");
    return;
  }
  ASSERT_TRUE(verdict.translated) << verdict.reason;
  EXPECT_EQ(verdict.mismatch, "");
  EXPECT_EQ(verdict.witnessed, test.push == Push::WITNESSED) << verdict.sql;
  EXPECT_GE(verdict.compared, 20u) << verdict.sql;
}

constexpr Case NUMBERS[] = {
    {"i"},
    {"s"},
    {"j"},
    {"d"},
    {"b"},
    {"x"},
    {"dt"},
    {"\"order \"\"by\"\"\""},
    {"i = 5"},
    {"i <> 9007199254740993"},
    {"i < k"},
    {"i >= k"},
    {"i IS DISTINCT FROM k"},
    {"i IS NOT DISTINCT FROM 7"},
    {"i BETWEEN 1 AND 100"},
    {"i BETWEEN k AND 1000"},
    {"i IN (1, 2, 9007199254740993)"},
    {"i NOT IN (1, 2, NULL)"},
    {"i IN (k, 5)"},
    {"s > 3000000000"},
    {"s = i"},
    {"j < s"},
    {"i IS NULL"},
    {"i IS NOT NULL"},
    {"d IS NULL"},
    {"d = 0.1"},
    {"d > 0.3"},
    {"d <= e"},
    {"d <> e"},
    {"i > 1.5"},
    {"i = 1.5"},
    {"i <> 1.5"},
    {"i <= -7.5"},
    {"i = 7.0"},
    {"s >= 5.5"},
    {"i::DOUBLE > 9007199254740992"},
    {"i::DOUBLE"},
    {"i::DOUBLE = d"},
    {"s::BIGINT"},
    {"i::INTEGER", Push::WITNESSED},
    {"s::SMALLINT", Push::WITNESSED},
    {"i::VARCHAR"},
    {"b::VARCHAR"},
    {"b::INTEGER"},
    {"i::BOOLEAN"},
    {"(i = 5)::INTEGER"},
    {"d::VARCHAR", Push::REFUSED},
    {"d::INTEGER", Push::REFUSED},
    {"TRY_CAST(i AS INTEGER)", Push::REFUSED},
    {"i + 1", Push::WITNESSED},
    {"i - k", Push::WITNESSED},
    {"i * 3", Push::WITNESSED},
    {"s + s", Push::WITNESSED},
    {"j * j", Push::WITNESSED},
    {"-i", Push::WITNESSED},
    {"-d"},
    {"i / 2"},
    {"i / 1000000.0"},
    {"i / 0", Push::REFUSED},
    {"i / k", Push::REFUSED},
    {"i // 7"},
    {"i // -7"},
    {"i // 0"},
    {"i // -1", Push::REFUSED},
    {"i % 7"},
    {"i % -60"},
    {"s % 5"},
    {"d % 2", Push::REFUSED},
    {"d + 1.5"},
    {"d * 2.0"},
    {"d - e", Push::WITNESSED},
    {"d * e", Push::WITNESSED},
    {"d / 3"},
    {"abs(i)", Push::WITNESSED},
    {"abs(s)", Push::WITNESSED},
    {"abs(d)"},
    {"sign(i)"},
    {"sign(d)"},
    {"i & 255"},
    {"i | k"},
    {"xor(i, k)"},
    {"i >> 3"},
    {"i >> 63"},
    {"i << 2", Push::REFUSED},
    {"greatest(i, k)"},
    {"least(d, e)"},
    {"greatest(i, 5)"},
    {"least(v, w)"},
    {"round(d, 2)", Push::REFUSED},
    {"floor(d)", Push::REFUSED},
    {"i::HUGEINT", Push::REFUSED},
    {"i * 0.5", Push::REFUSED},
    {"sqrt(d)", Push::REFUSED},
    {"isnan(d)", Push::REFUSED},
};

constexpr Case LOGIC[] = {
    {"NOT b"},
    {"b = true"},
    {"b IS TRUE"},
    {"b IS NOT FALSE"},
    {"b AND i > 5"},
    {"b OR i IS NULL"},
    {"NOT (b AND i > 5)"},
    {"CASE WHEN i > 5 THEN 'big' WHEN i < 0 THEN 'negative' ELSE v END"},
    {"CASE i WHEN 1 THEN 2 END"},
    {"CASE WHEN b THEN i ELSE s END"},
    {"CASE WHEN b THEN d ELSE NULL END"},
    {"COALESCE(i, k, 0)"},
    {"COALESCE(v, '')"},
    {"NULLIF(i, 0)"},
    {"NULLIF(v, 'abc')"},
    {"IFNULL(v, w)"},
    {"IF(b, 1, 2)"},
    {"CASE WHEN b THEN ts ELSE au END"},
    {"COALESCE(ts, au)"},
    {"v = 'abc'"},
    {"v <> w"},
    {"v < 'b'"},
    {"v >= 'é'"},
    {"v IN ('abc', '', 'it''s')"},
    {"v IN ('abc', chr(0))"},
    {"v = 'a' || chr(0) || 'b'"},
    {"x = 'abc'::BLOB"},
    {"x IS NULL"},
    {"v BETWEEN 'a' AND 'b'"},
    {"v COLLATE NOCASE = 'abc'", Push::REFUSED},
    {"random() > 0.5", Push::REFUSED},
    {"v IS DISTINCT FROM w"},
    {"dt > DATE '2000-01-03'"},
    {"dt = DATE '1970-01-01'"},
    {"dt IN (DATE '2000-01-03')"},
};

constexpr Case TEXTS[] = {
    {"v LIKE 'abc%'"},
    {"v LIKE '%abc'"},
    {"v LIKE '%abc%'"},
    {"v LIKE 'abc'"},
    {"v LIKE 'a_c'", Push::WITNESSED},
    {"v LIKE 'a%c'", Push::WITNESSED},
    {"v LIKE '%b%c%'", Push::WITNESSED},
    {"v LIKE '_'", Push::WITNESSED},
    {"v LIKE '%__'", Push::WITNESSED},
    {"v LIKE 'a*c'"},
    {"v LIKE '%[abc]%'"},
    {"v LIKE '_[abc%'", Push::WITNESSED},
    {"v LIKE '%?_'", Push::WITNESSED},
    {"v LIKE '_*c'", Push::WITNESSED},
    {"v LIKE ''"},
    {"v LIKE '%'"},
    {"v NOT LIKE 'abc%'"},
    {"v NOT LIKE 'a_c'", Push::WITNESSED},
    {"v LIKE w", Push::REFUSED},
    {"v LIKE 'a!_c' ESCAPE '!'", Push::REFUSED},
    {"v ILIKE '%abc%'"},
    {"v ILIKE '%CONNECTION refused%'", Push::WITNESSED},
    {"v ILIKE 'kel%'", Push::WITNESSED},
    {"v ILIKE 'a_c'", Push::WITNESSED},
    {"v ILIKE '%istanbul'", Push::WITNESSED},
    {"v NOT ILIKE '%abc%'"},
    {"v ILIKE 'é%'", Push::REFUSED},
    {"starts_with(v, 'ab')"},
    {"v ^@ '😀'"},
    {"prefix(v, '')"},
    {"starts_with(v, chr(127))"},
    {"starts_with(v, 'é')"},
    {"starts_with(v, w)", Push::REFUSED},
    {"suffix(v, 'c')"},
    {"ends_with(v, '😀abc')"},
    {"suffix(v, 'é')"},
    {"contains(v, 'b')"},
    {"contains(v, w)"},
    {"contains(v, chr(0))"},
    {"contains(v, '')"},
    {"regexp_matches(v, '^abc')", Push::PLAIN},
    {"regexp_matches(v, 'a[bc]+')", Push::REFUSED},
    {"lower(v)", Push::WITNESSED},
    {"upper(v)", Push::WITNESSED},
    {"length(v)", Push::WITNESSED},
    {"strlen(v)"},
    {"substring(v, 1, 3)", Push::WITNESSED},
    {"substr(v, 2)", Push::WITNESSED},
    {"substring(v, 2, 0)", Push::WITNESSED},
    {"left(v, 2)", Push::WITNESSED},
    {"left(v, -1)", Push::REFUSED},
    {"substr(v, -2)", Push::REFUSED},
    {"substr(v, i)", Push::REFUSED},
    {"v || w"},
    {"concat(v, '-', w)"},
    {"concat(v, i)"},
    {"v || i"},
    {"v::BIGINT", Push::WITNESSED},
    {"v::INTEGER", Push::WITNESSED},
    {"v::DOUBLE", Push::REFUSED},
    {"TRY_CAST(v AS INTEGER)", Push::REFUSED},
    {"trim(v)", Push::REFUSED},
    {"reverse(v)", Push::REFUSED},
    {"replace(v, 'a', 'b')", Push::REFUSED},
    {"md5(v)", Push::REFUSED},
    {"greatest(v, w)"},
};

constexpr Case JSON[] = {
    {"js->>'a'", Push::WITNESSED},
    {"js->>'a.b'", Push::WITNESSED},
    {"js->>'$.a'", Push::WITNESSED},
    {"js->>'$.a.b'", Push::WITNESSED},
    {"js->>'$.\"a.b\"'", Push::WITNESSED},
    {"js->>'$.a[1]'", Push::WITNESSED},
    {"js->>'k8s.pod.name'", Push::WITNESSED},
    {"js->>'http.status_code'", Push::WITNESSED},
    {"js->>'a b'", Push::WITNESSED},
    {"js->>'é'", Push::WITNESSED},
    {"js->>'x''y'", Push::WITNESSED},
    {"js->>'missing'", Push::WITNESSED},
    {"js->>'A'", Push::WITNESSED},
    {"js->>0", Push::WITNESSED},
    {"js->>'$[0].a'", Push::WITNESSED},
    {"json_extract_string(js, 'a')", Push::WITNESSED},
    {"js::JSON->>'a'", Push::WITNESSED},
    {"(js->>'a') = 'text'", Push::WITNESSED},
    {"(js->>'http.status_code')::INTEGER // 100", Push::WITNESSED},
    {"js->>'q\"k'", Push::REFUSED},
    {"js->>'/a/b'", Push::REFUSED},
    {"js->>'$.*'", Push::REFUSED},
    {"js->>-1", Push::REFUSED},
    {"js->>v", Push::REFUSED},
    {"js->'a'", Push::REFUSED},
    {"json_keys(js)", Push::REFUSED},
    {"js->>'$'", Push::REFUSED},
    {"js->>''", Push::REFUSED},
};

constexpr Case TIMES[] = {
    {"ts"},
    {"ts < au"},
    {"ts = au"},
    {"ts >= '2026-01-01'"},
    {"ts < TIMESTAMP '1970-01-01 00:00:00.000001'"},
    {"ts > 'infinity'"},
    {"ts = 'infinity'"},
    {"ts <= '-infinity'"},
    {"ts IN ('1970-01-01', '2000-01-03')"},
    {"ts BETWEEN '1999-01-01' AND '2026-06-01'"},
    {"ts IS NULL"},
    {"ts IS DISTINCT FROM '1970-01-01'"},
    {"ts::TIMESTAMP >= TIMESTAMP '1969-12-31 23:59:59.999999'"},
    {"ts::DATE = DATE '1969-12-31'"},
    {"ts::DATE < DATE '1970-01-01'"},
    {"ts::DATE", Push::WITNESSED},
    {"ts::DATE IN (DATE '1970-01-01', DATE '2000-01-03')"},
    {"time_bucket(INTERVAL '1 minute', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '5 minutes', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 hour', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '7 hours', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 day', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 week', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '3 days', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 microsecond', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '90 minutes', ts, INTERVAL '15 minutes')", Push::WITNESSED},
    {"time_bucket(INTERVAL '90 minutes', ts, INTERVAL '-15 minutes')", Push::WITNESSED},
    {"time_bucket(INTERVAL '90 minutes', ts, TIMESTAMP '2001-02-03 04:05:06.789')", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 month', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '5 months', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 year', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '3 years', ts)", Push::WITNESSED},
    {"time_bucket(INTERVAL '4 months', ts, TIMESTAMP '2001-02-03')", Push::WITNESSED},
    {"time_bucket(INTERVAL '1 month', ts, INTERVAL '3 days')", Push::REFUSED},
    {"time_bucket(to_minutes(i), ts)", Push::REFUSED},
    {"date_trunc('microseconds', ts)", Push::WITNESSED},
    {"date_trunc('milliseconds', ts)", Push::WITNESSED},
    {"date_trunc('second', ts)", Push::WITNESSED},
    {"date_trunc('minute', ts)", Push::WITNESSED},
    {"date_trunc('hour', ts)", Push::WITNESSED},
    {"date_trunc('day', ts)", Push::WITNESSED},
    {"date_trunc('week', ts)", Push::WITNESSED},
    {"date_trunc('month', ts)", Push::WITNESSED},
    {"date_trunc('quarter', ts)", Push::WITNESSED},
    {"date_trunc('year', ts)", Push::WITNESSED},
    {"date_trunc('decade', ts)", Push::REFUSED},
    {"date_trunc('century', ts)", Push::REFUSED},
    {"date_trunc(v, ts)", Push::REFUSED},
    {"date_trunc('month', dt)", Push::WITNESSED},
    {"date_trunc('hour', dt)", Push::WITNESSED},
    {"date_trunc('week', dt)", Push::WITNESSED},
    {"time_bucket(INTERVAL '2 weeks', dt)", Push::WITNESSED},
    {"date_trunc('hour', ts) >= TIMESTAMP '1970-01-01 01:00:00'"},
    {"date_trunc('day', ts) = DATE '1969-12-31'"},
    {"time_bucket(INTERVAL '1 hour', ts) = TIMESTAMP '1969-12-31 23:00:00'"},
    {"time_bucket(INTERVAL '7 minutes', ts) <> TIMESTAMP '2000-01-03'"},
    {"date_trunc('month', ts) < DATE '2024-03-01'"},
    {"date_trunc('quarter', ts) BETWEEN DATE '1970-01-01' AND DATE '2024-02-01'"},
    {"year(ts)", Push::WITNESSED},
    {"month(ts)", Push::WITNESSED},
    {"day(ts)", Push::WITNESSED},
    {"quarter(ts)", Push::WITNESSED},
    {"extract(hour FROM ts)", Push::WITNESSED},
    {"minute(ts)", Push::WITNESSED},
    {"second(ts)", Push::WITNESSED},
    {"millisecond(ts)", Push::WITNESSED},
    {"microsecond(ts)", Push::WITNESSED},
    {"dayofweek(ts)", Push::WITNESSED},
    {"isodow(ts)", Push::WITNESSED},
    {"dayofyear(ts)", Push::WITNESSED},
    {"week(ts)", Push::REFUSED},
    {"date_part('hour', ts)", Push::WITNESSED},
    {"year(dt)", Push::WITNESSED},
    {"dayofweek(dt)", Push::WITNESSED},
    {"epoch_us(ts)", Push::WITNESSED},
    {"epoch_ms(ts)", Push::WITNESSED},
    {"epoch(ts)", Push::WITNESSED},
    {"ts::TIMESTAMP + INTERVAL '1 hour'", Push::WITNESSED},
    {"ts::TIMESTAMP - INTERVAL '3 days 1 second'", Push::WITNESSED},
    {"ts::TIMESTAMP + INTERVAL '1 month'", Push::REFUSED},
    {"ts - au", Push::REFUSED},
    {"strftime(ts, '%Y')", Push::REFUSED},
    {"ts::VARCHAR", Push::REFUSED},
    {"ts::TIMESTAMP_S", Push::REFUSED},
    {"ts::TIMESTAMP::DATE", Push::WITNESSED},
    {"dt::TIMESTAMP", Push::WITNESSED},
    {"dt::TIMESTAMP < TIMESTAMP '2000-01-03 00:00:01'"},
    {"CASE WHEN ts >= '2000-01-03' THEN 1 ELSE 0 END"},
};

constexpr Case NANOSECONDS_ONLY[] = {
    {"epoch_ns(ts)"},
    {"ts::TIMESTAMP", Push::WITNESSED},
    {"ts = '1970-01-01 00:00:00.000000001'"},
    {"ts::TIMESTAMP = TIMESTAMP '1970-01-01'"},
    {"epoch_ns(ts) >= 1000"},
    {"ts < make_timestamp_ns(1000)"},
};

TEST(TranslateValues, Numbers) {
  TranslateBed bed;
  for (const auto &test : NUMBERS) Check(bed, test);
}

TEST(TranslateValues, LogicAndText) {
  TranslateBed bed;
  for (const auto &test : LOGIC) Check(bed, test);
}

TEST(TranslateValues, Texts) {
  TranslateBed bed;
  for (const auto &test : TEXTS) Check(bed, test);
}

TEST(TranslateValues, Json) {
  TranslateBed bed;
  for (const auto &test : JSON) Check(bed, test);
}

TEST(TranslateValues, TimesInNanoseconds) {
  TranslateBed bed;
  for (const auto &test : TIMES) Check(bed, test);
  for (const auto &test : NANOSECONDS_ONLY) Check(bed, test);
}

TEST(TranslateValues, TimesInCoarserUnits) {
  for (const auto unit : {TimeUnit::US, TimeUnit::MS, TimeUnit::S}) {
    SCOPED_TRACE(TimeUnitName(unit));
    TranslateBed bed({unit, TimeType::TIMESTAMP});
    for (const auto &test : TIMES) {
      if (unit == TimeUnit::S && std::string(test.expression) == "ts::TIMESTAMP_S")
        continue;  // they are seconds already
      Check(bed, test);
    }
  }
}

TEST(TranslateValues, NanosecondsShownAsMicroseconds) {
  TranslateBed bed({TimeUnit::NS, TimeType::TIMESTAMP});
  for (const char *expression : {"ts", "ts < au", "date_trunc('hour', ts)", "ts = au"})
    Check(bed, {expression, Push::WITNESSED});
  for (const char *expression : {"ts >= '1970-01-01 00:00:00.000001'", "ts = '1970-01-01'"}) Check(bed, {expression});
}

}  // namespace
}  // namespace shardite
