from __future__ import annotations

from pathlib import Path

from tests.translations.texts import Text, calls_in

_MODULE = """
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
translate = QCoreApplication.translate
_CONTEXT = "Words"
WORDS = {"a": QT_TRANSLATE_NOOP("Marked", "marked")}

class Outer(QWidget):
    title = translate(_CONTEXT, "by a constant", "a comment")

    def paint(self, one):
        def inside():
            return self.tr("in a " "function")
        return [self.tr("one") if one else self.tr("many"), _tr("here" if one else "there").replace("x", "y")]

    class Inner:
        def paint(self):
            tr = QCoreApplication.translate
            return tr("Local", "by another name") + holder.tr("somebody else's") + self.tr(self.words)

def _tr(text):
    return QCoreApplication.translate("Module", text)

def other(text):
    return text.translate(table)
"""


def test_every_way_to_say_a_text_is_found_in_its_context(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(_MODULE, encoding="utf-8")
    calls = calls_in(path)
    assert {text for call in calls for text in call.texts} == {
        Text("Marked", "marked"),
        Text("Words", "by a constant", "a comment"),
        Text("Outer", "in a function"),
        Text("Outer", "one"),
        Text("Outer", "many"),
        Text("Module", "here"),
        Text("Module", "there"),
        Text("Local", "by another name"),
    }
    lines = _MODULE.splitlines()
    unread = [call.place for call in calls if not call.texts]
    line = next(number for number, text in enumerate(lines, 1) if "somebody" in text)
    assert unread == [f"module.py:{line}"] * 2, "texts that cannot be read are told, not passed over"
