// Every translated value against DuckDB's own, on every row of nasty values.

#include <gtest/gtest.h>

#include "translate_bed.hpp"
#include "value_cases.hpp"

namespace shardite {
namespace {

void Check(TranslateBed &bed, const ValueCase &test) {
  SCOPED_TRACE(test.expression);
  const auto verdict = bed.Value(test.expression);
  if (test.push == ValuePush::REFUSED) {
    EXPECT_FALSE(verdict.translated) << verdict.sql;
    EXPECT_NE(verdict.reason, "");
    return;
  }
  ASSERT_TRUE(verdict.translated) << verdict.reason;
  EXPECT_EQ(verdict.mismatch, "");
  EXPECT_EQ(verdict.witnessed, test.push == ValuePush::WITNESSED) << verdict.sql;
  EXPECT_GE(verdict.compared, 12u) << verdict.sql;
}

TEST(TranslateValues, InTheFormOfServersThatHaveAll) {
  TranslateBed bed;
  bed.capabilities = {true, true, true};
  for (const auto &test : NUMBERS) Check(bed, test);
  for (const auto &test : JSON) Check(bed, test);
  EXPECT_EQ(bed.Value("floor(d)").sql, "floor(t.\"d\")");
}

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
    Check(bed, {expression, ValuePush::WITNESSED});
  for (const char *expression : {"ts >= '1970-01-01 00:00:00.000001'", "ts = '1970-01-01'"}) Check(bed, {expression});
}

}  // namespace
}  // namespace shardite
