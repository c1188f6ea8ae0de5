"""The verbs of ``wherry`` on a terminal or in a script: ls, get, put, rm, mkdir, mv. No Qt."""
