-- reserving page ids
SELECT nextval(pg_get_serial_sequence('etl.page', 'page_id')) FROM generate_series(1, $1::integer)
