-- choosing how lines are joined
-- Of days that were loaded a moment ago the planner knows nothing and expects a row or none; a DELETE
-- would then go through the whole slice once for each vanished line. Other statements find each line by its key (merge_changed.sql).
SELECT set_config('enable_nestloop', $1, true)
