"""The form for a saved server. It stores nothing: who opens it takes ``site`` when it is accepted."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from desktop.client.address import Address, parse_address
from desktop.storage.site_store import Site
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.buttons import icon_button
from desktop.widgets.colour_picker import ColourPicker
from desktop.widgets.dialog import Dialog, Notice, name_in_heading
from desktop.widgets.labels import label
from shared.errors import WherryError
from shared.look import wording
from shared.look.error_words import translated
from shared.look.theme import restyle
from shared.look.tokens import Space
from shared.names import parse_path
from shared.protocol.limits import DEFAULT_PORT

_MAX_TEXT = 1024
_MAX_NOTES = 10_000
"""What the store takes."""

_MAX_PORT = 65535
_PORT_WIDTH = 72
_NOTES_HEIGHT = 72


class SiteDialog(Dialog):
    """Name, address, user, colour, folders and notes of one server. A site without id is a new one.

    Signals:
        saved: the person pressed Save and all is valid; the Site, with the id it came with.
        test_requested: try whether one can connect to this Site; :meth:`show_finding` answers.
    """

    saved = Signal(object)
    test_requested = Signal(object)

    def __init__(self, site: Site | None = None, parent: QWidget | None = None) -> None:
        self._site = site or Site(name="", host="", user="")
        title = self.tr("Save a server")
        if self._site.id:
            title = self.tr("Change “%1”").replace("%1", name_in_heading(self._site.name))
        super().__init__("server", "accent", title, parent)
        self._make_fields()
        self._lay_out()
        self._fill()
        role = QDialogButtonBox.ButtonRole
        self.save_button = self.add_button(self.tr("&Save"), role.AcceptRole, "primary")
        self.cancel_button = self.add_button(self.tr("Cancel"), role.RejectRole)
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self._save)
        self.test_button = self.add_button(self.tr("&Test connection"), role.ResetRole)
        self.test_button.clicked.connect(self._test)
        (self.name_edit if self._site.host else self.host_edit).setFocus()

    @property
    def site(self) -> Site:
        """What the form says now. Without a name the server is called by its address."""
        host, user = self.host_edit.text().strip(), self.user_edit.text().strip()
        port = int(self.port_edit.text() or DEFAULT_PORT)
        return msgspec.structs.replace(
            self._site,
            name=self.name_edit.text().strip() or Address(host, port, user).title,
            host=host,
            port=port,
            user=user,
            colour=self.colour_picker.colour,
            local_folder=self.local_edit.text().strip(),
            remote_folder=self.remote_edit.text().strip(),
            notes=self.notes_edit.toPlainText()[:_MAX_NOTES],
        )

    @property
    def error(self) -> str:
        """What is wrong with the form, as it is shown; empty when nothing is."""
        return self._error.text()

    @property
    def finding(self) -> str:
        """What the test of the connection said, as it is shown; empty when there was none."""
        return next((notice.text for notice in self._findings.values() if notice.isVisibleTo(self)), "")

    def show_finding(self, kind: str, text: str) -> None:
        """Say how the test of the connection went: ``success``, ``info``, ``warning`` or ``error``."""
        self._set_busy(False)
        self.test_button.setEnabled(True)
        self._show_notice(kind, text)

    # --- How -----------------------------------------------------------------------------------------------------

    def _test(self) -> None:
        self._split_host()
        site = self.site
        if self._is_valid(site):
            self._clear_error()
            self._set_busy(True)
            self.test_button.setEnabled(False)
            self._show_notice("info", self.tr("Connecting to %1…").replace("%1", name_in_heading(site.host)))
            self.test_requested.emit(site)

    def _set_busy(self, is_busy: bool) -> None:
        self._busy.set_busy(is_busy)
        self._busy.setVisible(is_busy)

    def _show_notice(self, kind: str, text: str = "") -> None:
        for each, notice in self._findings.items():
            notice.setVisible(each == kind)
        if kind:
            self._findings[kind].show_text(text)
        self.fit()

    def _make_fields(self) -> None:
        self.name_edit = self._make_edit(self.tr("What you call it; else its address"))
        self.host_edit = self._make_edit(self.tr("Name or IP address of the machine"))
        self.host_edit.editingFinished.connect(self._split_host)
        self.port_edit = self._make_edit(str(DEFAULT_PORT))
        self.port_edit.setValidator(QIntValidator(1, _MAX_PORT, self.port_edit))
        self.port_edit.setFixedWidth(_PORT_WIDTH)
        self.port_edit.setAccessibleName(self.tr("Port"))
        self.port_edit.setToolTip(wording.tooltip(self.tr("Port")))
        self.user_edit = self._make_edit(self.tr("Your account on the server"))
        self.colour_picker = ColourPicker()
        self.colour_picker.setAccessibleName(self.tr("Colour"))
        self.local_edit = self._make_edit(self.tr("Opened on the left; empty: leave it as it is"))
        self.browse_button = icon_button("folder-open", self.tr("Choose a folder of this computer"))
        self.browse_button.clicked.connect(self._browse)
        self.remote_edit = self._make_edit(self.tr("Opened on the right; empty: your home"))
        self.notes_edit = QPlainTextEdit()
        self.notes_edit.setFixedHeight(_NOTES_HEIGHT)
        self.notes_edit.setTabChangesFocus(True)
        self.notes_edit.setAccessibleName(self.tr("Notes"))
        self._error = label("", "error", wraps=True)
        self._error.hide()
        self._busy = BusyLine()
        self._busy.hide()
        self._findings = {
            "success": Notice("success", "check-circle"),
            "info": Notice("info", "info"),
            "warning": Notice("warning", "alert"),
            "error": Notice("danger", "alert-circle"),
        }
        for notice in self._findings.values():
            notice.hide()

    def _make_edit(self, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setMaxLength(_MAX_TEXT)
        edit.setPlaceholderText(placeholder)
        edit.textEdited.connect(self._clear_error)
        return edit

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._add_row(form, self.tr("&Name"), self.name_edit)
        self._add_row(form, self.tr("&Address"), self.host_edit, label(":", "muted"), self.port_edit)
        self._add_row(form, self.tr("&User"), self.user_edit)
        self._add_row(form, self.tr("&Colour"), self.colour_picker)
        self._add_row(form, self.tr("Folder &here"), self.local_edit, self.browse_button)
        self._add_row(form, self.tr("Folder &there"), self.remote_edit)
        self._add_row(form, self.tr("N&otes"), self.notes_edit)
        self.body.addLayout(form)
        self.body.addWidget(self._error)
        for notice in self._findings.values():
            self.body.addWidget(notice)
        self.body.addWidget(self._busy)

    def _add_row(self, form: QFormLayout, text: str, field: QWidget, *beside: QWidget) -> None:
        name = label(text, "muted")
        name.setBuddy(self.colour_picker.swatch("") if field is self.colour_picker else field)
        # As high as a field, so that both stand on one line; beside the notes it names their first line.
        name.setMinimumHeight(self.name_edit.sizeHint().height())
        field.setAccessibleName(text.replace("&", ""))
        if not beside:
            form.addRow(name, field)
            return
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(field, 1)
        for other in beside:
            row.addWidget(other)
        form.addRow(name, row)

    def _fill(self) -> None:
        site = self._site
        self.name_edit.setText(site.name)
        self.host_edit.setText(site.host)
        self.port_edit.setText("" if site.port == DEFAULT_PORT else str(site.port))
        self.user_edit.setText(site.user)
        self.colour_picker.choose(site.colour)
        self.local_edit.setText(site.local_folder)
        self.remote_edit.setText(site.remote_folder)
        self.notes_edit.setPlainText(site.notes)

    def _split_host(self) -> None:
        """Take a pasted ``user@host:port`` or link apart into the fields."""
        text = self.host_edit.text().strip()
        if not any(mark in text for mark in "@:/"):
            return
        try:
            address = parse_address(text)
        except WherryError:
            # Save says what is wrong with it; while somebody still types nothing is.
            return
        self.host_edit.setText(address.host)
        if address.port != DEFAULT_PORT:
            self.port_edit.setText(str(address.port))
        if address.user:
            self.user_edit.setText(address.user)

    def _browse(self) -> None:
        chooser = QFileDialog(self, self.tr("Choose a folder of this computer"), self.local_edit.text())
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(self.local_edit.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _save(self) -> None:
        self._split_host()
        site = self.site
        if self._is_valid(site):
            self.saved.emit(site)
            self.accept()

    def _is_valid(self, site: Site) -> bool:
        """Whether this can be a server; else it is said what is wrong, beside the field."""
        if not site.host:
            self._refuse(self.host_edit, self.tr("An address is needed: the name or the IP address of the machine."))
        elif not _is_host(site):
            self._refuse(self.host_edit, self.tr("This is not the address of a machine."))
        elif not site.user:
            self._refuse(self.user_edit, self.tr("A user is needed: the account that you have on the server."))
        elif reason := _reason_against(site.remote_folder):
            self._refuse(self.remote_edit, self.tr("This folder cannot be: %1.").replace("%1", reason))
        else:
            return True
        return False

    def _refuse(self, field: QLineEdit, text: str) -> None:
        self._clear_error()
        self._error.setText(text)
        self._error.show()
        field.setProperty("tone", "invalid")
        field.setAccessibleDescription(text)
        restyle(field)
        field.setFocus()
        field.selectAll()
        self.fit()

    def _clear_error(self) -> None:
        if not self._busy.is_busy:
            self._show_notice("")
        self._error.clear()
        self._error.hide()
        for field in (self.host_edit, self.user_edit, self.remote_edit):
            if field.property("tone"):
                field.setProperty("tone", "")
                field.setAccessibleDescription("")
                restyle(field)


def _is_host(site: Site) -> bool:
    """Whether the host is nothing but a host: read back from a link it must be itself."""
    address = Address(site.host, site.port, site.user)
    try:
        return parse_address(address.url()) == Address(site.host.lower(), site.port, site.user)
    except WherryError:
        return False


def _reason_against(folder: str) -> str:
    """Return why this can be no folder of a server; empty when it can."""
    try:
        parse_path(folder)
    except WherryError as error:
        return translated(error.detail)
    return ""
