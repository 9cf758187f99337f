-- One row a stream and partition that was ever run.
SELECT st.stream_code,
       p.scope_key,
       w.complete_through,
       s.billing_timezone,
       st.lag_days,
       coalesce(o.slice_start, d.due_through),
       r.status,
       r.started_at,
       r.error_message,
       coalesce(x.complete, 0),
       coalesce(x.failed, 0),
       coalesce(x.held, 0),
       coalesce(g.gaps, 0),
       coalesce(q.open_rejects, 0),
       q.money_missing
FROM etl.stream st
JOIN wh.dim_source s USING (source_key)
JOIN ( -- a stream that has failed from its first day on has no watermark
    SELECT stream_id, scope_key FROM etl.watermark UNION SELECT stream_id, scope_key FROM etl.slice
    UNION SELECT stream_id, scope_key FROM etl.run) p USING (stream_id)
LEFT JOIN etl.watermark w ON w.stream_id = st.stream_id AND w.scope_key = p.scope_key
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.billing_timezone)::date + 1 - st.lag_days AS due_through) d
-- a slice that is still open, such as this month, is not due before its end
LEFT JOIN LATERAL (
    SELECT max(slice.slice_start) AS slice_start
    FROM etl.slice
    WHERE slice.stream_id = st.stream_id AND slice.scope_key = p.scope_key
          AND slice.slice_start <= d.due_through AND slice.slice_end > d.due_through) o ON true
LEFT JOIN LATERAL (
    SELECT run.status, run.started_at, run.error_message
    FROM etl.run
    WHERE run.stream_id = st.stream_id AND run.scope_key = p.scope_key
    ORDER BY run.run_id DESC
    LIMIT 1) r ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE slice.status IN ('complete', 'empty')) AS complete,
           count(*) FILTER (WHERE slice.status = 'failed' OR slice.failed_run_id IS NOT NULL) AS failed,
           count(*) FILTER (WHERE slice.status = 'held' OR slice.held_run_id IS NOT NULL) AS held
    FROM etl.slice
    WHERE slice.stream_id = st.stream_id AND slice.scope_key = p.scope_key) x ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS gaps
    FROM mart.slice_gap gap
    WHERE gap.stream_code = st.stream_code AND gap.scope_key = p.scope_key AND gap.kind = 'missing'
          AND gap.gap_to < d.due_through) g ON true
LEFT JOIN LATERAL (
    SELECT sum(t.records) AS open_rejects,
           string_agg(t.amount || ' ' || t.currency, ', ' ORDER BY t.currency) FILTER (WHERE t.amount IS NOT NULL) AS money_missing
    FROM (SELECT coalesce(reject.currency_hint, '?') AS currency, sum(reject.amount_hint * reject.occurrences) AS amount,
                 sum(reject.occurrences) AS records
          FROM etl.quarantine reject
          WHERE reject.stream_id = st.stream_id AND reject.scope_key = p.scope_key AND reject.status = 'open'
          GROUP BY 1) t) q ON true
ORDER BY st.stream_code, p.scope_key
