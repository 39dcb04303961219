#include "bench/peers/add_partials.hpp"

#include <algorithm>
#include <stdexcept>

namespace shardite::bench {

namespace {

// Lists are JSON already, or SQL literals between commas; of the latter only numbers and NULL occur here.
std::string AsJson(std::string_view cell) {
  if (!cell.empty() && cell.front() == '[') return std::string(cell);
  return "[" + std::string(cell) + "]";
}

std::string TextOf(const simdjson::dom::element &value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(value);
}

}  // namespace

void PartialAdder::Add(std::string_view body) {
  cell_parsers_.resize(columns_.size());
  std::vector<simdjson::dom::array> lists;
  try {
    const auto answer = answer_parser_.parse(body.data(), body.size(), false);
    const simdjson::dom::array row = answer["results"].at(0)["response"]["result"]["rows"].at(0);
    for (size_t i = 0; i < columns_.size(); i++) {
      const std::string cell = AsJson(row.at(i)["value"].get_string());
      lists.push_back(cell_parsers_[i].parse(cell));
    }
    std::vector<simdjson::dom::array::iterator> at;
    for (auto &list : lists) at.push_back(list.begin());
    while (at[0] != lists[0].end()) {
      std::string key;
      size_t value_number = 0;
      Group *group = nullptr;
      for (size_t i = 0; i < columns_.size(); i++) {
        const simdjson::dom::element cell = *at[i];
        ++at[i];
        if (columns_[i] == Merge::KEY) {
          key += TextOf(cell) + '\n';
          continue;
        }
        if (!group) group = &groups_[key];
        const int64_t value = cell.get_int64();
        if (value_number == group->values.size()) {
          group->values.push_back(value);
        } else {
          int64_t &merged = group->values[value_number];
          merged = columns_[i] == Merge::SUM   ? merged + value
                   : columns_[i] == Merge::MIN ? std::min(merged, value)
                                               : std::max(merged, value);
        }
        value_number++;
      }
    }
  } catch (const simdjson::simdjson_error &error) {
    throw std::runtime_error(std::string("the peer cannot read an answer: ") + error.what());
  }
}

}  // namespace shardite::bench
