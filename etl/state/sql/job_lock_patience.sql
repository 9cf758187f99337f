-- bounding the wait for the job's lock
SELECT set_config('lock_timeout', $1, true)
