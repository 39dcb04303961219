#include "engine/translate/function_table.hpp"

#include <algorithm>
#include <iterator>

#include "engine/translate/arithmetic.hpp"
#include "engine/translate/json_functions.hpp"
#include "engine/translate/text_functions.hpp"
#include "engine/translate/time_functions.hpp"

namespace shardite {
namespace {

// Each row says where SQLite and DuckDB differ and what is done about it. Sorted by name.
constexpr FunctionRule FUNCTIONS[] = {
    // SQLite's LIKE folds ASCII case: GLOB, instr() or a range instead.
    {"!~~", TranslateLike},
    // DuckDB folds Unicode, SQLite ASCII: constant ASCII patterns only.
    {"!~~*", TranslateIlike},
    // SQLite's integer % is C's as DuckDB's is; on REAL it truncates the operands: integers only.
    {"%", TranslateDivision},
    {"&", TranslateBits},
    // Overflow gives a REAL in SQLite, an error in DuckDB: witnessed.
    {"*", TranslateSum},
    {"+", TranslateSum},
    {"-", TranslateSum},
    // JSON text again: what would need an escape is witnessed.
    {"->", TranslateJsonExtract},
    // Reals, nested values and malformed text differ: witnessed. Keys are always quoted: 3.40 splits them at dots.
    {"->>", TranslateJsonText},
    // 7/2 is 3 in SQLite, 3.5 in DuckDB, whose binder casts both sides to DOUBLE; 1/0 is NULL against inf.
    {"/", TranslateDivision},
    {"//", TranslateDivision},
    // DuckDB raises where bits are lost: witnessed.
    {"<<", TranslateBits},
    {">>", TranslateBits},
    {"^@", TranslatePrefix},
    {"abs", TranslateSign},
    {"add", TranslateSum},
    // Of string_split(): cut out with instr() and substr().
    {"array_extract", TranslateSplitPart},
    // Optional in SQLite: computed from the integer part where a shard lacks them.
    {"ceil", TranslateRounding},
    {"ceiling", TranslateRounding},
    {"century", TranslateDatePart},
    // concat() skips NULLs, || does not.
    {"concat", TranslateConcat},
    {"constant_or_null", TranslateConstantOrNull},
    {"contains", TranslateContains},
    // DuckDB floors to each boundary.
    {"date_diff", TranslateDateDiff},
    // SQLite's integer division truncates before 1970, where DuckDB floors.
    {"date_part", TranslateDatePart},
    {"date_trunc", TranslateBucket},
    {"datediff", TranslateDateDiff},
    {"datepart", TranslateDatePart},
    {"datetrunc", TranslateBucket},
    {"day", TranslateDatePart},
    {"dayname", TranslateDayName},
    {"dayofmonth", TranslateDatePart},
    {"dayofweek", TranslateDatePart},
    {"dayofyear", TranslateDatePart},
    {"decade", TranslateDatePart},
    {"divide", TranslateDivision},
    {"ends_with", TranslateSuffix},
    {"epoch", TranslateEpoch},
    {"epoch_ms", TranslateEpoch},
    {"epoch_ns", TranslateEpoch},
    {"epoch_us", TranslateEpoch},
    {"floor", TranslateRounding},
    // max(1, NULL) is NULL in SQLite.
    {"greatest", TranslateExtreme},
    // SQLite's hex(NULL) is ''.
    {"hex", TranslateBytes},
    {"hour", TranslateDatePart},
    {"ilike_escape", TranslateIlike},
    // By code points, as in SQLite.
    {"instr", TranslatePosition},
    {"isfinite", TranslateFiniteness},
    {"isinf", TranslateFiniteness},
    {"isnan", TranslateFiniteness},
    {"isodow", TranslateDatePart},
    {"isoyear", TranslateDatePart},
    {"json_exists", TranslateJsonExists},
    {"json_extract", TranslateJsonExtract},
    {"json_extract_path", TranslateJsonExtract},
    {"json_extract_path_text", TranslateJsonText},
    {"json_extract_string", TranslateJsonText},
    // DuckDB names its own types.
    {"json_type", TranslateJsonType},
    // ASCII only in SQLite: witnessed.
    {"lcase", TranslateLetterCase},
    {"least", TranslateExtreme},
    // substr() stops at a NUL byte in SQLite: witnessed.
    {"left", TranslateSubstring},
    // length() stops at a NUL byte in SQLite: witnessed.
    {"len", TranslateLength},
    {"length", TranslateLength},
    {"like_escape", TranslateLike},
    {"list_extract", TranslateSplitPart},
    {"lower", TranslateLetterCase},
    {"ltrim", TranslateTrim},
    {"make_timestamp", TranslateMakeTimestamp},
    {"make_timestamp_ms", TranslateMakeTimestamp},
    {"microsecond", TranslateDatePart},
    {"millennium", TranslateDatePart},
    {"millisecond", TranslateDatePart},
    {"minute", TranslateDatePart},
    {"mod", TranslateDivision},
    {"month", TranslateDatePart},
    {"monthname", TranslateDayName},
    {"multiply", TranslateSum},
    {"not_ilike_escape", TranslateIlike},
    {"not_like_escape", TranslateLike},
    {"octet_length", TranslateBytes},
    {"position", TranslatePosition},
    {"prefix", TranslatePrefix},
    {"quarter", TranslateDatePart},
    {"regexp_full_match", TranslateRegex},
    // SQLite has none: literals only; filters look for what a match must hold.
    {"regexp_matches", TranslateRegex},
    {"replace", TranslateReplace},
    {"right", TranslateSubstring},
    {"round", TranslateRounding},
    {"rtrim", TranslateTrim},
    {"second", TranslateDatePart},
    {"sign", TranslateSign},
    {"starts_with", TranslatePrefix},
    // Letters that both write alike.
    {"strftime", TranslateStrftime},
    {"strlen", TranslateLength},
    {"strpos", TranslatePosition},
    {"substr", TranslateSubstring},
    {"substring", TranslateSubstring},
    {"subtract", TranslateSum},
    {"suffix", TranslateSuffix},
    {"time_bucket", TranslateBucket},
    {"to_hex", TranslateBytes},
    // SQLite's takes off ASCII blanks: the characters are named.
    {"trim", TranslateTrim},
    {"trunc", TranslateRounding},
    {"ucase", TranslateLetterCase},
    {"upper", TranslateLetterCase},
    {"week", TranslateDatePart},
    {"weekday", TranslateDatePart},
    {"weekofyear", TranslateDatePart},
    // SQLite has no xor: a|b less a&b.
    {"xor", TranslateBits},
    {"year", TranslateDatePart},
    {"yearweek", TranslateDatePart},
    {"|", TranslateBits},
    {"||", TranslateConcat},
    {"~", TranslateBits},
    {"~~", TranslateLike},
    {"~~*", TranslateIlike},
    // SQLite's ? is a character, DuckDB's a byte: text and * only.
    {"~~~", TranslateGlob},
};

}  // namespace

const FunctionRule *FindFunction(const std::string &name) {
  const auto *found =
      std::lower_bound(std::begin(FUNCTIONS), std::end(FUNCTIONS), name,
                       [](const FunctionRule &rule, const std::string &text) { return text.compare(rule.name) > 0; });
  return found != std::end(FUNCTIONS) && found->name == name ? found : nullptr;
}

}  // namespace shardite
