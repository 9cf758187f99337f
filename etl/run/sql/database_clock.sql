-- reading the database's clock
SELECT extract(epoch FROM clock_timestamp())::bigint
