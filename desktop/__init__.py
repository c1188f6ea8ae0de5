"""The desktop client: window, command line, transfer engine. Knows nothing of the server program."""
