"""The transfer engine, pure at heart: no Qt, no socket, no SQL. What it needs from outside stands in ports.py."""
