#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/progress_bar.hpp"
#include "cli/run_sql.hpp"
#include "cli/scan_report.hpp"
#include "demo/otel_generator.hpp"

namespace shardite {

namespace {

namespace files = std::filesystem;

struct DemoArguments {
  std::string directory = "shardite-demo";
  OtelDataset dataset;
};

struct DemoQuery {
  std::string title;
  std::string sql;
  const char *table;
  uint64_t rows_in_fleet;
};

/// The files of a demo directory, and the note that says which data they hold.
class DemoDirectory {
 public:
  explicit DemoDirectory(const DemoArguments &arguments) : directory_(arguments.directory) {}

  std::string FleetFile() const { return (directory_ / "fleet.toml").string(); }

  /// True when it holds this very dataset, whole.
  bool Holds(const OtelDataset &dataset) const {
    const auto noted = ReadNote();
    if (noted.empty() || noted.front() != dataset.Stamp()) return false;
    return files::exists(FleetFile()) && std::all_of(noted.begin() + 1, noted.end(), [&](const std::string &name) {
             return files::exists(directory_ / name);
           });
  }

  /// Removes what an earlier demo with other parameters wrote here, and nothing else.
  void Clear() const {
    auto noted = ReadNote();
    if (noted.empty()) return;
    std::error_code ignored;
    files::remove(Note(), ignored);
    for (size_t i = 1; i < noted.size(); i++) {
      // A name with a directory in it is none of ours.
      if (files::path(noted[i]).filename() == noted[i]) files::remove(directory_ / noted[i], ignored);
    }
  }

  void WriteNote(const OtelDataset &dataset, const std::vector<OtelShard> &shards) const {
    std::ofstream note(Note());
    note << dataset.Stamp() << "\n";
    for (const auto &shard : shards) note << files::path(shard.path).filename().string() << "\n";
  }

 private:
  files::path Note() const { return directory_ / ".shardite-demo"; }

  std::vector<std::string> ReadNote() const {
    std::vector<std::string> lines;
    std::ifstream note(Note());
    for (std::string line; std::getline(note, line);) lines.push_back(line);
    return lines;
  }

  const files::path directory_;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void MakeData(const DemoArguments &arguments, const DemoDirectory &directory) {
  const auto &dataset = arguments.dataset;
  if (directory.Holds(dataset)) {
    std::printf("%s holds the data already.\n", arguments.directory.c_str());
    return;
  }
  std::printf("Writing %s spans and %s logs into %d SQLite files in %s, one for each hour ...\n",
              WithThousands(dataset.spans).c_str(), WithThousands(dataset.logs).c_str(), dataset.shards,
              arguments.directory.c_str());
  std::fflush(stdout);
  const auto start = std::chrono::steady_clock::now();
  directory.Clear();
  std::atomic<uint64_t> done{0};
  std::vector<OtelShard> shards;
  {
    ProgressBar progress([&] { return FanOutProgress{done, static_cast<uint64_t>(dataset.shards)}; });
    shards = WriteOtelShards(dataset, arguments.directory, [&](size_t finished, size_t) { done = finished; });
  }
  std::vector<std::string> paths;
  uint64_t points = 0, bytes = 0;
  for (const auto &shard : shards) {
    paths.push_back(shard.path);
    points += shard.points;
    bytes += files::file_size(shard.path);
  }
  DiscoverOptions discover;
  discover.name = "otel";
  discover.call.deadline = Deadline::After(WHOLE_SHARD_DEADLINE);
  WriteTextFile(directory.FleetFile(), DiscoverFleetText(paths, directory.FleetFile(), discover));
  directory.WriteNote(dataset, shards);
  std::printf("... and %s metric points: %s in %.1f s. The fleet file is %s.\n", WithThousands(points).c_str(),
              ReadableBytes(bytes).c_str(), SecondsSince(start), directory.FleetFile().c_str());
}

/// "Timestamp" >= .. AND "Timestamp" < .. over whole slices.
std::string Window(const OtelDataset &dataset, int first, int count) {
  const auto instant = [&](int slice) {
    auto text = FormatTime(dataset.start + dataset.slice * slice);
    std::replace(text.begin(), text.end(), 'T', ' ');
    text.pop_back();  // the Z
    return "'" + text + "'";
  };
  return "\"Timestamp\" >= " + instant(first) + " AND \"Timestamp\" < " + instant(first + count);
}

std::vector<DemoQuery> DemoQueries(const OtelDataset &dataset) {
  const int burst = dataset.shards > 8 ? 8 : std::min(1, dataset.shards - 1);  // a slice with a burst of errors
  const int around = std::max(0, burst - 1);
  const int hours = std::min(3, dataset.shards - around);
  return {
      {"Errors and latency by service and hour, over " + std::to_string(hours) + " hours",
       "SELECT time_bucket(INTERVAL '1 hour', \"Timestamp\") AS hour, ServiceName, count(*) AS requests,\n"
       "       count(*) FILTER (StatusCode = 'Error') AS errors, round(avg(Duration) / 1e6, 1) AS avg_ms,\n"
       "       round(max(Duration) / 1e6, 1) AS max_ms\n"
       "FROM otel_traces\n"
       "WHERE SpanKind = 'Server' AND " +
           Window(dataset, around, hours) +
           "\n"
           "GROUP BY ALL ORDER BY errors DESC, hour, ServiceName LIMIT 6",
       "otel_traces", dataset.spans},
      {"Logs by severity and minute in one hour, the worst minutes first",
       "SELECT time_bucket(INTERVAL '1 minute', \"Timestamp\") AS minute, count(*) AS logs,\n"
       "       count(*) FILTER (SeverityText = 'WARN') AS warnings, count(*) FILTER (SeverityNumber >= 17) AS errors\n"
       "FROM otel_logs\n"
       "WHERE " +
           Window(dataset, burst, 1) +
           "\n"
           "GROUP BY ALL ORDER BY errors DESC, minute LIMIT 5",
       "otel_logs", dataset.logs},
      {"The newest failed spans of the whole fleet",
       "SELECT \"Timestamp\", ServiceName, SpanName, round(Duration / 1e6, 1) AS ms, StatusMessage\n"
       "FROM otel_traces\n"
       "WHERE StatusCode = 'Error'\n"
       "ORDER BY \"Timestamp\" DESC LIMIT 5",
       "otel_traces", dataset.spans},
  };
}

void RunQueries(const DemoArguments &arguments, const std::string &fleet, const GlobalOptions &options,
                InterruptWatcher &interrupts) {
  const auto session = OpenSession(fleet, options);
  Output output;
  SqlRunner runner(*session, output, interrupts);
  RunSettings settings;
  settings.print = options.ForPrinting(output);
  settings.stats = options.stats;
  int number = 0;
  for (const auto &query : DemoQueries(arguments.dataset)) {
    output.Write("\n" + std::to_string(++number) + ". " + query.title + "\n\n" + query.sql + ";\n\n");
    output.Flush();
    runner.Run(query.sql, settings);
    const auto statistics = session->LastStatistics();
    output.Write(DescribeFanOut(statistics) + "\n" + query.table + " has " + WithThousands(query.rows_in_fleet) +
                 " rows on " + WithThousands(session->Spec().shards.size()) + " shards\n");
    output.Flush();
  }
}

int RunDemo(const DemoArguments &arguments, const GlobalOptions &options) {
  InterruptWatcher interrupts;
  const DemoDirectory directory(arguments);
  MakeData(arguments, directory);
  std::fflush(stdout);
  const auto fleet = directory.FleetFile();
  RunQueries(arguments, fleet, options, interrupts);
  const char *program = options.program.c_str();
  std::printf(
      "\nType next:\n"
      "  %s shell %s\n"
      "  %s query --stats %s \"SELECT SeverityText, count(*) FROM otel_logs GROUP BY ALL\"\n"
      "  %s explain --analyze %s \"SELECT max(Duration) FROM otel_traces WHERE ServiceName = 'svc-1'\"\n"
      "  %s shards %s\n",
      program, fleet.c_str(), program, fleet.c_str(), program, fleet.c_str(), program, fleet.c_str());
  return 0;
}

}  // namespace

void AddDemoCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("demo", "Make OpenTelemetry data and see three queries run over it");
  const auto arguments = std::make_shared<DemoArguments>();
  command->add_option("--dir", arguments->directory, "Where the files go")->capture_default_str();
  command->add_option("--shards", arguments->dataset.shards, "Hourly shards")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--spans", arguments->dataset.spans, "Spans in all shards together")
      ->check(IsCount)
      ->capture_default_str();
  command->add_option("--logs", arguments->dataset.logs, "Log records in all shards together")
      ->check(IsCount)
      ->capture_default_str();
  command->callback([=, &options, &body] {
    if (options.format != OutputFormat::TABLE) throw CLI::ValidationError("demo prints tables only");
    body = [=, &options] { return RunDemo(*arguments, options); };
  });
  command->footer("The data is the same on every machine; a second run with the same numbers reuses it.");
}

}  // namespace shardite
