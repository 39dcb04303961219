#include "fleet/series.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

constexpr int64_t MOST_STEPS = 1'000'000;

// Each placeholder is a piece of "2026-11-20T05:07:00Z".
struct Placeholder {
  const char *name;
  size_t begin, length;
};
constexpr Placeholder PLACEHOLDERS[] = {
    {"{yyyy}", 0, 4}, {"{MM}", 5, 2}, {"{dd}", 8, 2}, {"{HH}", 11, 2}, {"{mm}", 14, 2},
};

}  // namespace

std::vector<Slice> StepsOf(const Slice &slice, const Period &every, int64_t now) {
  const bool open = slice.until == Slice::OPEN_UNTIL;
  if (open && slice.from > now) {
    throw FleetError("the series begins in the future (" + FormatTime(slice.from) +
                     ") and has no end: it has no shard");
  }
  std::vector<Slice> steps;
  for (int64_t n = 0;; ++n) {
    const int64_t from = every.After(slice.from, n);
    if (open ? from > now : from >= slice.until) break;
    if (n >= MOST_STEPS) throw FleetError("the series gives more than a million shards: is \"every\" right?");
    steps.push_back({from, std::min(every.After(slice.from, n + 1), slice.until)});
  }
  if (open) steps.back().until = Slice::OPEN_UNTIL;
  return steps;
}

bool HasPlaceholder(const std::string &text) {
  return std::any_of(std::begin(PLACEHOLDERS), std::end(PLACEHOLDERS),
                     [&](const Placeholder &each) { return text.find(each.name) != std::string::npos; });
}

void CheckPlaceholders(const std::string &text) {
  std::vector<std::string> known;
  for (const Placeholder &each : PLACEHOLDERS) known.emplace_back(each.name);
  for (size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const std::string name = text.substr(open, text.find('}', open) - open + 1);
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw FleetError("unknown placeholder \"" + name + "\": there are {yyyy} {MM} {dd} {HH} {mm}");
  }
}

std::string FillPlaceholders(const std::string &text, int64_t start) {
  const std::string time = FormatTime(start);
  std::string filled = text;
  for (const Placeholder &each : PLACEHOLDERS) {
    const std::string name = each.name;
    const std::string value = time.substr(each.begin, each.length);
    for (size_t at = filled.find(name); at != std::string::npos; at = filled.find(name, at)) {
      filled.replace(at, name.size(), value);
    }
  }
  return filled;
}

std::string StepName(int64_t start) {
  std::string name = FormatTime(start);
  for (const char *tail : {"T00:00:00Z", ":00Z"}) {
    const size_t length = std::string(tail).size();
    if (name.size() > length && name.compare(name.size() - length, length, tail) == 0) {
      return name.substr(0, name.size() - length);
    }
  }
  return name;
}

}  // namespace shardite
