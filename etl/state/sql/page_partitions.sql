-- preparing storage for pages
SELECT etl.ensure_page_partitions($1::integer, $2::date, $3::date)
