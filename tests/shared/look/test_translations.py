from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from shared.look import translations

_TS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN"><context><name>FileTypes</name>
<message><source>Folder</source><translation>文件夹</translation></message></context></TS>
"""


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    before = QLocale()
    yield qapp
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_a_language_without_a_file_leaves_everything_english(app: QApplication, tmp_path: Path) -> None:
    locale = translations.load(app, tmp_path, "zh_CN")
    assert locale.language() is QLocale.Language.English
    assert QCoreApplication.translate("FileTypes", "Folder") == "Folder"


def test_a_language_with_a_file_is_used_and_can_be_left(app: QApplication, tmp_path: Path) -> None:
    source = tmp_path / "wherry_zh_CN.ts"
    source.write_text(_TS, encoding="utf-8")
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([tool, source, "-qm", tmp_path / "wherry_zh_CN.qm"], check=True, capture_output=True)
    assert translations.load(app, tmp_path, "zh_CN").language() is QLocale.Language.Chinese
    assert QCoreApplication.translate("FileTypes", "Folder") == "文件夹"
    translations.load(app, tmp_path, "en")
    assert QCoreApplication.translate("FileTypes", "Folder") == "Folder"
