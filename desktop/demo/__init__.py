"""``wherry --demo``: a throw-away server with sample files. Shows no window itself."""
