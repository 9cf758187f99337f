-- preparing storage for pages
SELECT etl.ensure_month_partitions('raw.page_body', $1::date, $2::date)
