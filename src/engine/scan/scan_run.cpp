#include "engine/scan/scan_run.hpp"

#include <utility>

#include <duckdb/common/types/data_chunk.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/filter/conjunction_filter.hpp>

#include "engine/scan/query_log.hpp"
#include "engine/scan/row_order.hpp"
#include "engine/scan/storage_proof.hpp"
#include "fleet/introspection.hpp"

namespace shardite {

ScanRun::ScanRun(duckdb::ClientContext &context, const ShardScanBindData &bind_data,
                 const duckdb::vector<duckdb::column_t> &column_ids,
                 const duckdb::vector<duckdb::idx_t> &projection_ids,
                 duckdb::optional_ptr<duckdb::TableFilterSet> filters,
                 duckdb::optional_ptr<const duckdb::PhysicalTableScan> scan)
    : context_(context),
      bind_data_(bind_data),
      counters_(QueryLog::Get(context)->Counters()),
      tally_(bind_data.tally ? bind_data.tally : std::make_shared<ScanTally>()) {
  tally_->Start();
  const auto scanned = ChooseColumns(column_ids, projection_ids);
  if (filters) TakeFilters(*filters, scanned);
  runtime_filters_ = WatchFilters(filters, scan, scanned);
  requests_ = std::make_unique<ScanRequests>(bind_data, selected_);
  auto first = requests_->First(*counters_);
  shard_count_ = first.size();
  fan_out_ = std::make_unique<FanOut>(std::move(first), HowToFetch(), WriterOfStatements(), counters_, tally_);
}

// What the shards send, what of it goes into the chunk; returns what filters speak of, by position in `column_ids`.
std::vector<ScanRun::Output> ScanRun::ChooseColumns(const duckdb::vector<duckdb::column_t> &column_ids,
                                                    const duckdb::vector<duckdb::idx_t> &projection_ids) {
  const auto &spec = bind_data_.spec;
  std::vector<Output> scanned;
  for (const auto column : column_ids) {
    Output output;
    output.is_virtual = duckdb::IsVirtualColumn(column);
    if (!output.is_virtual) {
      output.selected = selected_.size();
      const auto &chosen = spec.columns[column];
      if (spec.stop_column == column) counting_ = selected_.size();
      selected_.push_back(column);
      decoded_.push_back({chosen.name, chosen.value.type, chosen.value.encoding});
    }
    scanned.push_back(output);
  }
  if (projection_ids.empty()) {
    outputs_ = scanned;
  } else {
    for (const auto projected : projection_ids) outputs_.push_back(scanned[projected]);
  }
  return scanned;
}

FanOut::Options ScanRun::HowToFetch() const {
  const auto &spec = bind_data_.spec;
  const auto &settings = bind_data_.settings;
  FanOut::Options options;
  options.kind = spec.grouped ? StatementKind::PARTIAL : StatementKind::PAGE;
  options.max_in_flight = settings.max_in_flight;
  options.memory_window = settings.memory_window;
  options.timeout_ms = settings.timeout_ms;
  options.visit = spec.visit;
  options.counts_groups = spec.grouped;
  const bool any_rows = spec.limit && spec.order_by.empty() && !spec.grouped;
  if (counting_) options.enough_rows = spec.limit;
  if (any_rows || counting_) options.first_wave = requests_->FirstWave();
  options.runtime_filters = runtime_filters_;
  return options;
}

FanOut::WriteStatement ScanRun::WriterOfStatements() const {
  return [table = bind_data_.table, times = bind_data_.spec.times, found = runtime_filters_](
             size_t shard, const RemoteQuery &query, const RowRange &range, bool safe_packing) {
    auto target = TargetFor(*table, shard);
    target.range = range;
    target.safe_packing = safe_packing;
    auto extra = found ? found->Conditions() : std::vector<RemoteExpr>{};
    target.in_row_order = extra.empty() && BetterInRowOrder(*table, times, query, shard);
    const auto variant = table->fleet->certificates.VariantOf(table->logical, shard);
    extra = LetStraysPass(table->logical, variant, std::move(extra));
    target.extra_where.insert(target.extra_where.end(), extra.begin(), extra.end());
    auto structure = StructureSql(*table->shards[shard]);
    if (target.packed) target.structure = std::exchange(structure, "");
    return Statement{.sql = Deparse(query, target), .after = std::move(structure)};
  };
}

// Filters that DuckDB left to the scan are evaluated here; hints need not be.
void ScanRun::TakeFilters(const duckdb::TableFilterSet &filters, const std::vector<Output> &scanned) {
  for (const auto &[position, filter] : filters.filters) {
    const auto selected = scanned[position].selected;
    const duckdb::BoundReferenceExpression reference(decoded_[selected].type, selected);
    const auto take = [&](const duckdb::TableFilter &part) {
      if (!IsHint(part)) mandatory_.push_back(part.ToExpression(reference));
    };
    if (filter->filter_type != duckdb::TableFilterType::CONJUNCTION_AND) {
      take(*filter);
      continue;
    }
    for (const auto &part : filter->Cast<duckdb::ConjunctionAndFilter>().child_filters) take(*part);
  }
}

// What joins and TopN find while the scan runs; nullptr where nothing of the kind is to be sent.
std::shared_ptr<RuntimeFilters> ScanRun::WatchFilters(duckdb::optional_ptr<duckdb::TableFilterSet> filters,
                                                      duckdb::optional_ptr<const duckdb::PhysicalTableScan> scan,
                                                      const std::vector<Output> &scanned) const {
  const auto &spec = bind_data_.spec;
  const bool finds = (filters && !filters->filters.empty()) || (scan && scan->dynamic_filters);
  const bool awaits = !spec.join_keys.empty() || spec.lookup.windows;
  if (bind_data_.settings.pushdown != Pushdown::ALL || (!finds && !awaits)) return nullptr;
  auto columns = spec.replaced_columns;
  if (!spec.grouped) {
    for (const auto &output : scanned) {
      columns.push_back(output.is_virtual ? std::nullopt
                                          : spec.columns[selected_[output.selected]].value.expr.ColumnNumber());
    }
  }
  auto watched = std::make_shared<RuntimeFilters>(bind_data_, std::move(columns));
  if (filters && !spec.grouped) watched->Watch(*filters);
  if (scan) watched->Watch(*scan);
  return watched;
}

// Long lists of keys are told by their beginning.
void ScanRun::TallyFilters() {
  constexpr size_t MOST_SHOWN = 200;
  if (!runtime_filters_) return;
  for (const auto &condition : runtime_filters_->Conditions()) {
    auto sql = SqlOverLogicalColumns(*bind_data_.table, condition);
    if (sql.size() > MOST_SHOWN) sql = sql.substr(0, MOST_SHOWN) + " .. (" + std::to_string(sql.size()) + " bytes)";
    tally_->FoundFilter(std::move(sql));
  }
}

ScanRun::Reader::Reader(duckdb::ClientContext &context, const ScanRun &run)
    : decoder_(context, run.decoded_), selection_(STANDARD_VECTOR_SIZE) {
  scanned_.Initialize(duckdb::Allocator::Get(context), TypesOf(run.decoded_));
  if (run.mandatory_.empty()) return;
  filter_ = std::make_unique<duckdb::ExpressionExecutor>(context);
  if (run.mandatory_.size() == 1) {
    filter_->AddExpression(*run.mandatory_[0]);
    return;
  }
  combined_ = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(duckdb::ExpressionType::CONJUNCTION_AND);
  for (const auto &expr : run.mandatory_) combined_->children.push_back(expr->Copy());
  filter_->AddExpression(*combined_);
}

void ScanRun::StartPage(Reader &reader, FetchedPage page) {
  const auto &request = fan_out_->Request(page.asked.request);
  auto decoded = page.response->Decode();
  if (!decoded) {
    // Of a large answer it only shows here that it was cut off, or that a text in it had to be changed.
    const auto reason = decoded.Error().error_class;
    const bool may_help = reason == ErrorClass::TRANSPORT || reason == ErrorClass::ENCODING;
    if (may_help && !page.asked.safe_packing) return fan_out_->Repeat(page);
    throw FleetError(decoded.Error());
  }
  if (request.rows && !reader.fallback_) {
    reader.fallback_ = std::make_unique<RowFallback::Evaluation>(context_, *requests_->Fallback());
  }
  const auto &table = *bind_data_.table;
  const auto form = request.client->Shape().form;
  structures_.Check(*request.client, *table.shards[request.shard], request.shard, *decoded);
  if (page.asked.query->relies_on_certificate &&
      !table.fleet->certificates.Confirm(*table.shards[request.shard], request.shard, form == PageForm::PACKED,
                                         *decoded)) {
    return AskInGeneral(page);
  }
  auto &decoder = request.rows ? reader.fallback_->Decoder() : reader.decoder_;
  std::vector<std::string> subjects;
  for (const auto &witness : page.asked.query->witnesses) subjects.push_back(witness.subject);
  PageOrigin origin{request.client->ShardId(), request.client->Server(), table.logical.spec.name};
  switch (decoder.Start(std::move(*decoded), form, page.asked.safe_packing, std::move(subjects), std::move(origin))) {
    case PageDecoder::Started::READY: break;
    case PageDecoder::Started::REPAIRED: return fan_out_->Repeat(page);
    case PageDecoder::Started::UNTRUSTED:
      if (page.asked.query->presumes_one_bucket) return AskInGeneral(page);
      if (bind_data_.spec.grouped && !request.rows) {
        return AskInstead(page, requests_->RowsInstead(request, page.asked.range));
      }
      if (!bind_data_.spec.limit_witnesses.empty() && !request.repeated) {
        return AskInstead(page, requests_->WithoutLimit(request, page.asked.range));
      }
      decoder.FailWitness();
  }
  fan_out_->CountRows(decoder.RowCount());
  reader.has_page_ = true;
  reader.of_rows_ = request.rows;
  reader.counts_ = counting_ && !request.repeated;
  reader.request_ = page.asked.request;
  reader.counting_rows_ = 0;
}

void ScanRun::AskInstead(const FetchedPage &page, ShardRequest request) {
  fan_out_->Add(std::move(request));
  fan_out_->PageRead(page.asked.request, 0);
}

void ScanRun::AskInGeneral(const FetchedPage &page) {
  const auto [whole, parts] = requests_->InGeneral(fan_out_->Request(page.asked.request));
  fan_out_->Reword(page, whole, parts);
}

// One chunk of the current page, filtered; false when the page has no more.
bool ScanRun::ReadChunk(Reader &reader, duckdb::DataChunk &output) {
  reader.scanned_.Reset();
  auto count = reader.of_rows_ ? reader.fallback_->Read(reader.scanned_) : reader.decoder_.Read(reader.scanned_);
  if (count == 0) return false;
  reader.scanned_.SetCardinality(count);
  if (reader.counts_) {
    auto &validity = duckdb::FlatVector::Validity(reader.scanned_.data[*counting_]);
    reader.counting_rows_ += validity.CountValid(count);
  }
  if (reader.filter_) {
    const auto kept = reader.filter_->SelectExpression(reader.scanned_, reader.selection_);
    if (kept < count) reader.scanned_.Slice(reader.selection_, kept);
    count = kept;
  }
  for (size_t i = 0; i < outputs_.size(); i++) {
    if (outputs_[i].is_virtual) {
      output.data[i].SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
      duckdb::ConstantVector::SetNull(output.data[i], true);
    } else {
      output.data[i].Reference(reader.scanned_.data[outputs_[i].selected]);
    }
  }
  output.SetCardinality(count);
  return true;
}

FanOut::State ScanRun::Read(Reader &reader, duckdb::DataChunk &output) {
  try {
    while (true) {
      while (reader.has_page_) {
        if (!ReadChunk(reader, output)) {
          reader.has_page_ = false;
          fan_out_->PageRead(reader.request_, reader.counting_rows_);
        } else if (output.size() > 0) {
          return FanOut::State::PAGE;
        }
      }
      if (shard_count_ > 0 && runtime_filters_ && runtime_filters_->AwaitsKeys()) {
        held_back_ = true;
        return FanOut::State::WAIT;
      }
      held_back_ = false;
      FetchedPage page;
      const auto state = fan_out_->Next(page);
      if (state == FanOut::State::DONE) TallyFilters();
      if (state != FanOut::State::PAGE) return state;
      StartPage(reader, std::move(page));
    }
  } catch (const FleetError &error) {
    fan_out_->Cancel();
    throw duckdb::IOException("%s", std::string(error.what()));
  }
}

double ScanRun::Progress() const {
  const auto asked = shard_count_;
  return asked == 0 ? 100.0 : 100.0 * static_cast<double>(fan_out_->FinishedShards()) / static_cast<double>(asked);
}

}  // namespace shardite
