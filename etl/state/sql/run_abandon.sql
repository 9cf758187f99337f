-- closing runs that died
-- A run lives as long as the session that opened it. Where another role's session may not be looked into, it counts as alive.
UPDATE etl.run r SET status = 'aborted', finished_at = now(), error_message = 'the process ended without closing its run'
WHERE r.stream_id = $1 AND r.status = 'running'
  AND NOT EXISTS (SELECT FROM pg_stat_activity a
                  WHERE a.pid = r.backend_pid AND coalesce(a.backend_start = r.backend_start, true)
                    AND NOT (a.pid = pg_backend_pid() AND r.scope_key = $2))
