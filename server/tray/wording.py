"""What the tray says of a state, in one place, so that icon, menu and window say the same. Draws nothing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from server.tray.power import Power
from server.tray.view import View
from shared.errors import WherryError
from shared.look import wording
from shared.look.error_words import translated
from shared.look.icons import TrayState

_CONTEXT = "TrayWording"


def power_text(power: Power) -> str:
    """Return the state in a word or two."""
    tr = QCoreApplication.translate
    return {
        Power.OFF: tr(_CONTEXT, "Off"),
        Power.STARTING: tr(_CONTEXT, "Switching on…"),
        Power.ON: tr(_CONTEXT, "On"),
        Power.STOPPING: tr(_CONTEXT, "Switching off…"),
        Power.PROBLEM: tr(_CONTEXT, "There is a problem"),
    }[power]


def toggle_text(power: Power) -> str:
    """Return what a press on the switch would do; while nothing can be done, what goes on."""
    tr = QCoreApplication.translate
    match power:
        case Power.OFF:
            return tr(_CONTEXT, "Switch on")
        case Power.PROBLEM:
            return tr(_CONTEXT, "Try again")
        case Power.ON:
            return tr(_CONTEXT, "Switch off")
        case Power.STARTING | Power.STOPPING:
            return power_text(power)


def people_text(view: View) -> str:
    """Return how many are connected and how much moves: ``2 connected, 1 transfer``."""
    tr = QCoreApplication.translate
    sessions, transfers = len(view.sessions), len(view.transfers)
    parts = [
        tr(_CONTEXT, "nobody connected")
        if sessions == 0
        else tr(_CONTEXT, "1 connected")
        if sessions == 1
        else tr(_CONTEXT, "{count} connected").format(count=sessions)
    ]
    if transfers:
        parts.append(
            tr(_CONTEXT, "1 transfer") if transfers == 1 else tr(_CONTEXT, "{count} transfers").format(count=transfers)
        )
    return tr(_CONTEXT, ", ").join(parts)


def tip_text(view: View) -> str:
    """Return the icon's tooltip."""
    state = power_text(view.power)
    if view.power is Power.ON:
        state = f"{state}: {people_text(view)}"
    return f"Wherry Server – {state}"


def tray_state(view: View) -> TrayState:
    """Return which of the four drawings the icon shows."""
    if view.power is Power.PROBLEM:
        return TrayState.PROBLEM
    if view.transfers:
        return TrayState.TRANSFERRING
    return TrayState.ON if view.power is Power.ON else TrayState.OFF


def error_text(error: WherryError) -> str:
    """Return an error in full sentences: title, cause, what to do next."""
    return " ".join(wording.sentence(translated(part)) for part in (error.title, error.detail, error.hint) if part)


def short_error_text(error: WherryError) -> str:
    """Return title and cause in one line, without the hint, which often speaks of the command line."""
    return ": ".join(translated(part) for part in (error.title, error.detail) if part)


def cause_text(error: WherryError) -> str:
    """Return the cause alone, as a sentence: for a field that shows what is wrong with it."""
    return wording.sentence(translated(error.detail))
