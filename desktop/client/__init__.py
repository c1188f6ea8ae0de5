"""The client's drivers of the protocol: the session on asyncio, bulk channels in threads, and who is trusted."""
