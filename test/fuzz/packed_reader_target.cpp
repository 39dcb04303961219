// The cells of a packed page, in both notations; the first byte chooses.

#include "sqlite/packed_reader.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  if (input.empty()) return;
  const auto packing = input[0] == 'J' ? Packing::JSON : input[0] == 'H' ? Packing::HEX : Packing::QUOTED;
  const auto packed = input.substr(1);
  PackedReader reader(packing, packed);
  Cell cell;
  size_t values = 0;
  while (reader.Next(cell)) {
    Require(++values <= packed.size(), "more values than bytes");
    Require(cell.bytes.size() <= packed.size(), "a value longer than the page");
  }
  Require(reader.Failed() != reader.Error().empty(), "a failure says why, and nothing else does");
  Require(!reader.Next(cell), "the end stays the end");
}

}  // namespace

FuzzTarget PackedReaderTarget() {
  return {"packed_reader",
          Run,
          {R"(J[1,null,"a\"b\u00e9\ud83d\ude00",{"blob":"00FF"},-2.5e10,"é",9007199254740993,1e999])", R"(J[])",
           "Q1,NULL,'it''s',X'00FF',T6100,-2.5e10,Inf,-Inf,9223372036854775807,-9223372036854775808", "Q",
           "HT6100,NULL,X'',T,5e-324,1.7976931348623157e308"},
          {"NULL", "null", "''", "X'", "T", "Inf", "\\u", "\\ud83d", "{\"blob\":\"", "\"}", "9223372036854775808", "1e",
           "-", ",,", "[", "]"}};
}

}  // namespace shardite::test
