-- removing slices that a longer one now covers
DELETE FROM etl.slice
WHERE stream_id = $1 AND scope_key = $2 AND slice_start > $3::date AND slice_start < $4::date AND slice_end <= $4::date
