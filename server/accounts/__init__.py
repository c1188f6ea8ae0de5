"""Who may log in: accounts, where they are kept, and the guard against guessing. Knows no connection."""
