-- looking for slices of another cut
-- Such are left where a job's step or first day changed. One wholly inside of the new slice (true) is spoken for by that from now on.
SELECT slice_start, slice_end, slice_start > $3::date AND slice_end <= $4::date
FROM etl.slice
WHERE stream_id = $1 AND scope_key = $2 AND slice_start < $4::date AND slice_end > $3::date AND slice_start <> $3::date
ORDER BY 3, 1
