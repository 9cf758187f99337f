-- creating the staging table of lines
CREATE TEMP TABLE IF NOT EXISTS load_line (LIKE wh.fact_charge) ON COMMIT DELETE ROWS
