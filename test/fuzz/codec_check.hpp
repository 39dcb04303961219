#pragma once
// What the targets of both servers' codecs have in common: the reply that holds the input, and what holds of a page.

#include <string_view>

#include "remote/http_client.hpp"
#include "remote/result_page.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {

/// The input as the body of an answer with status 200.
inline HttpReply ReplyOf(std::string_view input) {
  HttpReply reply;
  reply.status = 200;
  reply.content_type = "application/json";
  reply.body = input;
  return reply;
}

/// A failure says why, and of a page every column has a name and every row; throws std::logic_error otherwise.
inline void RequireSound(const Result<ResultPage> &page) {
  if (!page) return Require(!page.Error().message.empty(), "a failure says why");
  Require(page->names.size() == page->columns.size(), "a name for every column");
  for (const auto &column : page->columns) Require(column.Size() == page->row_count, "every column has every row");
}

}  // namespace shardite::test
