#pragma once
// A driver that hands everything on to another: the base of drivers that watch or change what passes.

#include <memory>
#include <string>
#include <utility>

#include "remote/shard_client.hpp"

namespace shardite::test {

class ForwardingClient : public ShardClient {
 public:
  explicit ForwardingClient(std::shared_ptr<ShardClient> client) : client_(std::move(client)) {}

  void Send(Statement statement, CallOptions options, ResponseCallback callback) override {
    client_->Send(std::move(statement), std::move(options), std::move(callback));
  }
  const std::string &ShardId() const override { return client_->ShardId(); }
  const std::string &Server() const override { return client_->Server(); }
  const char *Driver() const override { return client_->Driver(); }
  RequestShape Shape() const override { return client_->Shape(); }
  std::shared_ptr<ProfileCache> Profiles() const override { return client_->Profiles(); }
  std::string ProfileKey() const override { return client_->ProfileKey(); }
  std::string DatabaseKey() const override { return client_->DatabaseKey(); }

 private:
  std::shared_ptr<ShardClient> client_;
};

}  // namespace shardite::test
