-- dropping raw pages that the job keeps no longer
SELECT etl.drop_page_partitions($1::integer, $2::date)
