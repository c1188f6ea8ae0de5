"""Sizes, rates, times and permissions in words of the person's language. Formats values; measures nothing."""

from __future__ import annotations

import html
import stat

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

_CONTEXT = "Wording"
_NS = 1_000_000_000
_MS = 1_000_000
_FAR_FUTURE_S = 1 << 36
"""Beyond the year 4100 a time stamp is a mistake, and QDateTime would show a nonsense year."""


def size(count: int) -> str:
    """Return bytes as ``1.4 MB``, in decimal units as disks are sold and file managers show."""
    if count < 1000:
        return QCoreApplication.translate(_CONTEXT, "%1 B").replace("%1", QLocale().toString(count))
    leading = count
    while leading >= 1000:
        leading //= 1000
    digits = 0 if count < 1_000_000 or leading >= 100 else 1
    return QLocale().formattedDataSize(count, digits, QLocale.DataSizeFormat.DataSizeSIFormat)


def exact_size(count: int) -> str:
    """Return ``1.4 MB (1,400,213 bytes)``."""
    exact = QCoreApplication.translate(_CONTEXT, "%1 bytes").replace("%1", QLocale().toString(count))
    return exact if count < 1000 else f"{size(count)} ({exact})"


def rate(bytes_per_second: float) -> str:
    """Return ``12.3 MB/s``."""
    return QCoreApplication.translate(_CONTEXT, "%1/s").replace("%1", size(round(bytes_per_second)))


def sentence(text: str) -> str:
    """Return a text as a sentence, with a capital and a full stop; empty for none."""
    text = text[:1].upper() + text[1:]
    if not text or text.endswith((".", "!", "?", "…", "。", "！", "？")):
        return text
    return QCoreApplication.translate(_CONTEXT, "%1.", "a sentence").replace("%1", text)


def number(count: int) -> str:
    """Return ``10,000``."""
    return QLocale().toString(count)


def counted(count: int, one: str, many: str) -> str:
    """Return ``one`` for 1, else ``many`` with the number for its ``%1``; both are translated already."""
    return one if count == 1 else many.replace("%1", number(count))


def duration(seconds: float) -> str:
    """Return a time left, coarse as an estimate is: ``8 s``, ``3 min``, ``1 h 20 min``, ``2 d``."""
    whole = round(seconds)
    if whole < 60:
        return QCoreApplication.translate(_CONTEXT, "%1 s").replace("%1", number(max(1, whole)))
    minutes = round(whole / 60)
    if minutes < 60:
        return QCoreApplication.translate(_CONTEXT, "%1 min").replace("%1", number(minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        hours_text = QCoreApplication.translate(_CONTEXT, "%1 h").replace("%1", number(hours))
        if not minutes:
            return hours_text
        return f"{hours_text} {QCoreApplication.translate(_CONTEXT, '%1 min').replace('%1', number(minutes))}"
    return QCoreApplication.translate(_CONTEXT, "%1 d").replace("%1", number(round(hours / 24)))


def moment(time_ns: int, today: QDate | None = None) -> str:
    """Return when something was, short: ``Today 14:05``, ``12 Mar 09:30``, ``12 Mar 2023``."""
    when = _when(time_ns)
    if when is None:
        return "—"
    today = today or QDate.currentDate()
    day, locale = when.date(), QLocale()
    clock = locale.toString(when.time(), "HH:mm")
    distance = day.daysTo(today)
    if distance == 0:
        return QCoreApplication.translate(_CONTEXT, "Today %1").replace("%1", clock)
    if distance == 1:
        return QCoreApplication.translate(_CONTEXT, "Yesterday %1").replace("%1", clock)
    if day.year() == today.year():
        pattern = QCoreApplication.translate(_CONTEXT, "d MMM", "QLocale date pattern, this year")
        return f"{locale.toString(day, pattern)} {clock}"
    return locale.toString(day, QCoreApplication.translate(_CONTEXT, "d MMM yyyy", "QLocale date pattern"))


def exact_moment(time_ns: int) -> str:
    """Return a date and time in full."""
    when = _when(time_ns)
    return "—" if when is None else QLocale().toString(when, QLocale.FormatType.LongFormat)


def permissions(mode: int) -> str:
    """Return permission bits as ``rwxr-x---``."""
    return stat.filemode(stat.S_IFREG | mode)[1:]


def tooltip(*lines: str) -> str:
    """Return a tool tip of plain lines. Qt would read markup in a hostile name as HTML; here it is escaped."""
    body = "<br>".join(html.escape(line) for line in lines if line)
    return f"<qt><p style='white-space:pre-wrap'>{body}</p></qt>" if body else ""


def _when(time_ns: int) -> QDateTime | None:
    if abs(time_ns) > _FAR_FUTURE_S * _NS:
        return None
    return QDateTime.fromMSecsSinceEpoch(time_ns // _MS)
