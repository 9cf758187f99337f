-- removing slices that a longer one now covers
-- Their rejects are closed: the longer slice's read has met them again, under its own name.
WITH gone AS (
    DELETE FROM etl.slice
    WHERE stream_id = $1 AND scope_key = $2 AND slice_start > $3::date AND slice_start < $4::date AND slice_end <= $4::date
    RETURNING slice_start
)
UPDATE etl.quarantine q SET status = 'replayed', resolved_at = now(), resolved_by = 'run ' || $5::text
FROM gone
WHERE q.stream_id = $1 AND q.scope_key = $2 AND q.slice_start = gone.slice_start AND q.status <> 'replayed'
