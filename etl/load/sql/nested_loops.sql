-- choosing how lines are joined
-- Of days that were loaded a moment ago the planner knows nothing and expects a row or none; it would then go through the whole slice
-- once for each changed line.
SELECT set_config('enable_nestloop', $1, true)
