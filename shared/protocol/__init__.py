"""The wire, as pure code: bytes to events, commands to bytes. No socket, thread or clock. See README.md here."""
