-- looking who holds the watermark
-- The row's xmax is the locker's transaction. A locker that is just creating the row shows nothing yet: then any other writer is named.
SELECT a.pid, a.application_name, a.client_addr, a.xact_start
FROM (SELECT l.pid, 1 AS certainty FROM etl.watermark w
      JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = w.xmax AND l.granted
      WHERE w.stream_id = $1 AND w.scope_key = $2
      UNION ALL
      SELECT l.pid, 2 FROM pg_locks l
      WHERE l.relation = 'etl.watermark'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS holder
JOIN pg_stat_activity a USING (pid)
WHERE a.pid <> pg_backend_pid()
ORDER BY certainty LIMIT 1
