// The examples of docs/fleet-file.md are fleet files that load.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "fleet/fleet_spec.hpp"

namespace shardite {
namespace {

// The text of every ```toml block.
std::vector<std::string> TomlBlocks(const std::string &markdown) {
  const std::string opening = "```toml\n", closing = "\n```";
  std::vector<std::string> blocks;
  for (size_t at = markdown.find(opening); at != std::string::npos; at = markdown.find(opening, at)) {
    at += opening.size();
    const size_t end = markdown.find(closing, at);
    blocks.push_back(markdown.substr(at, end - at) + "\n");
    at = end;
  }
  return blocks;
}

TEST(DocumentationTest, ExamplesOfTheFleetFileLoad) {
  std::ifstream stream(std::string(SHARDITE_SOURCE_DIR) + "/docs/fleet-file.md");
  const auto blocks = TomlBlocks({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()});
  ASSERT_GE(blocks.size(), 4u);
  for (const std::string &block : blocks) {
    // A fragment shows keys of one shard.
    const bool whole = block.find("[[shards]]") != std::string::npos;
    const std::string toml = whole ? block : "[[shards]]\nurl = \"fake://host\"\nuser = \"me\"\n" + block;
    EXPECT_NO_THROW(ParseFleet(toml, "fleet.toml")) << toml;
  }
}

}  // namespace
}  // namespace shardite
