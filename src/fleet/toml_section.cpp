#include "fleet/toml_section.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

// toml++ 3.3 asserts a digit where a file may hold anything (`from = 2026-01-01 "`); without that it says what it
// expected.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include "base/error.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

struct TomlSection::Table {
  std::shared_ptr<const toml::table> document;  // owns what `table` points into
  const toml::table *table = nullptr;
  std::string path;
  int line = 1;
};

namespace {

[[noreturn]] void FailAt(const std::string &path, int line, const std::string &message) {
  throw FleetError(path + ":" + std::to_string(line) + ": " + message);
}

int LineOfNode(const toml::node &node, int otherwise) {
  const auto line = node.source().begin.line;
  return line == 0 ? otherwise : static_cast<int>(line);
}

std::string TypeName(const toml::node &node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return node.is_array_of_tables() ? "an array of tables" : "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a float";
    case toml::node_type::boolean: return "a boolean";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time of day";
    case toml::node_type::date_time: return "a date-time";
    default: return "nothing";
  }
}

// TOML's own date types as the text that ParseTime reads: one place decides what is a valid time.
std::string DateText(const toml::date &date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", int{date.year}, int{date.month}, int{date.day});
  return text;
}

std::string DateTimeText(const toml::date_time &value) {
  char text[64];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%09u", int{value.time.hour}, int{value.time.minute},
                int{value.time.second}, unsigned{value.time.nanosecond});
  std::string result = DateText(value.date) + text;
  if (value.offset) {
    const int minutes = value.offset->minutes;
    std::snprintf(text, sizeof text, "%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                  std::abs(minutes) % 60);
    result += text;
  }
  return result;
}

}  // namespace

TomlSection TomlSection::Parse(const std::string &text, const std::string &path) {
  try {
    auto table = std::make_shared<Table>();
    auto document = std::make_shared<toml::table>(toml::parse(std::string_view(text), std::string_view(path)));
    table->table = document.get();
    table->document = std::move(document);
    table->path = path;
    return TomlSection(std::move(table));
  } catch (const toml::parse_error &error) {
    std::string message(error.description());
    std::replace(message.begin(), message.end(), '\n', ' ');
    FailAt(path, std::max(1, static_cast<int>(error.source().begin.line)), message);
  }
}

int TomlSection::Line() const { return table_->line; }

int TomlSection::LineOf(const std::string &key) const {
  for (const auto &[own, node] : *table_->table) {
    if (own.str() != key) continue;
    const auto line = own.source().begin.line;
    return line == 0 ? LineOfNode(node, table_->line) : static_cast<int>(line);
  }
  return table_->line;
}

void TomlSection::Fail(const std::string &key, const std::string &message) const {
  FailAt(table_->path, LineOf(key), message);
}

bool TomlSection::Has(const std::string &key) const { return table_->table->contains(key); }

std::vector<std::string> TomlSection::Keys() const {
  std::vector<std::pair<int, std::string>> by_line;
  for (const auto &[key, node] : *table_->table) by_line.emplace_back(LineOf(std::string(key.str())), key.str());
  std::stable_sort(by_line.begin(), by_line.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<std::string> keys;
  keys.reserve(by_line.size());
  for (auto &[line, key] : by_line) keys.push_back(std::move(key));
  return keys;
}

void TomlSection::CheckKeys(const std::vector<std::string> &known) const {
  for (const std::string &key : Keys()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string suggestion = DidYouMean(key, known);
    if (suggestion.empty()) {
      suggestion = "; known here:";
      for (const std::string &name : known) suggestion += " " + name;
    }
    Fail(key, "unknown key \"" + key + "\"" + suggestion);
  }
}

std::string TomlSection::Expected(const std::string &key, const std::string &what) const {
  return "\"" + key + "\" must be " + what + ", not " + TypeName(*table_->table->get(key));
}

std::optional<std::string> TomlSection::Text(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  if (!node->is_string()) Fail(key, Expected(key, "a string"));
  const std::string &text = node->as_string()->get();
  if (text.empty()) Fail(key, "\"" + key + "\" is empty");
  if (text.find('\0') != std::string::npos) Fail(key, "\"" + key + "\" holds a NUL character");
  return text;
}

std::optional<int64_t> TomlSection::Integer(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  if (!node->is_integer()) Fail(key, Expected(key, "an integer"));
  return node->as_integer()->get();
}

std::optional<bool> TomlSection::Flag(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  if (!node->is_boolean()) Fail(key, Expected(key, "true or false"));
  return node->as_boolean()->get();
}

std::optional<int64_t> TomlSection::Time(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  std::string text;
  if (const auto *date_time = node->as_date_time()) {
    text = DateTimeText(date_time->get());
  } else if (const auto *date = node->as_date()) {
    text = DateText(date->get());
  } else if (node->is_string()) {
    text = node->as_string()->get();
  } else {
    Fail(key, Expected(key, "a time such as 2026-11-20T00:00:00Z"));
  }
  int64_t nanoseconds = 0;
  if (!ParseTime(text, nanoseconds)) {
    Fail(key, "\"" + key + "\" is no time between the years 1678 and 2261: \"" + text +
                  "\"; write it like 2026-11-20T00:00:00Z");
  }
  return nanoseconds;
}

std::optional<int64_t> TomlSection::Duration(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  if (!node->is_string()) Fail(key, Expected(key, "a duration with its unit, such as \"30s\""));
  const auto duration = ParseDuration(node->as_string()->get());
  if (!duration) {
    Fail(key, "\"" + key + "\" is no duration: \"" + node->as_string()->get() +
                  "\"; write a whole number and a unit of ns us ms s m h d w, such as \"30s\"");
  }
  return duration;
}

std::vector<std::string> TomlSection::TextList(const std::string &key) const {
  std::vector<std::string> texts;
  const toml::node *node = table_->table->get(key);
  if (!node) return texts;
  if (!node->is_array()) Fail(key, Expected(key, "an array of strings"));
  for (const toml::node &element : *node->as_array()) {
    if (!element.is_string()) Fail(key, "\"" + key + "\" must hold only strings, not " + TypeName(element));
    texts.push_back(element.as_string()->get());
  }
  return texts;
}

std::optional<TomlSection> TomlSection::Section(const std::string &key) const {
  const toml::node *node = table_->table->get(key);
  if (!node) return std::nullopt;
  if (!node->is_table()) Fail(key, Expected(key, "a table"));
  auto table = std::make_shared<Table>(*table_);
  table->table = node->as_table();
  table->line = LineOf(key);
  return TomlSection(std::move(table));
}

std::vector<TomlSection> TomlSection::Sections(const std::string &key) const {
  std::vector<TomlSection> sections;
  const toml::node *node = table_->table->get(key);
  if (!node) return sections;
  const toml::array *array = node->as_array();
  if (!array || !std::all_of(array->begin(), array->end(), [](const toml::node &each) { return each.is_table(); })) {
    Fail(key, "\"" + key + "\" must be an array of tables, written as [[" + key + "]]");
  }
  for (const toml::node &element : *array) {
    auto table = std::make_shared<Table>(*table_);
    table->table = element.as_table();
    table->line = LineOfNode(element, table_->line);
    sections.push_back(TomlSection(std::move(table)));
  }
  return sections;
}

}  // namespace shardite
