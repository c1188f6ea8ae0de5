"""The tray program: the only Qt in the server. It starts and stops the engine in its own process and shows it."""
