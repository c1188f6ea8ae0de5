"""The login: SCRAM-SHA-256-PLUS, bound to the TLS channel. Opens no socket, reads no clock."""
