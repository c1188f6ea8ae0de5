"""The one style sheet, written from the tokens. Widgets choose a variant by a dynamic property, never by own QSS.

Properties that it knows: ``kind`` of a button (``primary``, ``danger``, ``link``), ``role`` of a label
(``display``, ``title``, ``lead``, ``muted``, ``small``, ``strong``, ``error``, ``mono``), ``tone`` of a frame
(``card``, ``info``, ``success``, ``warning``, ``danger``, ``bar``, ``footer``, ``line``, ``tabs``).
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from shared.look.tokens import Colours, Size, Space, Type

_CONTROLS = Path(__file__).parent / "icons" / "controls"


def stylesheet(colours: Colours) -> str:
    """Return the style sheet for one scheme."""
    values: dict[str, object] = {name: getattr(colours, name) for name in Colours.__slots__}
    values |= {f"space_{k.lower()}": v for k, v in vars(Space).items() if k.isupper()}
    values |= {f"size_{k.lower()}": v for k, v in vars(Size).items() if k.isupper()}
    values |= {f"type_{k.lower()}": v for k, v in vars(Type).items() if k.isupper()}
    mode = "dark" if colours.is_dark else "light"
    for file in _CONTROLS.glob(f"*-{mode}.svg"):
        values["image_" + file.stem.removesuffix(f"-{mode}").replace("-", "_")] = file.as_posix()
    return Template(_SHEET).substitute(values)


_SHEET = """
QMainWindow, QDialog, QMessageBox { background: $window; }
QWidget { color: $text; }
QWidget:disabled { color: $faint; }
QToolTip { background: $raised; color: $text; border: 1px solid $separator; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[role="display"] { font-size: ${type_display}px; font-weight: $type_semibold; }
QLabel[role="title"] { font-size: ${type_title}px; font-weight: $type_semibold; }
QLabel[role="lead"] { font-size: ${type_lead}px; font-weight: $type_semibold; }
QLabel[role="strong"] { font-weight: $type_semibold; }
QLabel[role="section"] { color: $muted; font-size: ${type_small}px; font-weight: $type_semibold; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${type_small}px; }
QLabel[role="error"] { color: $danger; }

QFrame[tone="line"] { background: $separator; border: none; max-height: 1px; min-height: 1px; }
QFrame[tone="bar"], QFrame[tone="footer"] { background: $window; border: none; }
QWidget[tone="page"] { background: $surface; border: none; }
QFrame[tone="card"] { background: $raised; border: 1px solid $separator; border-radius: ${size_radius_large}px; }
QFrame[tone="well"] { background: $surface; border: 1px solid $separator; border-radius: ${size_radius}px; }
QFrame[tone="info"] { background: $info_ground; border: none; }
QFrame[tone="success"] { background: $success_ground; border: none; }
QFrame[tone="warning"] { background: $warning_ground; border: none; }
QFrame[tone="danger"] { background: $danger_ground; border: none; }
QFrame[shape="round"] { border-radius: ${size_radius}px; }

QPushButton {
  background: $raised; border: 1px solid $border; border-radius: ${size_radius}px;
  padding: 0 13px; min-height: 28px; font-weight: $type_medium;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border: 2px solid $focus; padding: 0 12px; min-height: 26px; }
QPushButton:disabled { background: transparent; border-color: $separator; color: $faint; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $accent_pressed; }
QPushButton[kind="primary"]:disabled { background: $track; border-color: $track; color: $faint; }
QPushButton[kind="danger"] { background: $danger; color: $on_danger; border: 1px solid $danger; }
QPushButton[kind="danger"]:hover, QPushButton[kind="danger"]:pressed { background: $danger_hover; }
QPushButton[kind="danger"]:focus { border: 2px solid $text; }
QPushButton[kind="danger"]:disabled { background: $track; border-color: $track; color: $faint; }
QPushButton[kind="link"] {
  background: transparent; border: 2px solid transparent; color: $accent; padding: 0 4px; min-height: 24px;
}
QPushButton[kind="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="link"]:focus { border-color: $focus; }
QPushButton[kind="link"]:disabled { color: $faint; }

QToolButton {
  background: transparent; border: 2px solid transparent; border-radius: ${size_radius}px; padding: 3px;
}
QToolButton:hover { background: $pressed; }
QToolButton:pressed { background: $separator; }
QToolButton:checked { background: $selection; }
QToolButton:focus { border-color: $focus; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="crumb"] { padding: 1px 5px; color: $muted; border-radius: ${size_radius_small}px; }
QToolButton[kind="crumb"]:hover { color: $text; }
QToolButton[kind="crumb-last"] { padding: 1px 5px; font-weight: $type_semibold; border-radius: ${size_radius_small}px; }
QToolButton[kind="tab"] { padding: 2px 8px; color: $muted; font-weight: $type_medium; }
QToolButton[kind="tab"]:checked { background: $selection_idle; color: $text; }
QToolButton[kind="tab"][alarm="true"] { color: $danger; }
QToolButton[kind="text"] { padding: 3px 8px; font-weight: $type_medium; }
QToolButton[kind="card"] {
  background: transparent; border: 2px solid transparent; text-align: left; padding: 6px 8px;
}
QToolButton[kind="card"]:hover { background: $hover; }
QToolButton[kind="card"]:focus { border-color: $focus; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QComboBox {
  background: $surface; border: 1px solid $border; border-radius: ${size_radius}px; padding: 1px 9px;
  min-height: 28px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus,
QComboBox:focus {
  border: 2px solid $focus; padding: 0 8px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
  background: transparent; border-color: $separator;
}
QLineEdit[tone="invalid"] { border: 2px solid $danger; padding: 0 8px; }
QLineEdit[kind="slim"] { min-height: 22px; border-radius: ${size_radius}px; padding: 0 7px; }
QLineEdit[kind="slim"]:focus { padding: 0 6px; min-height: 20px; }
QComboBox[kind="slim"] { min-height: 22px; padding: 0 7px; }
QComboBox[kind="slim"]:focus { padding: 0 6px; min-height: 20px; }
QComboBox[tone="invalid"] { border: 2px solid $danger; }
QTableView QLineEdit, QTreeView QLineEdit { min-height: 0; border-radius: ${size_radius_small}px; padding: 0 3px; }
QLineEdit QToolButton { border: none; padding: 0; }
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px 7px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0; background: transparent; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {
  border: none; padding: 0; min-height: 0; background: transparent;
}
QSpinBox::up-button, QDoubleSpinBox::up-button {
  subcontrol-origin: border; subcontrol-position: top right; width: 22px; border: none;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
  subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; border: none;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($image_chevron_up); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($image_chevron_down); width: 12px; height: 12px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url($image_chevron_down); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
  background: $raised; border: 1px solid $separator; padding: 4px; outline: none;
  selection-background-color: $selection; selection-color: $text;
}

QCheckBox, QRadioButton {
  spacing: 8px; border: 2px solid transparent; border-radius: ${size_radius_small}px; padding: 2px;
}
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator {
  width: 14px; height: 14px; border: 1px solid $border; border-radius: ${size_radius_small}px; background: $surface;
}
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($image_check); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url($image_partial); }
QCheckBox::indicator:disabled { border-color: $separator; background: $window; }
QCheckBox::indicator:checked:disabled { background: $track; border-color: $track; }
QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid $border; border-radius: 8px; background: $surface;
}
QRadioButton::indicator:hover { border-color: $accent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $on_accent; }

QMenu { background: $raised; border: 1px solid $separator; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: ${size_radius_small}px; margin: 0; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $separator; margin: 4px 8px; }
QMenu::indicator {
  width: 14px; height: 14px; left: 6px; border-radius: ${size_radius_small}px; border: 1px solid $border;
}
QMenu::indicator:checked { background: $accent; border-color: $accent; image: url($image_check); }
QMenu::right-arrow { image: url($image_chevron_right); width: 16px; height: 16px; }
QMenuBar { background: $window; padding: 2px 4px; border: none; }
QMenuBar::item { padding: 4px 8px; border-radius: ${size_radius_small}px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $pressed; }

QAbstractItemView, QScrollArea { background: $surface; border: none; }
QScrollArea[tone="window"], QScrollArea[tone="window"] > QWidget > QWidget { background: $window; }
QTableView, QTreeView, QListView { background: $surface; border: none; outline: none; gridline-color: transparent;
  selection-background-color: $selection; selection-color: $text; }
/* Rows paint their own ground, as one shape over all columns. */
QTableView { selection-background-color: transparent; }
QListView[tone="card"] { border: 1px solid $separator; border-radius: ${size_radius}px; padding: 4px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
  background: $surface; color: $muted; font-size: ${type_small}px; font-weight: $type_medium;
  border: none; border-bottom: 1px solid $separator; padding: 0 8px; height: 27px;
}
QHeaderView::section:first { padding-left: 12px; }
QHeaderView::section:hover { color: $text; background: $hover; }
QHeaderView::down-arrow { image: url($image_chevron_down); width: 12px; height: 12px;
  subcontrol-origin: padding; subcontrol-position: center right; right: 4px; }
QHeaderView::up-arrow { image: url($image_chevron_up); width: 12px; height: 12px;
  subcontrol-origin: padding; subcontrol-position: center right; right: 4px; }
QTableCornerButton::section { background: $surface; border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; border: none; }
QScrollBar::handle:vertical { background: $track; min-height: 32px; border-radius: 4px; margin: 2px; }
QScrollBar::handle:horizontal { background: $track; min-width: 32px; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $border; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QSplitter::handle { background: $separator; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QProgressBar { background: $track; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QStatusBar { background: $window; border: none; border-top: 1px solid $separator; color: $muted; min-height: 26px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; font-size: ${type_small}px; }

QTabWidget::pane { border: none; border-top: 1px solid $separator; }
QTabBar { background: transparent; border: none; }
QTabBar::tab {
  background: transparent; color: $muted; padding: 6px 12px; border: none; border-bottom: 2px solid transparent;
  font-weight: $type_medium;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QWidget[tone="tabs"] { background: $pressed; }
QTabBar[kind="pane"]::tab {
  padding: 6px 2px 6px 10px; border: none; border-right: 1px solid $separator; font-weight: $type_regular;
}
QTabBar[kind="pane"]::tab:selected { background: $window; font-weight: $type_medium; }
QTabBar[kind="pane"]::tab:hover:!selected { background: $hover; }
QGroupBox { border: none; margin-top: 20px; font-weight: $type_semibold; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
"""
