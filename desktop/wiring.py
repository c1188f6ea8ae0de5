"""Every signal to its slot, on one page. Makes nothing, decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.client.address import Address
from desktop.controllers.away import Afterwards
from desktop.controllers.connection import ConnectionController
from desktop.controllers.link_opening import LinkController
from desktop.controllers.nearby import NearbyController
from desktop.controllers.permitting import PermissionController
from desktop.controllers.sites import SitesController, address_of, folder_of
from desktop.controllers.views import Banner
from desktop.controllers.window import WindowController
from desktop.controllers.wording import describe
from desktop.panes import Half, Panes
from desktop.places.place import PlacePath
from desktop.queue_side import QueueSide
from desktop.runtime.single_instance import SingleInstance
from desktop.storage.settings import Settings, Theme
from desktop.storage.site_store import Site
from desktop.transfers.items import Direction, Item
from desktop.widgets.connect_page import ConnectPage
from desktop.widgets.drops import EntriesDrop, PathsDrop
from desktop.widgets.main_window import MainWindow
from shared.errors import WherryError
from shared.look.theme import Scheme, theme_of


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that has signals."""

    window: MainWindow
    panes: Panes
    page: ConnectPage
    lower: QueueSide
    connection: ConnectionController
    links: LinkController
    nearby: NearbyController
    permissions: PermissionController
    sites: SitesController
    window_controller: WindowController
    instance: SingleInstance


def wire(parts: Parts) -> None:
    """Connect everything; called once."""
    right = parts.panes.right
    right.view.clipboard.set_delivery(
        lambda path, entries, chosen: parts.panes.crossing.deliver(right.pane, path, entries, chosen)
    )
    for half in (parts.panes.left, right):
        _wire_half(half)
        _wire_drops(parts.panes, half)
        _wire_tabs(half)
        _wire_search(half)
    _wire_both(parts)
    _wire_connection(parts)
    _wire_queue(parts)
    _wire_window(parts)


def _wire_half(half: Half) -> None:
    view, pane, changes = half.view, half.pane, half.changes
    view.path_requested.connect(pane.go)
    view.text_entered.connect(pane.go_to_text)
    view.completion_requested.connect(pane.complete)
    view.back_requested.connect(pane.go_back)
    view.forward_requested.connect(pane.go_forward)
    view.step_requested.connect(pane.go_steps)
    view.up_requested.connect(pane.go_up)
    view.home_requested.connect(pane.go_home)
    view.refresh_requested.connect(pane.refresh)
    view.entry_activated.connect(pane.activate)
    view.task_line.cancel_requested.connect(pane.cancel_work)
    pane.file_activated.connect(half.opening.open)

    view.rename_requested.connect(changes.rename)
    view.new_folder_requested.connect(changes.make_folder)
    view.delete_requested.connect(changes.delete)
    view.properties_requested.connect(changes.show_properties)


def _wire_drops(panes: Panes, half: Half) -> None:
    view, pane = half.view, half.pane
    halves = {each.view.pane_id: each.pane for each in (panes.left, panes.right)}

    def take_entries(drop: EntriesDrop, target: PlacePath) -> None:
        # A drag from another window of ours names a pane too, but not one of this server: the ids differ.
        source = halves.get(drop.source_pane_id)
        if source is None:
            return
        if drop.is_move and source.place is not pane.place:
            panes.moving.move_names(source, drop.source_path, drop.names, pane, target)
        else:
            panes.crossing.drop_names(source, drop.source_path, drop.names, pane, target, is_copy=drop.is_copy)

    def take_paths(drop: PathsDrop, target: PlacePath) -> None:
        take = panes.moving.move_paths if drop.is_move else panes.crossing.drop_paths
        take(pane, drop.paths, target)

    view.copy_requested.connect(lambda entries: panes.crossing.copy(pane, entries))
    view.move_requested.connect(lambda entries: panes.moving.move(pane, entries))
    view.paths_dropped.connect(take_paths)
    view.entries_dropped.connect(take_entries)
    view.drag_ended.connect(pane.refresh_soon)
    half.copying.brought.connect(pane.show_change)


def _wire_tabs(half: Half) -> None:
    strip, tabs = half.view.tabs, half.tabs
    strip.chosen.connect(tabs.choose)
    strip.close_requested.connect(tabs.close_tab)
    strip.moved.connect(tabs.move)


def _wire_both(parts: Parts) -> None:
    """What an action in one half means for both."""
    panes, controller = parts.panes, parts.window_controller
    for half, other in ((panes.left, panes.right), (panes.right, panes.left)):
        commands: dict[str, Callable[[], object]] = {
            "undo": panes.undoing.undo,
            "new_tab": half.tabs.add,
            "close_tab": half.tabs.close_current,
            "next_tab": half.tabs.go_next,
            "previous_tab": half.tabs.go_previous,
            "search": half.search.open,
            "compare": panes.comparing.toggle,
            "step": panes.stepping.toggle,
            "bookmark": panes.bookmarks.add,
        }
        half.view.command_requested.connect(lambda name, commands=commands: commands[name]())
        half.view.filter_bar.saved_changed.connect(other.view.filter_bar.set_saved)
        half.view.filter_bar.saved_changed.connect(controller.keep_filters)
        half.view.hidden_toggled.connect(controller.keep_hidden_shown)
        half.view.compare_bar.content_toggled.connect(panes.comparing.read_contents)
        half.view.compare_bar.content_toggled.connect(other.view.compare_bar.set_reads_contents)
        panes.comparing.toggled.connect(lambda is_on, view=half.view: view.set_checked("compare", is_on))
        panes.stepping.toggled.connect(lambda is_on, view=half.view: view.set_checked("step", is_on))
    panes.left.view.edit_requested.connect(panes.left.opening.open)
    panes.right.view.edit_requested.connect(panes.editing.edit)
    parts.window.bookmark_chosen.connect(panes.bookmarks.open)
    parts.window.bookmark_removed.connect(panes.bookmarks.remove)
    panes.bookmarks.connection_requested.connect(
        lambda address, path: parts.connection.connect_to(address, "", start=path, is_focused=True)
    )
    for half, name in ((panes.left, "left"), (panes.right, "right")):
        half.view.columns_changed.connect(
            lambda columns=half.view.table.columns, name=name: controller.keep_columns(name, columns.save())
        )
        panes.undoing.changed.connect(half.view.set_undo)


def _wire_search(half: Half) -> None:
    page, search = half.page, half.search
    page.search_requested.connect(search.search)
    page.stop_requested.connect(search.stop)
    page.closed.connect(search.leave)
    page.go_requested.connect(search.go_to)
    page.copy_requested.connect(search.copy)
    page.delete_requested.connect(search.delete)
    page.path_requested.connect(search.copy_paths)


def _wire_connection(parts: Parts) -> None:
    page, sites, connection, view = parts.page, parts.sites, parts.connection, parts.panes.right.view

    def open_site(site: Site) -> None:
        connection.connect_to(address_of(site), "", start=folder_of(site), is_focused=True)
        if site.local_folder:
            parts.panes.left.pane.go_to_text(site.local_folder)

    def connect(address: Address, password: str, remember: bool) -> None:
        connection.connect_to(
            address, password, remember=remember, start=page.start, is_focused=True, fingerprint=page.fingerprint
        )

    page.connect_requested.connect(connect)
    page.cancel_requested.connect(connection.cancel)
    page.site_chosen.connect(sites.open)
    page.servers.site_add_requested.connect(sites.add)
    page.servers.site_edit_requested.connect(sites.edit)
    page.servers.site_remove_requested.connect(sites.remove)
    page.servers.password_forget_requested.connect(sites.forget_password)
    page.servers.recent_clear_requested.connect(sites.clear_recent)
    page.seen.connect(parts.nearby.set_seen)
    parts.instance.link_requested.connect(parts.links.open)
    sites.site_opened.connect(open_site)
    sites.site_forgotten.connect(connection.forget_password)

    view.disconnect_requested.connect(connection.disconnect_from_server)
    view.new_server_requested.connect(connection.open_page)
    view.password_change_requested.connect(connection.change_password)
    # The only banner with a button is the one about reconnecting.
    view.banner_action_requested.connect(lambda _kind: connection.try_now())

    connection.session_up.connect(parts.lower.queue.use_session)
    connection.session_up.connect(lambda session: sites.note_use(session.address))
    connection.session_up.connect(parts.panes.editing.take_up)
    connection.session_down.connect(parts.lower.queue.lose_session)
    connection.connected_shown.connect(parts.window_controller.show_connected)
    connection.waiting_shown.connect(parts.window_controller.show_reconnecting)
    connection.nothing_shown.connect(parts.window_controller.show_left)
    connection.session_up.connect(parts.lower.log.note_connected)
    connection.session_down.connect(parts.lower.log.note_lost)
    connection.left.connect(lambda _site: parts.lower.log.note_left())
    parts.panes.editing.set_places(connection.place_of)


def _wire_queue(parts: Parts) -> None:
    view, queue = parts.lower.view, parts.lower.queue

    def reveal(item: Item) -> None:
        if item.direction is Direction.UPLOAD:
            parts.connection.show_site(item.site)
        parts.panes.crossing.reveal(item)

    def show_trouble(error: WherryError | None) -> None:
        view.show_banner(Banner.NONE if error is None else Banner.ERROR, "" if error is None else describe(error))

    view.pause_requested.connect(queue.pause)
    view.resume_requested.connect(queue.resume)
    view.cancel_requested.connect(queue.cancel)
    view.retry_requested.connect(queue.retry)
    view.retry_failed_requested.connect(queue.retry_failed)
    view.answer_requested.connect(queue.ask_again)
    view.remove_requested.connect(queue.remove)
    view.clear_finished_requested.connect(queue.clear_finished)
    view.move_requested.connect(queue.move)
    view.priority_requested.connect(queue.set_priority)
    view.details_requested.connect(queue.show_details)
    view.limit_requested.connect(parts.window_controller.keep_limit)
    view.pause_all_toggled.connect(queue.pause_all)
    queue.items_ended.connect(parts.lower.log.note_ended)
    queue.totals_changed.connect(parts.lower.away.note_totals)
    view.show_in_folder_requested.connect(queue.reveal)
    queue.totals_changed.connect(parts.window.set_totals)
    queue.totals_changed.connect(parts.window_controller.note_totals)
    queue.trouble_changed.connect(show_trouble)
    queue.totals_changed.connect(lambda _totals: parts.connection.release_unseen())
    queue.reveal_requested.connect(reveal)
    queue.local_folder_changed.connect(parts.panes.arrivals.local_arrival)
    queue.remote_folder_changed.connect(parts.panes.arrivals.remote_arrival)


def _wire_window(parts: Parts) -> None:
    window, controller = parts.window, parts.window_controller

    lower, away = parts.lower, parts.lower.away

    def apply(settings: Settings) -> None:
        lower.apply(settings)
        theme_of().choose(Scheme(settings.theme.value))
        window.set_scheme(Scheme(settings.theme.value))

    window.close_requested.connect(controller.ask_to_close)
    window.scheme_chosen.connect(lambda scheme: controller.keep_theme(Theme(scheme.value)))
    window.about_requested.connect(controller.show_about)
    window.settings_requested.connect(controller.show_settings)
    window.shortcuts_requested.connect(controller.show_shortcuts)
    window.palette_requested.connect(controller.show_palette)
    window.log_requested.connect(lambda: lower.view.show_page(lower.log_view))
    window.log_file_requested.connect(controller.show_log)
    window.afterwards_chosen.connect(lambda name: away.choose(Afterwards(name)))
    controller.settings_changed.connect(apply)
    lower.log_view.save_requested.connect(lower.log.save)
    away.offered.connect(window.set_afterwards_offered)
    away.afterwards_changed.connect(window.set_afterwards)
    away.progress_changed.connect(window.set_progress)
    away.quit_requested.connect(controller.end)
    parts.instance.activation_requested.connect(controller.come_to_front)
