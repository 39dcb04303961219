-- A fleet table joined with a CSV file; run it from the top of the repository. Parquet and JSON files work alike.
SELECT t.team, count(*) AS spans, count(*) FILTER (s.StatusCode = 'Error') AS errors
FROM otel_traces s
JOIN 'examples/teams.csv' t ON t.service = s.ServiceName
WHERE s."Timestamp" >= '2026-11-20 08:00:00' AND s."Timestamp" < '2026-11-20 09:00:00'
GROUP BY ALL
ORDER BY errors DESC;
