#include "engine/pushdown/filters.hpp"

#include <algorithm>

#include "engine/pushdown/lookup_keys.hpp"

namespace shardite {

namespace {

void Note(std::vector<std::string> &notes, const std::string &note) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

// Why a filter has no value that a shard could compare with; null when it has.
const char *ReasonNotFixed(const duckdb::Expression &expr) {
  if (expr.IsVolatile()) return "it has another value for every row";
  if (expr.HasSubquery()) return "it holds a subquery";
  if (expr.HasParameter()) return "a parameter has no value yet";
  return nullptr;
}

}  // namespace

FilterPush PushFilter(ScanSpec &spec, Translator &translator, const duckdb::Expression &filter) {
  spec.times = spec.times.And(translator.Times(filter));
  const auto translated = translator.Filter(filter);
  const auto reason = translator.Reason();
  if (!translated) {
    Note(spec.refused, "filter " + filter.ToString() + ": " + reason);
    return FilterPush::REFUSED;
  }
  const bool known = std::any_of(spec.filters.begin(), spec.filters.end(),
                                 [&](const RemoteExpr &other) { return other.Equals(translated->expr); });
  if (!known) spec.filters.push_back(translated->expr);
  Note(spec.pushed, "filter");
  if (translated->exact) return FilterPush::EXACT;
  Note(spec.refused, "filter " + filter.ToString() + " is checked again here: " + reason);
  return FilterPush::SUPERSET;
}

void PushFilters(duckdb::ClientContext &, duckdb::LogicalGet &get, duckdb::FunctionData *data,
                 duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> &filters) {
  auto &bind_data = data->Cast<ShardScanBindData>();
  if (bind_data.settings.pushdown == Pushdown::NONE) return;
  Translator translator(bind_data.table->logical, ResolveColumns(get), bind_data.zone);
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> stay;
  for (auto &filter : filters) {
    NoteLookupKeys(get, *filter);
    if (const auto *reason = ReasonNotFixed(*filter)) {
      Note(bind_data.spec.refused, "filter " + filter->ToString() + ": " + reason);
    } else if (PushFilter(bind_data.spec, translator, *filter) == FilterPush::EXACT) {
      continue;
    }
    stay.push_back(std::move(filter));
  }
  filters = std::move(stay);
}

duckdb::TableFunction PushingScanFunction() {
  auto function = ShardScanFunction();
  function.pushdown_complex_filter = PushFilters;
  return function;
}

}  // namespace shardite
