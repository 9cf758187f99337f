-- closing a slice in the ledger
-- Totals come from the star itself. $15: the pages came from the store, so that the vendor was neither asked nor does what is open with it end. Writes nothing where the row is not of the generation that the caller read ($5; 0 = no row).
WITH star AS MATERIALIZED (
    SELECT coalesce(sum(lines), 0) AS lines, coalesce(jsonb_object_agg(currency_code, total), '{}') AS totals
    FROM (SELECT currency_code, count(*) AS lines, sum(total_amount) AS total FROM wh.fact_charge
          WHERE charge_date >= $3::date AND charge_date < $4::date AND stream_id = $1 AND scope_key = $2
          GROUP BY currency_code) AS currencies
), written AS (
    INSERT INTO etl.slice AS x (stream_id, scope_key, slice_start, slice_end, status, attempt, end_proof, content_sha256,
                                read_rows, loaded_rows, duplicate_rows, quarantined_rows, billed_total, last_run_id,
                                first_complete_at, last_verified_at, last_changed_at, verify_count)
    SELECT $1, $2, $3::date, $4::date, CASE WHEN $9::bigint = 0 THEN 'empty' ELSE 'complete' END, $6::uuid, $7, decode($8, 'hex'),
           $9::bigint, $10::bigint, $11::bigint, $12::bigint, star.totals, $13::bigint, now(), now(), now(), 1
    FROM star
    ON CONFLICT (stream_id, scope_key, slice_start) DO UPDATE SET
        slice_end = excluded.slice_end, status = excluded.status, generation = x.generation + 1, attempt = excluded.attempt,
        end_proof = CASE WHEN $15::boolean THEN x.end_proof ELSE excluded.end_proof END, content_sha256 = excluded.content_sha256, read_rows = excluded.read_rows,
        loaded_rows = excluded.loaded_rows, duplicate_rows = excluded.duplicate_rows, quarantined_rows = excluded.quarantined_rows,
        billed_total = excluded.billed_total, last_run_id = excluded.last_run_id,
        first_complete_at = coalesce(x.first_complete_at, excluded.first_complete_at), last_verified_at = CASE WHEN $15::boolean THEN x.last_verified_at ELSE excluded.last_verified_at END,
        last_changed_at = CASE WHEN $14::boolean OR x.last_changed_at IS NULL THEN excluded.last_changed_at ELSE x.last_changed_at END,
        verify_count = x.verify_count + CASE WHEN $15::boolean THEN 0 ELSE 1 END,
        restate_count = x.restate_count + CASE WHEN $14::boolean AND x.first_complete_at IS NOT NULL THEN 1 ELSE 0 END,
        held_run_id = CASE WHEN $15::boolean THEN x.held_run_id END, held_lines = CASE WHEN $15::boolean THEN x.held_lines END,
        failed_run_id = CASE WHEN $15::boolean THEN x.failed_run_id END, problem = CASE WHEN $15::boolean THEN x.problem END
    WHERE x.generation = $5::bigint
    RETURNING x.generation
)
SELECT star.lines, (SELECT generation FROM written) FROM star
