"""Tests whether one can connect to a server whose form is being filled in, and says it in a sentence or two."""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import QCoreApplication

from desktop.client.address import Address
from desktop.client.probe import OpenSession, Probe, probe
from desktop.client.session import Session
from desktop.client.trust import KnownServers, Verdict
from desktop.controllers.login import PasswordStore
from desktop.controllers.questions import Finding
from desktop.controllers.wording import describe
from desktop.storage.site_store import Site
from shared.errors import WherryError

_log = logging.getLogger(__name__)


class Prober:
    """Trusts nobody new, and asks nothing: a password is tried only where the keyring has one."""

    def __init__(
        self, known: KnownServers, passwords: PasswordStore, *, open_session: OpenSession = Session.open
    ) -> None:
        self._known = known
        self._passwords = passwords
        self._open_session = open_session

    async def test(self, site: Site) -> Finding:
        """Try a server. Raises nothing but what cancels it."""
        address = Address(site.host, site.port, site.user)
        try:
            password = await asyncio.to_thread(self._passwords.get, address.site) or ""
            found = await probe(address, password, self._known, open_session=self._open_session)
        except WherryError as error:
            return Finding("error", describe(error))
        except Exception as error:  # noqa: BLE001  -- a bug of ours must not leave the dialog waiting for ever
            _log.exception("testing a connection failed")
            return Finding("error", describe(error))
        return _finding(found)


def _finding(found: Probe) -> Finding:
    match found.verdict:
        case Verdict.CHANGED:
            text = _tr("Its identity has changed: do not connect before you know why. Before: %1. Now: %2.")
            return Finding("error", text.replace("%1", found.expected or "").replace("%2", found.fingerprint))
        case Verdict.NEW:
            text = _tr(
                "The server answers. It is new to this computer; you are asked about its fingerprint when you connect."
            )
            return Finding("info", text)
    if found.has_logged_in:
        return Finding("success", _tr("The server answers, is the one you know, and the login works."))
    return Finding(
        "success", _tr("The server answers and is the one you know. No password is remembered, so none was tried.")
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Prober", text)
