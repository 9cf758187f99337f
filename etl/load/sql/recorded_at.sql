-- reading the server's clock
-- Microseconds since 1970; one reading a merge, so that all it writes shows the same moment.
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
