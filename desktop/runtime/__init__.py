"""Where Qt and asyncio meet. Knows nothing of files, servers or transfers."""
