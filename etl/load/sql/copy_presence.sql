-- staging lines that come or go
COPY pg_temp.load_presence (recorded_at, charge_date, charge_key, op, sign) FROM STDIN (FORMAT binary)
