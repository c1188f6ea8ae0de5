"""Runs the server: accepts, admits, logs in, parks idle connections, and gives workers what can be read."""
