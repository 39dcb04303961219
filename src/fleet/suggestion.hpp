#pragma once
// "did you mean": the known name that a mistyped one is nearest to.

#include <string>
#include <vector>

namespace shardite {

/// The candidate with the fewest edits from `name` (letter case is free), when they are few enough to be a slip;
/// "" otherwise.
std::string NearestName(const std::string &name, const std::vector<std::string> &candidates);

/// `; did you mean "time"?`, or "" when nothing is near.
std::string DidYouMean(const std::string &name, const std::vector<std::string> &candidates);

/// ASCII letters in lower case: how SQLite compares names.
std::string LowerName(const std::string &name);

}  // namespace shardite
