"""The display with a keyring has one that keeps a secret, so tests of saved passwords mean something."""

from __future__ import annotations

import subprocess
import sys

from tests.screen.display import Screen

_SCRIPT = """
import keyring
keyring.set_password("wherry-test", "anna", "kept")
print(type(keyring.get_keyring()).__module__, keyring.get_password("wherry-test", "anna"))
"""


def test_a_secret_is_kept_by_the_secret_service(keyring_screen: Screen) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], env=keyring_screen.env, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["keyring.backends.SecretService", "kept"]
