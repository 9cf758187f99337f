-- listing the last runs
-- One JSON array of the last 40, the newest first.
SELECT coalesce(json_agg(json_build_object(
           'run', r.run_id, 'stream', st.stream_code, 'partition', r.scope_key, 'trigger', r.trigger, 'status', r.status,
           'started_at', to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
           'seconds', round(extract(epoch FROM r.finished_at - r.started_at), 1)::text,
           'windows', r.slices, 'read', r.rows_in, 'new', r.rows_inserted + r.rows_late + r.rows_reappeared, 'restated', r.rows_restated,
           'removed', r.rows_vanished, 'rejected', r.rows_quarantined, 'error', left(r.error_message, 300)) ORDER BY r.run_id DESC), '[]')
FROM (SELECT * FROM etl.run ORDER BY run_id DESC LIMIT 40) AS r
JOIN etl.stream st USING (stream_id)
