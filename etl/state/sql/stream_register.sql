-- registering the stream
WITH wanted AS (
    SELECT $1 AS stream_code, $2::bigint AS source_key, $3::integer AS identity_version, $4::date AS earliest, $5::integer AS lag_days,
           $6::integer AS lookback_days, $7::integer / 1000.0 AS max_vanish_ratio, $8 AS identity_columns
), same AS (
    SELECT s.stream_id FROM etl.stream s JOIN wanted w USING (stream_code)
    WHERE (s.source_key, s.identity_version, s.earliest, s.lag_days, s.lookback_days, s.max_vanish_ratio, coalesce(s.identity_columns, ''))
        = (w.source_key, w.identity_version, w.earliest, w.lag_days, w.lookback_days, w.max_vanish_ratio, w.identity_columns)
), changed AS (
    INSERT INTO etl.stream (stream_code, source_key, identity_version, earliest, lag_days, lookback_days, max_vanish_ratio, identity_columns)
    SELECT * FROM wanted WHERE NOT EXISTS (SELECT FROM same)
    ON CONFLICT (stream_code) DO UPDATE SET
        source_key = excluded.source_key, identity_version = excluded.identity_version, earliest = excluded.earliest,
        lag_days = excluded.lag_days, lookback_days = excluded.lookback_days, max_vanish_ratio = excluded.max_vanish_ratio,
        identity_columns = excluded.identity_columns,
        updated_at = now()
    RETURNING stream_id
)
SELECT stream_id FROM same UNION ALL SELECT stream_id FROM changed
