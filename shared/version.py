"""The one number that both programs, their packages and their greetings carry (semantic versioning)."""

VERSION = "0.1.0"
