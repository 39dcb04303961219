#pragma once
// A series is one entry of the fleet file that stands for many shards: equal steps of time, and a url (and id) whose
// placeholders {yyyy} {MM} {dd} {HH} {mm} are the start of each step, in UTC.

#include <string>
#include <vector>

#include "fleet/slice.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

/// The steps from slice.from to slice.until, the last one cut at until. When until is open, the steps up to the one
/// that `now` lies in; that one is left open, because it is still growing. Throws FleetError: `from` after now, or
/// more than a million steps.
std::vector<Slice> StepsOf(const Slice &slice, const Period &every, int64_t now);

bool HasPlaceholder(const std::string &text);
/// Throws FleetError for a {name} that is none, suggesting the nearest.
void CheckPlaceholders(const std::string &text);
std::string FillPlaceholders(const std::string &text, int64_t start);

/// How a step is called in a shard's id: "2026-11-20", "2026-11-20T05:00", or the full time.
std::string StepName(int64_t start);

}  // namespace shardite
