"""An account's files on the server's disk: the jail, uploads being staged, the quota. Knows no connection."""
