#pragma once
// Real shard servers for tests and benchmarks, started on free ports of 127.0.0.1 and stopped with their object:
// sqld with namespaces, and rqlite nodes (one node holds one database). SQLite files are loaded byte for byte, so
// integers, doubles, text with NUL bytes, blobs, rowids, indexes and schemas are exactly those of the file.
// Everything throws std::runtime_error; a missing program is an error, never a reason to skip a test.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "test/support/process.hpp"

namespace shardite::test {

class SqldServer {
 public:
  struct Options {
    std::string jwt_key;                      // Ed25519 public key in URL-safe base64; empty: everybody may ask
    std::vector<std::string> more_arguments;  // e.g. {"--max-response-size", "1MB"}
  };
  SqldServer() : SqldServer(Options()) {}
  explicit SqldServer(const Options &options);

  uint16_t Port() const { return port_; }
  std::string Server() const { return "127.0.0.1:" + std::to_string(port_); }
  /// libsql+http://127.0.0.1:PORT/dev/NAMESPACE
  std::string Url(const std::string &name_space) const;
  /// Makes a namespace that holds a copy of the file: 0.4 s for 67 MB. The file's page size must be 4096, which is
  /// SQLite's default and the only one that sqld has.
  void LoadSqliteFile(const std::string &name_space, const std::string &path);
  void CreateNamespace(const std::string &name_space);
  void DropNamespace(const std::string &name_space);
  pid_t Pid() const { return process_->Pid(); }

 private:
  void Start(const Options &options);

  ServerDirectory directory_;
  uint16_t port_ = 0;
  uint16_t admin_port_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

class RqliteNode {
 public:
  struct Options {
    std::string user, password;  // empty: everybody may ask
  };
  RqliteNode() : RqliteNode(Options()) {}
  explicit RqliteNode(const Options &options);

  uint16_t Port() const { return port_; }
  std::string Server() const { return "127.0.0.1:" + std::to_string(port_); }
  /// rqlite+http://127.0.0.1:PORT
  std::string Url() const;
  /// Replaces everything that the node holds by a copy of the file: 0.8 s for 67 MB.
  void LoadSqliteFile(const std::string &path);
  pid_t Pid() const { return process_->Pid(); }

 private:
  friend std::vector<std::unique_ptr<RqliteNode>> StartRqliteNodes(size_t count);
  enum class Wait { NOW, LATER };
  RqliteNode(const Options &options, Wait wait);
  void Start();
  bool IsReady() const;
  void WaitUntilReady();

  Options options_;
  ServerDirectory directory_;
  uint16_t port_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

/// Several nodes, each on its own, started together.
std::vector<std::unique_ptr<RqliteNode>> StartRqliteNodes(size_t count);

}  // namespace shardite::test
