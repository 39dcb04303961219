// Starts shard servers for a shell or a benchmark, prints one JSON line and stops them when its input ends:
//   shard_servers [--sqld N] [--rqlite M] [--file NAME=PATH]...
// Every file becomes a namespace of each sqld; the files are dealt out to the rqlite nodes in turn, one per node.
//   {"sqld":["127.0.0.1:4011"],"rqlite":["127.0.0.1:4013"],"urls":["libsql+http://127.0.0.1:4011/dev/a", ...]}
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "test/support/servers.hpp"

using shardite::test::RqliteNode;
using shardite::test::SqldServer;

namespace {

struct Wish {
  size_t sqld = 0, rqlite = 0;
  std::vector<std::pair<std::string, std::string>> files;  // name, path
};

Wish ReadArguments(int argc, char **argv) {
  Wish wish;
  for (int i = 1; i < argc; i++) {
    const std::string option = argv[i];
    if (i + 1 == argc) throw std::runtime_error("a value is missing after " + option);
    const std::string value = argv[++i];
    if (option == "--sqld") {
      wish.sqld = std::stoul(value);
    } else if (option == "--rqlite") {
      wish.rqlite = std::stoul(value);
    } else if (option == "--file" && value.find('=') != std::string::npos) {
      const size_t equals = value.find('=');
      wish.files.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else {
      throw std::runtime_error("unknown option " + option + " " + value);
    }
  }
  return wish;
}

std::string JsonList(const std::vector<std::string> &texts) {
  std::string list = "[";
  for (const auto &text : texts) list += (list.size() > 1 ? ",\"" : "\"") + text + "\"";
  return list + "]";
}

void Serve(const Wish &wish) {
  std::vector<std::unique_ptr<SqldServer>> sqld;
  for (size_t i = 0; i < wish.sqld; i++) sqld.push_back(std::make_unique<SqldServer>());
  const auto nodes = shardite::test::StartRqliteNodes(wish.rqlite);
  std::vector<std::string> sqld_names, node_names, urls;
  for (const auto &server : sqld) {
    sqld_names.push_back(server->Server());
    for (const auto &[name, path] : wish.files) {
      server->LoadSqliteFile(name, path);
      urls.push_back(server->Url(name));
    }
  }
  for (size_t i = 0; i < nodes.size(); i++) {
    node_names.push_back(nodes[i]->Server());
    urls.push_back(nodes[i]->Url());
    if (i < wish.files.size()) nodes[i]->LoadSqliteFile(wish.files[i].second);
  }
  std::cout << "{\"sqld\":" << JsonList(sqld_names) << ",\"rqlite\":" << JsonList(node_names)
            << ",\"urls\":" << JsonList(urls) << "}" << std::endl;
  while (std::getchar() != EOF) {
  }
}

}  // namespace

int main(int argc, char **argv) {
  try {
    Serve(ReadArguments(argc, argv));
    return 0;
  } catch (const std::exception &error) {
    std::cerr << "shard_servers: " << error.what() << "\n";
    return 1;
  }
}
