-- opening the run
INSERT INTO etl.run (stream_id, scope_key, trigger, window_from, window_to, config_hash, app_version, host, pid, backend_start)
VALUES ($1, $2, $3, $4::date, $5::date, $6, $7, $8, $9::integer, (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()))
RETURNING run_id
