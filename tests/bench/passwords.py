"""A keyring that knows the one password of the benchmark, for the window: it reads none from its environment."""

from __future__ import annotations

from keyring.backend import KeyringBackend

from tests.bench.sides import PASSWORD


class BenchKeyring(KeyringBackend):
    """Chosen by PYTHON_KEYRING_BACKEND. Keeps nothing."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return PASSWORD

    def set_password(self, service: str, username: str, password: str) -> None:
        return

    def delete_password(self, service: str, username: str) -> None:
        return
