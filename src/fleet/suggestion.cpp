#include "fleet/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace shardite {

namespace {

// Levenshtein's distance, with neighbours swapped counted as one edit.
size_t EditDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> before_last, last(b.size() + 1), current(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = current;
  }
  return last[b.size()];
}

}  // namespace

std::string LowerName(const std::string &name) {
  std::string lower = name;
  for (char &letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

std::string NearestName(const std::string &name, const std::vector<std::string> &candidates) {
  constexpr size_t LONGEST_COMPARED = 200;  // the distance is quadratic
  std::string nearest;
  if (name.size() > LONGEST_COMPARED) return nearest;
  size_t fewest = std::max<size_t>(1, name.size() / 3) + 1;
  for (const std::string &candidate : candidates) {
    if (candidate.size() > LONGEST_COMPARED) continue;
    const size_t edits = EditDistance(LowerName(name), LowerName(candidate));
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string DidYouMean(const std::string &name, const std::vector<std::string> &candidates) {
  const std::string nearest = NearestName(name, candidates);
  return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

}  // namespace shardite
