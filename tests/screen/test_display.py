"""The harness itself: what its mouse and keys do arrives in a program, and what the program shows is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.display import Program, Screen
from tests.screen.scene import Scene


@pytest.fixture
def sample(screen: Screen) -> Iterator[Program]:
    program = screen.watch("tests.screen.sample_window")
    screen.settled(program)
    yield program
    program.stop()


def _said(program: Program) -> str:
    label = program.look().find(name="said")
    return label.text if label else ""


def _right(scene: Scene) -> list[str]:
    return [row.name for view in scene.views if "right" in view.path for row in view.rows]


def test_clicks_and_keys_arrive(screen: Screen, sample: Program) -> None:
    box = sample.look().find(name="box")
    assert box is not None
    screen.click(*box.rect.centre)
    screen.type("anna@desk:47623/a_b")
    screen.key("Return")
    screen.wait_for(lambda: _said(sample) == "heard anna@desk:47623/a_b", "what was typed")


def test_a_drag_carries_a_row_to_the_other_list(screen: Screen, sample: Program) -> None:
    scene = sample.look()
    left, right = (next(view for view in scene.views if name in view.path) for name in ("left", "right"))
    row = left.row("two")
    assert row is not None
    screen.drag(row.rect.centre, right.rect.centre)
    screen.wait_for(lambda: _right(sample.look()) == ["two"], "the row in the other list")


def test_the_tray_icon_has_a_place_and_its_menu_can_be_chosen_from(screen: Screen, sample: Program) -> None:
    icon = screen.wait_for(lambda: sample.look().tray, "the icon in the tray")
    screen.click(*icon.centre, button=3)
    entry = screen.wait_for(lambda: sample.look().entry("toggle"), "the icon's menu")
    screen.click(*entry.rect.centre)
    screen.wait_for(lambda: _said(sample) == "toggled True", "the toggle")


def test_windows_are_found_and_pictures_taken(screen: Screen, sample: Program, tmp_path: Path) -> None:
    window = screen.wait_for(lambda: screen.find_window(pid=sample.pid, title="Sample"), "the window")
    assert window.title == "Sample window"
    assert screen.find_window(title="no such title") is None
    picture = screen.screenshot(tmp_path / "shot.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == screen.size[0]


def test_a_wait_in_vain_says_what_for_and_leaves_a_picture(screen: Screen, sample: Program) -> None:
    with pytest.raises(AssertionError, match="waited 0 s for the impossible") as caught:
        screen.wait_for(lambda: False, "the impossible", seconds=0.1)
    picture = re.search(r"screenshot: (\S+\.png)", str(caught.value))
    assert picture is not None
    assert Path(picture[1]).read_bytes().startswith(b"\x89PNG")
    Path(picture[1]).unlink()


def test_a_killed_program_is_gone_with_its_window(screen: Screen, sample: Program) -> None:
    sample.kill()
    assert not sample.is_running
    screen.wait_for(lambda: screen.find_window(title="Sample window") is None, "the window to go")
