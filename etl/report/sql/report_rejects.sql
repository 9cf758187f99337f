-- adding up open rejects
-- One JSON object: rejected records that wait, and the money that the star lacks by them, as far as it could be read.
WITH open_reject AS (
    SELECT st.stream_code, q.reason_code, coalesce(q.field, '') AS field, q.currency_hint AS currency, sum(q.occurrences) AS records,
           sum(q.amount_hint * q.occurrences) AS amount, min(q.slice_start) AS first_day, max(q.slice_start) AS last_day,
           min(q.first_seen_at) AS first_seen_at, min(q.reason) AS example
    FROM etl.quarantine q JOIN etl.stream st USING (stream_id)
    WHERE q.status = 'open'
    GROUP BY 1, 2, 3, 4
)
SELECT json_build_object(
    'records', coalesce((SELECT sum(records) FROM open_reject), 0),
    'money_missing', coalesce((SELECT json_agg(json_build_object('currency', currency, 'amount', trim_scale(amount)::text) ORDER BY currency)
                               FROM (SELECT currency, sum(amount) AS amount FROM open_reject WHERE amount IS NOT NULL AND currency IS NOT NULL GROUP BY 1) AS m), '[]'),
    'rejects', coalesce((
        SELECT json_agg(json_build_object('stream', stream_code, 'reason', reason_code, 'field', field, 'currency', currency, 'records', records,
                                          'amount', trim_scale(amount)::text, 'first_day', first_day, 'last_day', last_day,
                                          'first_seen_at', to_char(first_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'example', left(example, 300))
                        ORDER BY stream_code, reason_code, field)
        FROM (SELECT * FROM open_reject ORDER BY records DESC LIMIT 50) AS r), '[]'))
