-- opening a transaction whose statements all see one moment
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
