-- looking for an attempt in the ledger
-- A hold does not name its attempt, for that belongs to the data in the star: it is the run's own next generation.
SELECT EXISTS (SELECT FROM etl.slice
               WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date
                 AND (attempt = $4::uuid OR held_run_id = $5::bigint AND generation = $6::bigint + 1))
