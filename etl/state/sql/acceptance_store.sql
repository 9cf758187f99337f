-- recording what a person accepted
INSERT INTO etl.acceptance (stream_id, scope_key, slice_start, slice_end, run_id, kind, what, reason, accepted_by)
VALUES ($1, $2, $3::date, $4::date, $5::bigint, $6, $7, $8, $9)
