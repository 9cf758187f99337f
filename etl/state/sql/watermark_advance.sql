-- advancing the watermark
-- The unbroken run of complete slices from where the watermark stood ($3), at first from the stream's first day. A slice that ends
-- after today ($4) is still open and does not count. Gives where the run ends, and where the watermark now stands if it moved.
WITH start AS (
    SELECT coalesce($3::date, earliest) AS day FROM etl.stream WHERE stream_id = $1
), done AS (
    SELECT x.slice_start, x.slice_end,
           greatest(start.day, max(x.slice_end) OVER (ORDER BY x.slice_start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS reached
    FROM etl.slice x CROSS JOIN start
    WHERE x.stream_id = $1 AND x.scope_key = $2 AND x.first_complete_at IS NOT NULL AND x.slice_end > start.day AND x.slice_end <= $4::date
), target AS (
    SELECT max(slice_end) AS day FROM done
    WHERE slice_start < coalesce((SELECT min(slice_start) FROM done WHERE slice_start > reached), 'infinity')
), moved AS (
    UPDATE etl.watermark w SET complete_through = target.day, updated_run_id = $5::bigint, updated_at = now()
    FROM target
    WHERE w.stream_id = $1 AND w.scope_key = $2 AND target.day IS NOT NULL AND w.complete_through IS NOT DISTINCT FROM $3::date
    RETURNING w.complete_through
)
SELECT target.day, moved.complete_through FROM target LEFT JOIN moved ON true
