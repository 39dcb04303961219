#pragma once
// One table of a TOML file, read strictly: every getter checks the type, CheckKeys refuses what nobody knows, and
// every error is `path:line: message` with the key in it. Keeps toml++ (a heavy header) out of the rest of the layer.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shardite {

class TomlSection {
 public:
  /// The root of a text. `path` names it in errors. Throws FleetError where it is no TOML.
  static TomlSection Parse(const std::string &text, const std::string &path);

  /// Where the section begins.
  int Line() const;
  int LineOf(const std::string &key) const;  // the section's own line when the key is absent
  /// Throws FleetError "path:line: message" at the key's line.
  [[noreturn]] void Fail(const std::string &key, const std::string &message) const;

  bool Has(const std::string &key) const;
  std::vector<std::string> Keys() const;  // in the order of the file
  /// Throws for the first key that is not `known`, suggesting the nearest.
  void CheckKeys(const std::vector<std::string> &known) const;

  // Each is nullopt (or empty) when the key is absent and throws when it has another type.
  std::optional<std::string> Text(const std::string &key) const;  // never empty: an empty string is an error
  std::optional<int64_t> Integer(const std::string &key) const;
  std::optional<bool> Flag(const std::string &key) const;
  /// An instant in ns: offset date-time, local date or date-time (UTC), or a string of these.
  std::optional<int64_t> Time(const std::string &key) const;
  /// A duration such as "10m", in ns.
  std::optional<int64_t> Duration(const std::string &key) const;
  std::vector<std::string> TextList(const std::string &key) const;
  std::optional<TomlSection> Section(const std::string &key) const;
  std::vector<TomlSection> Sections(const std::string &key) const;  // [[key]]

 private:
  struct Table;
  explicit TomlSection(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::string Expected(const std::string &key, const std::string &what) const;
  std::shared_ptr<const Table> table_;
};

}  // namespace shardite
