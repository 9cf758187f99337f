-- giving the job's lock back
SELECT pg_advisory_unlock(hashtextextended($1, 0))
