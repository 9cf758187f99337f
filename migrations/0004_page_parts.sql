-- A page may be larger than one value of PostgreSQL can be (1 GB), and than what either side should hold in memory: its bytes become
-- several rows. What is stored already stays as it is, each page in one part.
ALTER TABLE raw.page_body ADD COLUMN part integer NOT NULL DEFAULT 1 CHECK (part > 0);
ALTER TABLE raw.page_body DROP CONSTRAINT page_body_pkey;
ALTER TABLE raw.page_body ADD CONSTRAINT page_body_pkey PRIMARY KEY (stream_id, fetched_on, page_id, part);
COMMENT ON COLUMN raw.page_body.part IS 'Which part of the page, from 1: a body of more than 2 MiB is cut into parts of that size. All of it: string_agg(body, '''' ORDER BY part).';
COMMENT ON COLUMN raw.page_body.body IS 'This part of the body after decompression, byte for byte.';
COMMENT ON COLUMN raw.page_body.content_type IS 'Content-Type, as sent; the same in all parts.';
