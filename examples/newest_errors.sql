-- The newest slices are asked first; older ones are not asked at all once twenty rows are found.
SELECT "Timestamp", ServiceName, Body
FROM otel_logs
WHERE ServiceName = 'svc-1' AND SeverityNumber >= 17
ORDER BY "Timestamp" DESC
LIMIT 20;
