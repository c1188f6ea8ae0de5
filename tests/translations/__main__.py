"""``python -m tests.translations``: brings the Chinese texts up to date with the programs, and compiles them.

A new text is left unfinished, or takes what the same words are called elsewhere; one that is gone is dropped.
"""

from __future__ import annotations

from tests.translations.catalogue import CHINESE, compile_to, read, read_note, write
from tests.translations.texts import all_texts


def main() -> int:
    """Update the file, say what is new, and return 1 while something is not translated."""
    before = read(CHINESE)
    elsewhere = {text.source: translation for text, translation in before.items() if translation}
    texts = all_texts()
    known = {text: before.get(text) or elsewhere.get(text.source, "") for text in texts}
    write(CHINESE, "zh_CN", texts, known, read_note(CHINESE))
    compile_to(CHINESE, CHINESE.with_suffix(".qm"))
    missing = [text for text in texts if not known[text]]
    for text in missing:
        print(f"not translated: {text.context}: {text.source}")
    dropped = before.keys() - known.keys()
    print(f"{CHINESE.name}: {len(texts)} texts, {len(missing)} not translated, {len(dropped)} dropped")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
