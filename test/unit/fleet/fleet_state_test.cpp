#include "fleet/fleet_state.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "fleet/certificate.hpp"
#include "shard_tables.hpp"

namespace shardite {
namespace {

constexpr FileState FILE_STATE{8192, 77, 1'790'000'000'123'456'789, 12, 12};

ShardTable Table() {
  ShardTable table = MakeTable("t", {{"i", "INTEGER"}, {"s", "TEXT"}, {"free", ""}});
  table.min_rowid = 1;
  table.max_rowid = 9;
  return table;
}

ShardCertificate Certificate(std::optional<FileState> file = FILE_STATE) {
  return {"a", "sqlite:a.db", file, {{"t", FingerprintOf(Table()), 1, 9, {"i", "s", "free"}}}};
}

// The columns that are certified.
std::string Applied(const ShardCertificate &certificate, const std::optional<FileState> &file, ShardTable table) {
  std::vector<ShardTable> tables = {std::move(table)};
  const bool any = ApplyCertificate(certificate, file, tables);
  std::string names;
  for (const ShardColumn &column : tables[0].columns) names += column.certified ? column.name : "";
  EXPECT_EQ(any, !names.empty());
  return names;
}

TEST(FleetStateTest, ComesBackAsWritten) {
  FleetState state;
  state.shards.push_back(Certificate());
  state.shards.push_back({"b \"\n", "libsql+http://h:1/dev/x", std::nullopt, {}});
  state.shards[1].tables.push_back({"T2", "00", std::nullopt, std::nullopt, {"\xC3\xA9"}});
  state.shards[1].tables.push_back({"T3", "00", INT64_MIN, INT64_MAX, {}});
  const std::string text = FormatFleetState(state);
  EXPECT_EQ(ParseFleetState(text, "x").shards, state.shards);
  EXPECT_EQ(state.ColumnCount(), 4u);
  EXPECT_EQ(text.rfind("{\"shardite_state\": 1,\n \"certified\": [\n  {\"shard\": \"a\", \"url\": \"sqlite:a.db\"", 0),
            0u)
      << text;
}

std::string ErrorOf(const std::string &json) {
  try {
    ParseFleetState(json, "fleet.toml.state");
  } catch (const FleetError &error) {
    return error.what();
  }
  return "";
}

TEST(FleetStateTest, WhatIsNoStateIsOneClearError) {
  const std::string remedy = ": run `shardite check` again, or delete it";
  for (const char *json : {"", "{", "[]", "{}", "{\"shardite_state\": \"1\"}", "{\"shardite_state\": 1}",
                           "{\"shardite_state\": 1, \"certified\": [{\"shard\": 1}]}", "name = \"otel\""}) {
    const std::string error = ErrorOf(json);
    EXPECT_EQ(error.rfind("fleet.toml.state: is no state that shardite has written (", 0), 0u) << json << error;
    EXPECT_TRUE(error.ends_with(remedy)) << error;
  }
  EXPECT_EQ(ErrorOf("{\"shardite_state\": 2}"),
            "fleet.toml.state: is of version 2, this shardite reads version 1" + remedy);
}

TEST(FleetStateTest, WritingReplacesAndRemoves) {
  const auto directory = std::filesystem::path(testing::TempDir()) / "fleet_state";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const std::string path = (directory / "fleet.toml.state").string();
  EXPECT_TRUE(ReadFleetState(path).shards.empty());
  EXPECT_THROW(ReadFleetState(directory.string()), FleetError);
  EXPECT_EQ(WriteFleetState(path, {}), "");
  FleetState state;
  state.shards.push_back(Certificate());
  EXPECT_EQ(WriteFleetState(path, state), "");
  EXPECT_EQ(ReadFleetState(path).shards, state.shards);
  EXPECT_EQ(WriteFleetState(path, {}), "");
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  EXPECT_NE(WriteFleetState((directory / "none" / "fleet.toml.state").string(), state), "");
}

TEST(CertificateTest, HoldsForTheRowsThatWereRead) {
  EXPECT_EQ(Applied(Certificate(), FILE_STATE, Table()), "is");  // nothing can be said of "free"
  EXPECT_EQ(Applied(Certificate(std::nullopt), std::nullopt, Table()), "is");
}

TEST(CertificateTest, VoidByAnyChangeOfTheFile) {
  FileState changed[] = {FILE_STATE, FILE_STATE, FILE_STATE, FILE_STATE, FILE_STATE};
  changed[0].size++;
  changed[1].inode++;
  changed[2].changed++;
  changed[3].change_counter++;
  changed[4].version_valid_for++;
  for (const FileState &file : changed) EXPECT_EQ(Applied(Certificate(), file, Table()), "");
  EXPECT_EQ(Applied(Certificate(), std::nullopt, Table()), "");
  EXPECT_EQ(Applied(Certificate(std::nullopt), FILE_STATE, Table()), "");
}

TEST(CertificateTest, VoidByOtherRowids) {
  for (const auto &file : {std::optional<FileState>(FILE_STATE), std::optional<FileState>()}) {
    ShardTable table = Table();
    table.max_rowid = 10;
    EXPECT_EQ(Applied(Certificate(file), file, table), "");
    table = Table();
    table.min_rowid = 0;
    EXPECT_EQ(Applied(Certificate(file), file, table), "");
    table.min_rowid.reset();
    table.max_rowid.reset();
    EXPECT_EQ(Applied(Certificate(file), file, table), "");
  }
}

TEST(CertificateTest, VoidByAnotherStructure) {
  ShardTable table = Table();
  table.columns[1].declared_type = "VARCHAR";
  EXPECT_EQ(Applied(Certificate(), FILE_STATE, table), "");
  table = Table();
  table.columns.push_back({"more", "TEXT", ColumnKind::TEXT, false});
  EXPECT_EQ(Applied(Certificate(), FILE_STATE, table), "");
  table = Table();
  table.columns[0].name = "j";
  EXPECT_EQ(Applied(Certificate(), FILE_STATE, table), "");
  table = Table();
  table.name = "u";
  EXPECT_EQ(Applied(Certificate(), FILE_STATE, table), "");
}

TEST(CertificateTest, NothingIsCertainOfAViewNorOnAServerWithoutRowids) {
  ShardTable view = Table();
  view.is_view = true;
  EXPECT_FALSE(CanBeCertified(view, true));
  ShardTable without = Table();
  without.has_rowid = false;
  EXPECT_TRUE(CanBeCertified(without, true));
  EXPECT_FALSE(CanBeCertified(without, false));
}

TEST(CertificateTest, UrlsHaveNoSettings) {
  EXPECT_EQ(CertifiedUrl(ParseShardUrl("rqlite+http://h:4001?level=none", "")), "rqlite+http://h:4001");
  EXPECT_EQ(CertifiedUrl(ParseShardUrl("sqlite:a?b.db", "/base")), "sqlite:a?b.db");
}

TEST(CertificateTest, AVariantOfItsOwnAndOneWithout) {
  ShardTable certified = Table();
  for (ShardColumn &column : certified.columns) column.certified = column.kind != ColumnKind::ANY;
  const LogicalTable one = Reconcile(MakeSpec("t"), HourlyShards(1), {certified});
  ASSERT_EQ(one.variants.size(), 2u);
  EXPECT_TRUE(one.variants[0].Certifies(0) && one.variants[0].Certifies(1) && !one.variants[0].Certifies(2));
  EXPECT_EQ(one.uncertified, (std::vector<size_t>{1, 1}));
  EXPECT_FALSE(one.variants[1].CertifiesAny());

  const LogicalTable two = Reconcile(MakeSpec("t"), HourlyShards(2), {certified, Table()});
  ASSERT_EQ(two.variants.size(), 2u);
  EXPECT_NE(two.variant_of_shard[0], two.variant_of_shard[1]);
  EXPECT_EQ(two.uncertified[two.variant_of_shard[0]], two.variant_of_shard[1]);
}

TEST(CertificateTest, AWiderColumnIsNotWhatWasCertified) {
  ShardTable integers = MakeTable("t", {{"x", "INTEGER"}});
  integers.columns[0].certified = true;
  const LogicalTable table = Reconcile(MakeSpec("t"), HourlyShards(2), {integers, MakeTable("t", {{"x", "REAL"}})});
  EXPECT_FALSE(table.variants[table.variant_of_shard[0]].CertifiesAny());
}

}  // namespace
}  // namespace shardite
