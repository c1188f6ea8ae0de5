"""The thread-pool server and its tray program. Knows nothing of the desktop client."""
