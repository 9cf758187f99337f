-- reading how the streams stand
-- One row a stream and partition that was ever run, also where nothing could be loaded yet.
-- $1: the day that is taken for today in every billing zone; NULL = the real one
WITH tried AS (
    SELECT stream_id, scope_key FROM etl.watermark
    UNION SELECT stream_id, scope_key FROM etl.slice
    UNION SELECT stream_id, scope_key FROM etl.run
)
SELECT st.stream_code,
       t.scope_key,
       w.complete_through,
       coalesce(o.slice_start, d.due_through) AS due_until,
       greatest(coalesce(o.slice_start, d.due_through) - coalesce(w.complete_through, st.earliest), 0) AS lag_days,
       to_char((n.due_on::timestamp AT TIME ZONE s.billing_timezone) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS next_due_at,
       coalesce(n.due_on < d.today, d.due_through > st.earliest) AS is_overdue,
       r.status,
       to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_run_at,
       r.error_code,
       r.error_message,
       coalesce(x.complete, 0),
       coalesce(x.failed, 0),
       coalesce(x.failed_for_now, 0),
       coalesce(x.held, 0),
       coalesce(g.gaps, 0),
       g.first_gap,
       coalesce(q.open_rejects, 0),
       q.money_missing
FROM etl.stream st
JOIN wh.dim_source s USING (source_key)
JOIN tried t USING (stream_id)
LEFT JOIN etl.watermark w ON w.stream_id = t.stream_id AND w.scope_key = t.scope_key
CROSS JOIN LATERAL (SELECT coalesce($1::date, (now() AT TIME ZONE s.billing_timezone)::date) AS today) z
CROSS JOIN LATERAL (SELECT z.today, z.today + 1 - st.lag_days AS due_through) d
-- a slice that is still open, such as this month, is not due before its end
LEFT JOIN LATERAL (
    SELECT max(slice.slice_start) AS slice_start
    FROM etl.slice
    WHERE slice.stream_id = st.stream_id AND slice.scope_key = t.scope_key
          AND slice.slice_start <= d.due_through AND slice.slice_end > d.due_through) o ON true
-- where the next slice begins; before there is a watermark it is the very first one, while that is open
CROSS JOIN LATERAL (SELECT coalesce(w.complete_through, CASE WHEN o.slice_start <= st.earliest THEN o.slice_start END) AS slice_start) b
-- that slice: it is in the ledger while it is open, else it is as long as the one before it
LEFT JOIN LATERAL (
    SELECT CASE WHEN slice.slice_start = b.slice_start THEN slice.slice_end
                WHEN (slice.slice_start + make_interval(months => m.months))::date = slice.slice_end
                    THEN (slice.slice_end + make_interval(months => m.months))::date
                ELSE slice.slice_end + (slice.slice_end - slice.slice_start)
           END - 1 + st.lag_days AS due_on
    FROM etl.slice
    CROSS JOIN LATERAL (SELECT (12 * extract(year FROM age(slice.slice_end, slice.slice_start))
                                + extract(month FROM age(slice.slice_end, slice.slice_start)))::integer AS months) m
    WHERE slice.stream_id = st.stream_id AND slice.scope_key = t.scope_key
          AND (slice.slice_start = b.slice_start OR slice.slice_end = b.slice_start)
    ORDER BY slice.slice_start DESC
    LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT run.status, run.started_at, run.error_code, run.error_message
    FROM etl.run
    WHERE run.stream_id = st.stream_id AND run.scope_key = t.scope_key
    ORDER BY run.run_id DESC
    LIMIT 1) r ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE slice.status IN ('complete', 'empty')) AS complete,
           count(*) FILTER (WHERE slice.status = 'failed' OR slice.failed_run_id IS NOT NULL) AS failed,
           count(*) FILTER (WHERE (slice.status = 'failed' OR slice.failed_run_id IS NOT NULL)
                                  AND failed_run.error_code IN ('unavailable', 'try_later')) AS failed_for_now,
           count(*) FILTER (WHERE slice.status = 'held' OR slice.held_run_id IS NOT NULL) AS held
    FROM etl.slice
    LEFT JOIN etl.run failed_run ON failed_run.run_id = slice.failed_run_id
    WHERE slice.stream_id = st.stream_id AND slice.scope_key = t.scope_key) x ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS gaps, min(gap.gap_from) AS first_gap
    FROM mart.slice_gap gap
    WHERE gap.stream_code = st.stream_code AND gap.scope_key = t.scope_key AND gap.kind = 'missing'
          AND gap.gap_to < d.due_through) g ON true
LEFT JOIN LATERAL (
    SELECT sum(r.records) AS open_rejects,
           string_agg(r.amount || ' ' || r.currency, ', ' ORDER BY r.currency) FILTER (WHERE r.amount IS NOT NULL) AS money_missing
    FROM (SELECT coalesce(reject.currency_hint, '?') AS currency, sum(reject.amount_hint * reject.occurrences) AS amount,
                 sum(reject.occurrences) AS records
          FROM etl.quarantine reject
          WHERE reject.stream_id = st.stream_id AND reject.scope_key = t.scope_key AND reject.status = 'open'
          GROUP BY 1) r) q ON true
ORDER BY st.stream_code, t.scope_key
