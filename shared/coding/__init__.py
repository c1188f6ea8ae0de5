"""Compression on the line: what content becomes, and whether that pays. Opens no socket and starts no thread."""
