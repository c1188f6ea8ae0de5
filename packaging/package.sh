#!/usr/bin/env bash
# Builds both programs as folders in dist/, with the desktop's entries and icons beside them.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -rf dist
for name in wherry wherry-server; do
    printf 'package: building dist/%s\n' "$name"
    .venv/bin/python -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller \
        "packaging/$name.spec"
done

for name in wherry wherry-server; do
    install -D -m 644 "packaging/$name.desktop" "dist/share/applications/$name.desktop"
    install -D -m 644 "shared/look/icons/$name.svg" "dist/share/icons/hicolor/scalable/apps/$name.svg"
done
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate dist/share/applications/*.desktop
fi
du -sh dist/wherry dist/wherry-server
