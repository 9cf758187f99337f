-- looking who holds a lock
-- Whoever holds a lock on one of these tables or their partitions, strongest lock first, then the oldest transaction.
WITH RECURSIVE tree AS (
    SELECT name AS root, to_regclass(name)::oid AS relation FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL
    UNION
    SELECT tree.root, i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation
)
SELECT a.pid, a.application_name, a.client_addr, a.xact_start, tree.root
FROM tree
JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = tree.relation AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.pid <> pg_backend_pid()
ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock',
                              'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode), a.xact_start
LIMIT 1
