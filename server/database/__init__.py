"""The database: its tables, its versions, its transactions. Knows what is kept, not what it means."""
