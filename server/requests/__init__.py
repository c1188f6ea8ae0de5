"""What each request does, on one account's storage. Owns no socket; the engine calls it with an Exchange."""
