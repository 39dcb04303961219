#pragma once
// One execution of a scan: ScanRequests says what is asked, FanOut fetches it, and the run turns pages into chunks of
// the columns that DuckDB asked for. It is shared by all threads of the scan; each has a Reader of its own.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/table_filter.hpp>

#include "engine/scan/fan_out.hpp"
#include "engine/scan/page_decoder.hpp"
#include "engine/scan/runtime_filters.hpp"
#include "engine/scan/scan_requests.hpp"
#include "engine/scan/shard_scan.hpp"
#include "engine/scan/structure_watch.hpp"

namespace shardite {

class ScanRun {
 public:
  /// `filters` are by position in `column_ids`; `projection_ids` choose the output from `column_ids`, all when empty.
  /// `scan`, where it is known, is read again and again for what joins find while it runs; it outlives the run.
  ScanRun(duckdb::ClientContext &context, const ShardScanBindData &bind_data,
          const duckdb::vector<duckdb::column_t> &column_ids, const duckdb::vector<duckdb::idx_t> &projection_ids,
          duckdb::optional_ptr<duckdb::TableFilterSet> filters,
          duckdb::optional_ptr<const duckdb::PhysicalTableScan> scan = nullptr);

  class Reader {
   public:
    Reader(duckdb::ClientContext &context, const ScanRun &run);

   private:
    friend class ScanRun;
    PageDecoder decoder_;
    duckdb::DataChunk scanned_;  // the selected columns, then what DuckDB asked for is taken from them
    std::unique_ptr<duckdb::ExpressionExecutor> filter_;
    duckdb::unique_ptr<duckdb::BoundConjunctionExpression> combined_;  // what filter_ evaluates, when it is several
    duckdb::SelectionVector selection_;
    std::unique_ptr<RowFallback::Evaluation> fallback_;  // made when it is first needed
    bool has_page_ = false;
    bool of_rows_ = false;  // the page is one of rows, for the fallback
    bool counts_ = false;   // the page's rows are known to be results, or its groups to be different
    size_t request_ = 0;
    uint64_t counting_rows_ = 0;
  };

  /// Fills a chunk with at least one row (PAGE), says that nothing has arrived yet (WAIT), or that all is read (DONE).
  /// Throws duckdb::IOException when a shard has failed.
  FanOut::State Read(Reader &reader, duckdb::DataChunk &output);
  /// Whether Read() may answer otherwise than WAIT: for a task that is about to block.
  bool HasNews() const { return held_back_ ? !runtime_filters_->AwaitsKeys() : fan_out_->HasNews(); }
  /// Read() has said WAIT only because the keys of a join were awaited, and they are no longer.
  bool MayGoOn() const { return held_back_ && !runtime_filters_->AwaitsKeys(); }
  /// See FanOut.
  void WaitBriefly() { fan_out_->WaitBriefly(); }
  void SetWake(std::function<void()> wake) { fan_out_->SetWake(std::move(wake)); }
  void Cancel() { fan_out_->Cancel(); }
  const ScanTally &Tally() const { return *tally_; }
  size_t ShardCount() const { return shard_count_; }
  double Progress() const;  // 0 to 100

 private:
  struct Output {
    bool is_virtual = false;
    size_t selected = 0;  // position among the selected columns
  };

  std::vector<Output> ChooseColumns(const duckdb::vector<duckdb::column_t> &column_ids,
                                    const duckdb::vector<duckdb::idx_t> &projection_ids);
  void TakeFilters(const duckdb::TableFilterSet &filters, const std::vector<Output> &scanned);
  std::shared_ptr<RuntimeFilters> WatchFilters(duckdb::optional_ptr<duckdb::TableFilterSet> filters,
                                               duckdb::optional_ptr<const duckdb::PhysicalTableScan> scan,
                                               const std::vector<Output> &scanned) const;
  FanOut::Options HowToFetch() const;
  FanOut::WriteStatement WriterOfStatements() const;
  void TallyFilters();
  bool ReadChunk(Reader &reader, duckdb::DataChunk &output);
  void StartPage(Reader &reader, FetchedPage page);
  void AskInstead(const FetchedPage &page, ShardRequest request);
  void AskInGeneral(const FetchedPage &page);

  duckdb::ClientContext &context_;
  const ShardScanBindData &bind_data_;
  std::vector<size_t> selected_;  // spec columns that the shards send
  std::vector<Output> outputs_;   // what goes into the chunk
  std::vector<DecodedColumn> decoded_;
  std::shared_ptr<RuntimeFilters> runtime_filters_;                   // sent along
  std::atomic<bool> held_back_{false};                                // a reader waits for the keys of a join
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> mandatory_;  // evaluated here, over the selected columns
  std::optional<size_t> counting_;  // position of the column whose non-NULL rows count, for early stopping
  std::shared_ptr<QueryCounters> counters_;
  std::shared_ptr<ScanTally> tally_;
  StructureWatch structures_;
  std::unique_ptr<ScanRequests> requests_;
  std::unique_ptr<FanOut> fan_out_;
  size_t shard_count_ = 0;
};

}  // namespace shardite
