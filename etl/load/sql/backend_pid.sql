-- asking which backend works
SELECT pg_backend_pid()
