"""What both programs share: the protocol, the login, names, TLS, errors. Opens no socket and starts no thread."""
