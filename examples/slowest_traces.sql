-- The five slowest requests of an hour, and what was logged while they ran.
WITH slowest AS (
  SELECT TraceId, SpanName, Duration
  FROM otel_traces
  WHERE ParentSpanId = ''
    AND "Timestamp" >= '2026-11-20 08:00:00' AND "Timestamp" < '2026-11-20 09:00:00'
  ORDER BY Duration DESC
  LIMIT 5
)
SELECT s.SpanName, round(s.Duration / 1e6) AS ms, l."Timestamp", l.ServiceName, l.SeverityText, l.Body
FROM slowest s
JOIN otel_logs l ON l.TraceId = s.TraceId
WHERE l."Timestamp" >= '2026-11-20 08:00:00' AND l."Timestamp" < '2026-11-20 09:01:00'
ORDER BY s.Duration DESC, l."Timestamp";
