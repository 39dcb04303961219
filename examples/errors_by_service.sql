-- Rate, errors and latency of each service and hour: every shard in the window groups its own rows.
SELECT time_bucket(INTERVAL '1 hour', "Timestamp") AS hour,
       ServiceName,
       count(*) AS requests,
       round(100.0 * count(*) FILTER (StatusCode = 'Error') / count(*), 2) AS error_percent,
       round(avg(Duration) / 1e6, 1) AS avg_ms,
       round(max(Duration) / 1e6, 1) AS max_ms
FROM otel_traces
WHERE SpanKind = 'Server'
  AND "Timestamp" >= '2026-11-20 08:00:00' AND "Timestamp" < '2026-11-20 10:00:00'
GROUP BY ALL
ORDER BY hour, requests DESC;
