"""Loads the translations (``*.qm``, of Qt Linguist's ``*.ts`` beside them) and Qt's own, when there are any."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from shared.look import filetypes

FOLDER = Path(__file__).parent / "translations"
"""One file a language for both programs: they share words, dialogs and errors."""

LANGUAGES = (("en", "English"), ("zh_CN", "简体中文"))
"""What a person can choose besides the system's own, each in its own words."""


def load(app: QCoreApplication, folder: Path = FOLDER, language: str = "") -> QLocale:
    """Install the translation for ``language`` (``zh_CN``; empty follows the system) and return its locale.

    Without a file for the language the texts stay English, and so does the way numbers and dates are
    written: a window in two languages at once helps nobody.
    """
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    filetypes.forget_words()
    locale = QLocale(language) if language else QLocale.system()
    own = QTranslator(app)
    if not own.load(locale, "wherry", "_", str(folder)):
        own.deleteLater()
        if language or locale.language() is not QLocale.Language.English:
            locale = QLocale(QLocale.Language.English)
        QLocale.setDefault(locale)
        return locale
    app.installTranslator(own)
    qt = QTranslator(app)
    if qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
    else:
        qt.deleteLater()
    QLocale.setDefault(locale)
    return locale
