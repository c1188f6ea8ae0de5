"""The verbs of ``wherry`` on a terminal or in a script: ls, get, put, rm, mkdir, mv, cp, sum, df. No Qt."""
