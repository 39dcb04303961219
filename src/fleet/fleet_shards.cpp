#include <filesystem>
#include <functional>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/series.hpp"

namespace shardite {

namespace {

// Runs a part that knows neither file nor line, and adds them to its error.
template <class Part>
auto AtKey(const TomlSection &section, const std::string &key, Part part) {
  try {
    return part();
  } catch (const FleetError &error) {
    section.Fail(key, "\"" + key + "\": " + error.what());
  }
}

SecretSource ReadSecret(const TomlSection &shard, const std::string &key, const std::string &base) {
  SecretSource secret;
  if (!shard.Has(key)) return secret;
  std::optional<TomlSection> section;
  try {
    section = shard.Section(key);
  } catch (const FleetError &) {
    shard.Fail(key, "\"" + key + "\" must not stand in the file: put it in the environment: " + key +
                        " = { env = \"SHARD_SECRET\" }, or in a file: " + key + " = { file = \"..\" }");
  }
  section->CheckKeys({"env", "file"});
  if (section->Has("env") == section->Has("file")) {
    shard.Fail(key, "\"" + key + "\" needs one of env and file: " + key + " = { env = \"..\" }");
  }
  secret.environment = section->Text("env").value_or("");
  if (const auto file = section->Text("file")) secret.file = BesideFleetFile(*file, base);
  return secret;
}

// A secret that no driver would ever send is a mistake in the file.
void CheckSecrets(const TomlSection &section, const ShardSpec &shard) {
  const std::string &scheme = shard.url.scheme;
  const auto speaks = [&](const char *driver) { return scheme.rfind(driver, 0) == 0; };
  if (section.Has("token") && (speaks("sqlite") || speaks("rqlite"))) {
    section.Fail("token", "\"token\" is for libsql shards" +
                              std::string(speaks("rqlite") ? "; rqlite takes user and password" : ""));
  }
  for (const char *key : {"user", "password"}) {
    if (section.Has(key) && (speaks("sqlite") || speaks("libsql"))) {
      section.Fail(key, "\"" + std::string(key) + "\" is for rqlite shards" +
                            (speaks("libsql") ? "; libsql takes a token" : ""));
    }
  }
  if (section.Has("password") && !section.Has("user")) section.Fail("password", "\"password\" needs a \"user\"");
}

Slice ReadSlice(const TomlSection &section) {
  Slice slice;
  slice.from = section.Time("from").value_or(Slice::OPEN_FROM);
  slice.until = section.Time("until").value_or(Slice::OPEN_UNTIL);
  if (slice.IsEmpty()) {
    section.Fail("until",
                 "\"until\" (" + FormatTime(slice.until) + ") must be after \"from\" (" + FormatTime(slice.from) + ")");
  }
  return slice;
}

Period ReadPeriod(const TomlSection &section) {
  const std::string text = *section.Text("every");
  const auto period = ParsePeriod(text);
  if (!period) {
    section.Fail("every", "\"every\" is no period: \"" + text +
                              "\"; write a whole number and a unit of s m h d w mo y, such as \"1d\"");
  }
  if (!section.Has("from")) section.Fail("every", "a series (\"every\") needs \"from\"");
  return *period;
}

// Months of different length: a step from the 31st would not exist in most of them.
void CheckMonthStart(const TomlSection &section, const Period &period, int64_t from) {
  if (period.months != 0 && std::stoi(FormatTime(from).substr(8, 2)) > 28) {
    section.Fail("from", "\"from\" of a series by months must lie on one of the days 1 to 28");
  }
}

struct Entry {
  const TomlSection &section;
  const std::string &base;
  std::string url, id;
  std::vector<std::string> replicas;
};

ShardDraft MakeDraft(const Entry &entry, ShardSpec common, const Slice &slice,
                     const std::function<std::string(const std::string &)> &fill) {
  ShardDraft draft{std::move(common), {}};
  ShardSpec &shard = draft.spec;
  shard.slice = slice;
  AtKey(entry.section, "url", [&] { shard.url = ParseShardUrl(fill(entry.url), entry.base); });
  AtKey(entry.section, "replicas", [&] {
    for (const std::string &replica : entry.replicas) {
      shard.replicas.push_back(ParseShardUrl(fill(replica), entry.base));
    }
  });
  shard.id = fill(entry.id);
  return draft;
}

void ReadSeries(const Entry &entry, const ShardSpec &common, const Slice &whole, int64_t now,
                std::vector<ShardDraft> &drafts) {
  const Period period = ReadPeriod(entry.section);
  CheckMonthStart(entry.section, period, whole.from);
  for (const std::string &text : {entry.url, entry.id}) {
    AtKey(entry.section, text == entry.url ? "url" : "id", [&] { CheckPlaceholders(text); });
  }
  const auto steps = AtKey(entry.section, "every", [&] { return StepsOf(whole, period, now); });
  for (const Slice &step : steps) {
    ShardDraft draft =
        MakeDraft(entry, common, step, [&](const std::string &text) { return FillPlaceholders(text, step.from); });
    const std::string short_name = ShortName(draft.spec.url);
    const std::string name = entry.id.empty() ? short_name : draft.spec.id;
    // With placeholders the name tells the step already, unless two steps share it.
    const bool tells =
        HasPlaceholder(entry.id.empty() ? entry.url : entry.id) || (steps.size() == 1 && !entry.id.empty());
    // One database for all steps, even while there is only one: each shard is the rows inside its step.
    draft.spec.clamp = !HasPlaceholder(entry.url);
    draft.spec.id = tells ? name : name + "/" + StepName(step.from);
    draft.ids = {name + "/" + StepName(step.from), DatabaseOf(draft.spec.url) + "/" + StepName(step.from)};
    drafts.push_back(std::move(draft));
  }
}

}  // namespace

std::string BesideFleetFile(const std::string &path, const std::string &base) {
  const std::filesystem::path file(path);
  return (file.is_absolute() || base.empty() ? file : std::filesystem::path(base) / file).string();
}

void ReadShards(const TomlSection &section, const std::string &base, int64_t now, std::vector<ShardDraft> &drafts) {
  section.CheckKeys({"id", "url", "from", "until", "every", "token", "user", "password", "replicas"});
  if (!section.Has("url")) section.Fail("url", "a shard needs a \"url\", such as \"sqlite:logs.db\"");
  Entry entry{section, base, *section.Text("url"), section.Text("id").value_or(""), section.TextList("replicas")};
  ShardSpec common;
  common.line = section.Line();
  common.token = ReadSecret(section, "token", base);
  common.user = section.Text("user").value_or("");
  common.password = ReadSecret(section, "password", base);
  const Slice slice = ReadSlice(section);
  const size_t first = drafts.size();
  if (section.Has("every")) {
    ReadSeries(entry, common, slice, now, drafts);
  } else {
    if (HasPlaceholder(entry.url)) section.Fail("url", "\"url\" has a placeholder: it needs \"every\" and \"from\"");
    ShardDraft draft = MakeDraft(entry, common, slice, [](const std::string &text) { return text; });
    if (entry.id.empty()) {
      draft.spec.id = ShortName(draft.spec.url);
      draft.ids = {DatabaseOf(draft.spec.url)};
      if (slice.from != Slice::OPEN_FROM) draft.ids.push_back(draft.spec.id + "/" + StepName(slice.from));
    }
    drafts.push_back(std::move(draft));
  }
  CheckSecrets(section, drafts[first].spec);
}

}  // namespace shardite
