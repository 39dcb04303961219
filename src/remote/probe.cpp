// ProbeServer (remote/introspect.hpp): what SQL a server understands.
#include <algorithm>
#include <cctype>

#include "remote/introspect.hpp"

namespace shardite {

namespace {

// Present wherever SQLITE_ENABLE_MATH_FUNCTIONS is, together; sqld has a lone log() with another meaning.
constexpr const char *MATH_FUNCTIONS[] = {"ceil", "exp", "floor", "ln", "log10", "log2", "pow", "sqrt", "trunc"};

struct Trial {
  const char *name;
  const char *call;
};

// For servers without pragma_function_list: what CapabilitiesOf asks about, tried one by one. Each call must give a
// non-NULL value.
constexpr Trial TRIALS[] = {
    {"->", "'[1]' -> 0"},
    {"ceil", "ceil(1.5)"},
    {"exp", "exp(1)"},
    {"floor", "floor(1.5)"},
    {"json_each", "(SELECT value FROM json_each('[1]'))"},
    {"ln", "ln(2)"},
    {"log10", "log10(2)"},
    {"log2", "log2(2)"},
    {"pow", "pow(2, 2)"},
    {"sqrt", "sqrt(4)"},
    {"trunc", "trunc(1.5)"},
};

std::string TextAt(const ResultPage &page, size_t column) {
  return column < page.columns.size() && page.row_count == 1 ? std::string(page.columns[column].At(0).bytes) : "";
}

bool IsRefusal(const ShardError &error) {
  return error.error_class == ErrorClass::CAPABILITY || error.error_class == ErrorClass::SCHEMA ||
         error.error_class == ErrorClass::SQL;
}

// Without the list of functions: the version where it can be had, and a trial of each function that shardite may use.
Result<ServerProfile> ProfileByTrial(ShardClient &client, const CallOptions &options) {
  ServerProfile profile;
  auto version = SendAndWait(client, {"SELECT sqlite_version()", StatementKind::PROBE}, options);
  if (version.Ok()) {
    profile.sqlite_version = TextAt(*version, 0);
  } else if (!IsRefusal(version.Error())) {
    return version.Error();
  }
  profile.function_names = ",";
  for (const auto &trial : TRIALS) {
    const std::string sql = std::string("SELECT (") + trial.call + ") IS NOT NULL";
    auto page = SendAndWait(client, {sql, StatementKind::PROBE}, options);
    if (page.Ok()) {
      if (page->row_count == 1 && page->columns[0].At(0).integer == 1)
        profile.function_names += trial.name + std::string(",");
    } else if (!IsRefusal(page.Error())) {
      return page.Error();
    }
  }
  return profile;
}

Result<ServerProfile> AskProfile(ShardClient &client, const CallOptions &options) {
  const char *sql =
      "SELECT sqlite_version(), (SELECT group_concat(name) FROM (SELECT DISTINCT lower(name) AS name FROM "
      "pragma_function_list ORDER BY 1)) || (SELECT ',json_each' FROM json_each('[1]'))";
  auto page = SendAndWait(client, {sql, StatementKind::PROBE}, options);
  if (!page) {
    if (!IsRefusal(page.Error())) return page.Error();
    return ProfileByTrial(client, options);
  }
  ServerProfile profile;
  profile.sqlite_version = TextAt(*page, 0);
  profile.function_names = "," + TextAt(*page, 1) + ",";
  return profile;
}

}  // namespace

Result<ServerProfile> ProbeServer(ShardClient &client, const CallOptions &options) {
  const auto cache = client.Profiles();
  const std::string key = std::string(client.Driver()) + " " + client.ProfileKey();
  if (cache) {
    if (auto known = cache->Find(key)) return std::move(*known);
  }
  auto profile = AskProfile(client, options);
  if (!profile) return profile;
  const auto has = [&](const char *name) { return profile->HasFunction(name); };
  profile->has_math_functions = std::all_of(std::begin(MATH_FUNCTIONS), std::end(MATH_FUNCTIONS), has);
  if (cache) cache->Keep(key, *profile);
  return profile;
}

Capabilities CapabilitiesOf(const ServerProfile &profile) {
  // sqld lists a floor() of its own that gives integers; SQLite's comes with all the others.
  return {profile.HasFunction("json_each"), profile.HasFunction("->"), profile.has_math_functions};
}

}  // namespace shardite
