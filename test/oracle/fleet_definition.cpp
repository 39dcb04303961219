#include "test/oracle/fleet_definition.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "fleet/slice.hpp"

namespace shardite::test {
namespace {

std::vector<std::string> Words(const std::string &line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string JoinFrom(const std::vector<std::string> &lines, size_t first) {
  std::string text;
  for (size_t i = first; i < lines.size(); ++i) text += lines[i] + "\n";
  return text;
}

void ReplaceAll(std::string &text, const std::string &what, const std::string &with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// "90s", "15m", "1h", "7d" in nanoseconds.
int64_t ParseWidth(const std::string &word) {
  const int64_t number = std::stoll(word);
  switch (word.back()) {
    case 's': return number * 1'000'000'000;
    case 'm': return number * 60'000'000'000;
    case 'h': return number * 3'600'000'000'000;
    case 'd': return number * 86'400'000'000'000;
    default: throw std::runtime_error("a series is as wide as 90s, 15m, 1h or 7d, not " + word);
  }
}

std::string OpenWhenDash(const std::string &word) { return word == "-" ? "" : word; }

}  // namespace

bool FleetDefinitionReader::TakeBlock(const std::vector<std::string> &lines) {
  const auto words = Words(lines.at(0));
  const std::string body = JoinFrom(lines, 1);
  if (lines[0] == "toml") {
    definition_.toml += body;
  } else if (lines[0][0] == '[') {  // one more section of it
    definition_.toml += JoinFrom(lines, 0);
  } else if (lines[0] == "every shard") {
    every_shard_ += body;
  } else if (words[0] == "shard") {
    if (words.size() != 4) throw std::runtime_error("a shard is written: shard ID FROM UNTIL");
    definition_.shards.push_back({words[1], OpenWhenDash(words[2]), OpenWhenDash(words[3]), every_shard_ + body, ""});
  } else if (words[0] == "shards") {
    if (words.size() != 4) throw std::runtime_error("a series is written: shards COUNT WIDTH FROM");
    TakeSeries(words, every_shard_ + body);
  } else {
    return false;
  }
  return true;
}

void FleetDefinitionReader::TakeSeries(const std::vector<std::string> &words, const std::string &sql) {
  const int count = std::stoi(words[1]);
  const int64_t width = ParseWidth(words[2]);
  int64_t from = 0;
  if (!ParseTime(words[3], from)) throw std::runtime_error("no time: " + words[3]);
  for (int n = 0; n < count; ++n, from += width) {
    ShardDefinition shard{"s" + std::to_string(definition_.shards.size()), FormatTime(from), FormatTime(from + width),
                          sql, ""};
    ReplaceAll(shard.sql, "{n}", std::to_string(n));
    ReplaceAll(shard.sql, "{from}", std::to_string(from));
    ReplaceAll(shard.sql, "{until}", std::to_string(from + width));
    definition_.shards.push_back(std::move(shard));
  }
}

std::string FleetDefinition::ToText() const {
  std::string text;
  if (!toml.empty()) text += "toml\n" + toml + "\n";
  for (const auto &shard : shards) {
    text += "shard " + shard.id + " " + (shard.from.empty() ? "-" : shard.from) + " " +
            (shard.until.empty() ? "-" : shard.until) + "\n" + shard.sql + "\n";
  }
  return text;
}

std::vector<std::vector<std::string>> SplitBlocks(std::istream &text, std::vector<int> *first_lines) {
  std::vector<std::vector<std::string>> blocks;
  bool open = false;
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    // A comment may stand between blocks only: within one, # may be part of a TOML or SQL text.
    if (line.empty() || (!open && line[0] == '#')) {
      open = false;
      continue;
    }
    if (!open) {
      blocks.emplace_back();
      if (first_lines) first_lines->push_back(number);
      open = true;
    }
    blocks.back().push_back(line);
  }
  return blocks;
}

FleetDefinition ReadFleetDefinition(const std::string &path, const std::string &name) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  FleetDefinitionReader reader;
  reader.Definition().name = name;
  for (const auto &block : SplitBlocks(in)) {
    if (!reader.TakeBlock(block)) throw std::runtime_error(path + ": not a block of a fleet: " + block[0]);
  }
  return reader.Definition();
}

}  // namespace shardite::test
