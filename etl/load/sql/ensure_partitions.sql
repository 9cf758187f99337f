-- making month partitions
SELECT etl.ensure_month_partitions($1::regclass, $2::date, $3::date)
