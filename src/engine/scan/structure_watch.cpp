#include "engine/scan/structure_watch.hpp"

#include <string>

namespace shardite {

namespace {

constexpr const char *REMEDY = "attach the fleet again (.attach in the shell)";

[[noreturn]] void Fail(const ShardClient &client, const ShardTable &table, const std::string &what) {
  throw FleetError(ShardError{ErrorClass::SCHEMA, client.ShardId(), client.Server(), "page",
                              "table \"" + table.name + "\" " + what});
}

PageColumn TakeStructure(const ShardClient &client, ResultPage &page) {
  if (client.Shape().form == PageForm::ROWS) return std::move(page.after);
  auto last = std::move(page.columns.back());
  page.columns.pop_back();
  return last;
}

}  // namespace

ShardError WithRemedy(ShardError error) {
  if (error.error_class == ErrorClass::SCHEMA) {
    error.message += std::string("; the schema has changed since the fleet was attached: ") + REMEDY;
  }
  return error;
}

void StructureWatch::Check(const ShardClient &client, const ShardTable &table, size_t shard, ResultPage &page) {
  const bool damaged = client.Shape().form == PageForm::PACKED && (page.row_count != 1 || page.columns.empty());
  if (table.declaration.empty() || damaged) return;  // the decoder says it
  const auto structure = TakeStructure(client, page);
  const bool is_there = structure.Size() > 0 && structure.At(0).storage == StorageClass::INTEGER;
  if (!is_there) Fail(client, table, std::string("is declared otherwise than when the fleet was attached: ") + REMEDY);
  const Seen now{structure.At(0).integer, page.source};
  Seen first;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    first = seen_.try_emplace(shard, now).first->second;
  }
  if (now.second != first.second) Fail(client, table, "was replaced by another file while it was read: run it again");
  if (now.first != first.first && !table.keeps_rowids) {
    Fail(client, table, "may have been numbered anew (by VACUUM or ALTER TABLE) while it was read: run it again");
  }
}

}  // namespace shardite
