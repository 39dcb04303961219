// Filters: true wherever DuckDB's are, and nowhere else when they say so; and the times they leave.

#include <functional>

#include <gtest/gtest.h>

#include "translate_bed.hpp"

namespace shardite {
namespace {

enum class Push { EXACT, PROVED, SUPERSET, REFUSED };  // PROVED: exact where its witnesses hold

struct Case {
  const char *condition;
  Push push = Push::EXACT;
};

constexpr Case FILTERS[] = {
    {"i > 5"},
    {"NOT i > 5"},
    {"i IN (1, 2) OR v = 'abc'"},
    {"b"},
    {"NOT b"},
    {"b IS TRUE"},
    {"ts >= '2000-01-03' AND ts < '2026-01-01'"},
    {"NOT (ts >= '2000-01-03' AND ts < '2026-01-01')"},
    {"ts BETWEEN '2000-01-03' AND '2026-01-01'"},
    {"NOT ts BETWEEN '2000-01-03' AND '2026-01-01'"},
    {"ts = '2000-01-03' OR ts > '2026-01-01'"},
    {"ts IS NULL OR ts < '1970-01-01'"},
    {"ts::DATE = DATE '2000-01-03'"},
    {"time_bucket(INTERVAL '1 hour', ts) = TIMESTAMP '2000-01-03'"},
    {"date_trunc('month', ts) > DATE '2020-02-01'"},
    {"NOT date_trunc('month', ts) > DATE '2020-02-01'"},
    {"epoch_ms(ts) > 0"},
    {"NOT epoch_ms(ts) > 0"},
    {"epoch_us(ts) BETWEEN -1 AND 1000000"},
    {"i / 1e6 > 50"},
    {"i / 1000000.0 <= 50.000001"},
    {"i::DOUBLE * 2 + 1 >= 101"},
    {"i::DOUBLE = 9007199254740992"},
    {"NOT i::DOUBLE < 9007199254740993"},
    {"year(ts) = 2024"},
    {"NOT year(ts) < 1970"},
    {"date_part('year', ts) BETWEEN 1970 AND 2000"},
    {"epoch(ts) >= 946857600.5"},
    {"epoch(ts) < 0"},
    {"epoch_ms(i) BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '1970-01-02'"},
    {"date_trunc('hour', make_timestamp(i)) = TIMESTAMP '1970-01-01 01:00:00'"},
    {"dayname(ts) = 'Monday'", Push::PROVED},
    {"i / k > 2", Push::PROVED},
    {"i + k > 5", Push::PROVED},
    {"NOT i + k > 5", Push::PROVED},
    {"i + k > 5 AND b", Push::PROVED},
    {"i + k > 5 OR b", Push::PROVED},
    {"i + k BETWEEN 5 AND 100", Push::PROVED},
    {"hour(ts) = 5", Push::PROVED},
    {"length(v) = 3", Push::PROVED},
    {"lower(v) = 'abc'", Push::PROVED},
    {"upper(v) <> 'ABC'", Push::PROVED},
    {"v LIKE 'a_c'", Push::PROVED},
    {"v NOT LIKE 'a_c'", Push::PROVED},
    {"v ILIKE '%connection refused%'", Push::PROVED},
    {"v ILIKE '%abc%'"},
    {"regexp_matches(v, '^a[bc]')", Push::SUPERSET},
    {"regexp_matches(v, 'CONNection [a-z]*', 'i')", Push::SUPERSET},
    {"regexp_matches(v, '(?i)kelvin')", Push::SUPERSET},
    {"regexp_matches(v, '(?i)STRASSE$')", Push::SUPERSET},
    {"regexp_matches(v, 'ab?c|é.*o')", Push::SUPERSET},
    {"regexp_matches(v, 'refused?$')", Push::SUPERSET},
    {"regexp_matches(v, 'ab{0,2}c')", Push::SUPERSET},
    {"regexp_matches(v, 'b{1,2}c+d?')", Push::SUPERSET},
    {"regexp_matches(v, '(x|é)?abc[[:space:]]')", Push::SUPERSET},
    {"regexp_matches(v, '[]\\]a]bc')", Push::SUPERSET},
    {"regexp_matches(v, 'abc\\n')"},
    {"v SIMILAR TO 'a(b|c)+'", Push::SUPERSET},
    {"regexp_full_match(v, '.*abc')", Push::SUPERSET},
    {"v ILIKE 'é%abc'", Push::SUPERSET},
    {"v ILIKE '%é_abc%'", Push::SUPERSET},
    {"regexp_matches(v, '[0-9]+')", Push::REFUSED},
    {"regexp_matches(v, 'abc|.*')", Push::REFUSED},
    {"regexp_matches(v, '(?s)a[bc]')", Push::REFUSED},
    {"regexp_matches(v, w)", Push::REFUSED},
    {"NOT regexp_matches(v, 'a[bc]')", Push::REFUSED},
    {"NOT (regexp_matches(v, 'a[bc]') AND i > 5)", Push::REFUSED},
    {"regexp_matches(v, 'a[bc]') OR i > 5", Push::SUPERSET},
    {"v ILIKE '%É'", Push::REFUSED},
    {"(js->>'a') = 'text'", Push::PROVED},
    {"(js->>'a') IS NULL", Push::PROVED},
    {"NOT (js->>'a') = 'text'", Push::PROVED},
    {"i > 5 AND md5(v) = 'x'", Push::SUPERSET},
    {"i > 5 OR md5(v) = 'x'", Push::REFUSED},
    {"NOT (i > 5 OR md5(v) = 'x')", Push::SUPERSET},
    {"NOT (i > 5 AND md5(v) = 'x')", Push::REFUSED},
    {"i + k > 5 AND md5(v) = 'x'", Push::SUPERSET},
    {"(i > 5 AND md5(v) = 'x') OR v = 'abc'", Push::SUPERSET},
    {"i BETWEEN 5 AND sqrt(d)", Push::SUPERSET},
    {"d <> e"},
    {"i IS DISTINCT FROM 5"},
    {"NOT i IS DISTINCT FROM k"},
    {"CASE WHEN b THEN i > 5 ELSE v = 'abc' END"},
    {"i NOT IN (1, 2, NULL)"},
    {"NOT (b AND i IN (1, 7))"},
    {"ts::TIMESTAMP IN (TIMESTAMP '1970-01-01', TIMESTAMP '2000-01-03')"},
    {"s > 3000000000"},
    {"ts = 'infinity'"},
    {"ts < 'infinity' AND ts > '-infinity'"},
};

void Check(TranslateBed &bed, const Case &test) {
  SCOPED_TRACE(std::string(test.condition).substr(0, 200));
  const auto verdict = bed.Filter(test.condition);
  if (test.push == Push::REFUSED) {
    EXPECT_FALSE(verdict.translated) << verdict.sql;
    EXPECT_NE(verdict.reason, "");
    return;
  }
  ASSERT_TRUE(verdict.translated) << verdict.reason;
  EXPECT_EQ(verdict.mismatch, "");
  EXPECT_EQ(verdict.exact, test.push == Push::EXACT) << verdict.sql;
  EXPECT_EQ(verdict.witnessed, test.push == Push::PROVED) << verdict.sql;
  EXPECT_EQ(verdict.reason.empty(), verdict.exact) << verdict.reason;
  if (test.push != Push::SUPERSET) {
    EXPECT_GT(verdict.compared, 20u);
  }
}

TEST(TranslateFilters, InNanoseconds) {
  TranslateBed bed;
  for (const auto &test : FILTERS) Check(bed, test);
}

TEST(TranslateFilters, InMilliseconds) {
  TranslateBed bed({TimeUnit::MS, TimeType::TIMESTAMP});
  for (const auto &test : FILTERS) Check(bed, test);
}

TEST(TranslateFilters, NanosecondsShownAsMicroseconds) {
  TranslateBed bed({TimeUnit::NS, TimeType::TIMESTAMP});
  for (const auto &test : FILTERS) {
    const bool plain = std::string(test.condition).find("ts::TIMESTAMP IN") != std::string::npos;
    if (!plain) Check(bed, test);
  }
}

TEST(TranslateFilters, ZonesAreReadInUtcOrWithAMargin) {
  TranslateBed bed({TimeUnit::US, TimeType::TIMESTAMP});
  Check(bed, {"ts::TIMESTAMPTZ < TIMESTAMPTZ '2000-01-03 00:00:00+00'", Push::SUPERSET});
  Check(bed, {"NOT (ts::TIMESTAMPTZ = TIMESTAMPTZ '2000-01-03 00:00:00+00')", Push::SUPERSET});
  Check(bed, {"ts::TIMESTAMPTZ::DATE >= DATE '2000-01-03'", Push::SUPERSET});
  Check(bed, {"date_trunc('week', ts)::TIMESTAMPTZ < TIMESTAMPTZ '2000-01-03 00:00:00+00'", Push::REFUSED});
  bed.zone = SessionZone::UTC;
  Check(bed, {"ts::TIMESTAMPTZ < TIMESTAMPTZ '2000-01-03 00:00:00+00'"});
  TranslateBed with_zone({TimeUnit::US, TimeType::TIMESTAMPTZ});
  Check(with_zone, {"ts < TIMESTAMPTZ '2000-01-03 00:00:00+00'"});
  Check(with_zone, {"hour(ts) = 5", Push::REFUSED});
}

TEST(TranslateFilters, TimesStoredAsRealOrTextAreSupersets) {
  for (const auto stored : {ColumnKind::REAL, ColumnKind::TEXT}) {
    SCOPED_TRACE(ColumnKindName(stored));
    TranslateBed bed({TimeUnit::US, TimeType::TIMESTAMP, stored});
    for (const char *condition :
         {"ts >= '2000-01-03' AND ts < '2026-01-01'", "NOT (ts >= '2000-01-03' AND ts < '2026-01-01')",
          "ts = '2000-01-03'", "ts BETWEEN '1970-01-01' AND '1970-01-01 00:00:00.001'", "ts::DATE = DATE '1969-12-31'",
          "date_trunc('month', ts) = DATE '2024-02-01'", "ts < '0001-01-05' OR ts > '9999-12-30'"}) {
      Check(bed, {condition, Push::SUPERSET});
    }
    for (const char *condition : {"ts < au", "hour(ts) = 5"}) Check(bed, {condition, Push::REFUSED});
    Check(bed, {"ts IS NULL"});
  }
}

std::string Joined(const std::string &first, int count, const std::function<std::string(int)> &item) {
  std::string list = first;
  for (int i = 0; i < count; i++) list += ", " + item(i);
  return "(" + list + ")";
}

TEST(TranslateFilters, ListsOfThousandsAreOneJsonText) {
  TranslateBed bed;
  bed.capabilities.json_each = true;
  const auto numbers = Joined("9007199254740993, 7, -9223372036854775808", 2000,
                              [](int i) { return std::to_string(9007199254740994 + i); });
  const auto texts = Joined("'abc', 'it''s', '', '😀', 'a\\c', 'a' || chr(0) || 'b'", 2000,
                            [](int i) { return "'filler" + std::to_string(i) + "'"; });
  const auto reals = Joined("0.1, 1e300, 'inf'::DOUBLE", 100, [](int i) { return std::to_string(i) + ".75::DOUBLE"; });
  const auto times = Joined("'1970-01-01 00:00:00.000000001'", 100,
                            [](int i) { return "'2026-01-01 00:00:" + std::to_string(10 + i % 50) + "'"; });
  for (const auto &condition :
       {"i IN " + numbers, "i NOT IN " + numbers, "v IN " + texts, "v NOT IN " + texts, "d IN " + reals,
        "ts IN " + times, "(v || '') IN " + texts, "NOT (i IN " + numbers + ")"}) {
    Check(bed, {condition.c_str()});
  }
  EXPECT_NE(bed.Filter("i IN " + numbers).sql.find("IN (SELECT value FROM json_each('[9007199254740993,7,"),
            std::string::npos);
  const auto with_null = Joined("NULL, 7", 100, [](int i) { return std::to_string(i + 50); });
  Check(bed, {("i IN " + with_null).c_str()});
  EXPECT_EQ(bed.Filter("i NOT IN " + with_null).mismatch, "");
  bed.capabilities.json_each = false;
  EXPECT_EQ(bed.Filter("i IN " + numbers).sql.find("json_each"), std::string::npos);
  Check(bed, {("v IN " + texts).c_str()});
}

TEST(TranslateFilters, ListsTooLongForAStatementAreARange) {
  TranslateBed bed;
  const auto texts =
      Joined("'abc', 'b', NULL", 450, [](int i) { return "'abc" + std::string(10000, 'x') + std::to_string(i) + "'"; });
  Check(bed, {("v IN " + texts).c_str(), Push::SUPERSET});
  EXPECT_EQ(bed.Filter("v IN " + texts).sql, "((t.\"v\" >= 'abc') AND (t.\"v\" <= 'b'))");
  Check(bed, {("v NOT IN " + texts).c_str(), Push::REFUSED});
  Check(bed, {("NOT v IN " + texts).c_str(), Push::REFUSED});
}

TEST(TranslateFilters, IndexedColumnsStayBare) {
  TranslateBed bed;
  EXPECT_EQ(bed.Filter("ts >= '1970-01-01 00:00:01'").sql, "(t.\"ts\" >= 1000000000)");
  EXPECT_EQ(bed.Filter("ts::DATE = DATE '1970-01-02'").sql,
            "((t.\"ts\" >= 86400000000000) AND (t.\"ts\" < 172800000000000))");
  EXPECT_EQ(bed.Filter("v LIKE 'abc%'").sql, "((t.\"v\" >= 'abc') AND (t.\"v\" < 'abd'))");
  bed.Table().variants[0].binary_collation = false;
  EXPECT_EQ(bed.Filter("v = 'abc'").sql, "((t.\"v\" COLLATE BINARY) = 'abc')");
}

struct TimesCase {
  const char *condition;
  const char *times;
};

constexpr TimesCase TIMES[] = {
    {"ts >= '2026-01-01' AND ts < '2026-01-02'", "2026-01-01T00:00:00Z..2026-01-02T00:00:00Z"},
    {"ts > '2026-01-01'", "2026-01-01T00:00:00.000000001Z.."},
    {"ts BETWEEN '2026-01-01' AND '2026-01-02'", "2026-01-01T00:00:00Z..2026-01-02T00:00:00.000000001Z"},
    {"ts = '2026-01-01'", "2026-01-01T00:00:00Z..2026-01-01T00:00:00.000000001Z"},
    {"ts < '2026-01-01' OR ts >= '2026-01-03'", "..2026-01-01T00:00:00Z or 2026-01-03T00:00:00Z.."},
    {"NOT (ts >= '2026-01-01' AND ts < '2026-01-03')", "..2026-01-01T00:00:00Z or 2026-01-03T00:00:00Z.."},
    {"ts::DATE = DATE '2026-01-01' AND v = 'x'", "2026-01-01T00:00:00Z..2026-01-02T00:00:00Z"},
    {"date_trunc('month', ts) = DATE '2024-02-01'", "2024-02-01T00:00:00Z..2024-03-01T00:00:00Z"},
    {"time_bucket(INTERVAL '1 hour', ts) >= TIMESTAMP '2026-01-01'", "2026-01-01T00:00:00Z.."},
    {"epoch_ms(ts) >= 1767225600000", "2026-01-01T00:00:00Z.."},
    {"ts::TIMESTAMP < TIMESTAMP '2026-01-01'", "..2026-01-01T00:00:00Z"},
    {"ts >= '2026-01-01' AND ts < '2025-01-01'", nullptr},
    {"ts >= '2026-01-01' OR v = 'x'", ""},
    {"ts IS NULL", ""},
    {"ts IS DISTINCT FROM '2026-01-01'", ""},
    {"v = 'x'", ""},
    {"au >= '2026-01-01'", ""},
};

TEST(TranslateTimes, AreTheInstantsThatCanQualify) {
  TranslateBed bed;
  for (const auto &test : TIMES) {
    SCOPED_TRACE(test.condition);
    auto times = TimeSet::None();
    EXPECT_EQ(bed.Times(test.condition, times).mismatch, "");
    if (test.times == nullptr) {
      EXPECT_TRUE(times.IsNone());
    } else if (*test.times == '\0') {
      EXPECT_TRUE(times.IsAll()) << times.ToString();
    } else {
      EXPECT_EQ(times.ToString(), test.times);
    }
  }
}

TEST(TranslateTimes, OfEveryFilterHoldEveryRow) {
  for (const auto setup : {TimeSetup{}, TimeSetup{TimeUnit::US, TimeType::TIMESTAMP},
                           TimeSetup{TimeUnit::S, TimeType::TIMESTAMP}, TimeSetup{TimeUnit::NS, TimeType::TIMESTAMP}}) {
    TranslateBed bed(setup);
    for (const auto &test : FILTERS) {
      SCOPED_TRACE(test.condition);
      auto times = TimeSet::None();
      EXPECT_EQ(bed.Times(test.condition, times).mismatch, "");
    }
  }
}

}  // namespace
}  // namespace shardite
