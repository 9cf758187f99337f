-- drawing the calendar of completeness
-- One JSON object: for each stream a letter a day from the Monday 52 weeks before to the Sunday after $1; of several partitions the worst.
-- c complete, r changed after its last day, e complete without charges, h held, f failed, m missing, . not due yet, space before the first day
WITH span AS (
    SELECT date_trunc('week', $1::timestamp - interval '1 day')::date - 364 AS first_day, date_trunc('week', $1::timestamp - interval '1 day')::date + 6 AS last_day
), scope AS (
    SELECT stream_id, scope_key FROM etl.watermark UNION SELECT stream_id, scope_key FROM etl.slice
    UNION SELECT st.stream_id, '' FROM etl.stream st WHERE NOT EXISTS (SELECT FROM etl.watermark w WHERE w.stream_id = st.stream_id)
), due AS (
    SELECT st.stream_id, st.stream_code, s.source_code, s.billing_timezone, st.earliest, $1::date + 1 - st.lag_days AS due_to, p.scope_key
    FROM etl.stream st JOIN wh.dim_source s USING (source_key) JOIN scope p USING (stream_id)
), cell AS (
    SELECT d.stream_code, day::date AS day,
           max(CASE WHEN day < d.earliest THEN '0 '
                    WHEN day >= d.due_to THEN '1.'
                    WHEN x.slice_start IS NULL THEN '5m'
                    WHEN x.held_run_id IS NOT NULL THEN '6h'
                    WHEN x.failed_run_id IS NOT NULL OR x.status = 'failed' THEN '7f'
                    WHEN x.status = 'empty' THEN '2e'
                    WHEN x.restate_count > 0 AND x.last_changed_at >= x.slice_end::timestamp AT TIME ZONE d.billing_timezone THEN '4r'
                    ELSE '3c' END) AS state
    FROM due d
    CROSS JOIN span
    CROSS JOIN generate_series(span.first_day::timestamp, span.last_day, interval '1 day') AS day
    LEFT JOIN etl.slice x ON x.stream_id = d.stream_id AND x.scope_key = d.scope_key AND x.slice_start <= day AND x.slice_end > day
                             AND x.slice_end > span.first_day
    GROUP BY 1, 2
), stream AS (
    SELECT d.stream_code, min(d.source_code) AS source_code, count(*) AS partitions, min(d.due_to) AS due_to,
           CASE WHEN count(w.complete_through) = count(*) THEN min(w.complete_through) END AS complete_until
    FROM due d LEFT JOIN etl.watermark w USING (stream_id, scope_key)
    GROUP BY d.stream_code
)
SELECT json_build_object(
    'from', (SELECT first_day FROM span),
    'streams', coalesce((
        SELECT json_agg(json_build_object('stream', s.stream_code, 'source', s.source_code, 'partitions', s.partitions, 'due_until', s.due_to,
                                          'complete_until', s.complete_until,
                                          'cells', (SELECT string_agg(right(c.state, 1), '' ORDER BY c.day) FROM cell c WHERE c.stream_code = s.stream_code))
                        ORDER BY s.stream_code)
        FROM stream s), '[]'),
    'gaps', coalesce((
        SELECT json_agg(json_build_object('stream', g.stream_code, 'partition', g.scope_key, 'from', g.gap_from, 'to', g.gap_to, 'kind', g.kind,
                                          'is_loaded', g.is_loaded, 'problem', g.problem) ORDER BY g.stream_code, g.gap_from, g.scope_key)
        FROM (SELECT stream_code, scope_key, gap_from, least(gap_to, CASE WHEN kind = 'missing' THEN $1::date ELSE gap_to END) AS gap_to, kind, is_loaded, problem
              FROM mart.slice_gap WHERE gap_from < $1::date
              ORDER BY gap_from DESC LIMIT 100) AS g
        WHERE g.gap_from < g.gap_to), '[]'))
