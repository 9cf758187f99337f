-- removing slices that a longer one now covers
SELECT etl.supersede_slices($1::integer, $2, $3::date, $4::date, $5::bigint)
