-- looking who runs the job
-- An advisory lock's 64 bits stand in pg_locks as two halves.
SELECT a.pid, a.application_name, a.client_addr, a.backend_start
FROM (SELECT hashtextextended($1, 0) AS key) AS wanted
JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.classid = ((wanted.key >> 32) & 4294967295)::oid AND l.objid = (wanted.key & 4294967295)::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
JOIN pg_stat_activity a ON a.pid = l.pid
LIMIT 1
