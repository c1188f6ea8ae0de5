"""What the benchmark measures of a process: its seconds, its processor time, its memory, its children's too."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.bench.measure import cpu_seconds, resident, run_measured, tree
from tests.bench.processes import Command, CommandError, Crew

MIB = 1 << 20
SPIN = "import time; e = time.process_time() + 0.2\nwhile time.process_time() < e: pass"


@pytest.fixture
def crew(tmp_path):
    crew = Crew(tmp_path)
    yield crew
    crew.close()


def python(code: str) -> Command:
    return Command([sys.executable, "-S", "-c", code])


def test_a_run_has_the_time_and_memory_of_the_client_and_of_what_it_waited_for(crew):
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {SPIN!r}]); b = b'x' * (64 << 20)"
    found = run_measured(crew, python(f"{code}; import time; time.sleep(0.15)"), None, 30)
    assert 0.2 <= found.client.cpu_s < 5
    assert found.seconds > 0.2
    assert found.client.peak_bytes >= 64 * MIB
    assert found.server.cpu_s == 0


def test_the_servers_share_is_what_it_took_during_the_run(crew):
    server = crew.start(
        Command([sys.executable, "-S", "-c", f"input()\n{SPIN}\nprint('done', flush=True)\ninput()"]), talks=True
    )
    idle = run_measured(crew, python("pass"), server.pid, 30)
    assert idle.server.cpu_s < 0.2
    server.say("go")
    server.hear(30)
    assert cpu_seconds(server.pid) >= 0.2
    assert resident(server.pid) > MIB
    server.stop()


def test_a_tree_has_the_children_of_children():
    assert os.getpid() in tree(os.getppid())
    assert os.getppid() not in tree(os.getpid())


def test_a_command_that_fails_says_why(crew):
    with pytest.raises(CommandError, match=r"exit status 3; no such luck"):
        run_measured(crew, python("import sys; print('no such luck', file=sys.stderr); sys.exit(3)"), None, 30)


def test_a_command_that_takes_too_long_is_ended_with_its_children(crew, tmp_path):
    note = tmp_path / "child"
    code = f"import subprocess as s; p = s.Popen(['sleep', '99']); open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    hand = crew.start(python(code))
    while not (note.exists() and note.read_text()):
        assert hand.is_running
    with pytest.raises(CommandError, match="not done within"):
        hand.wait(0.05)
    assert not hand.is_running
    # It has been sent the signal; when it dies of it is the system's business.
    deadline = time.monotonic() + 5
    while not _is_gone(int(note.read_text())):
        assert time.monotonic() < deadline


def test_what_still_runs_is_ended_at_the_end(tmp_path):
    crew = Crew(tmp_path)
    hands = [crew.start(Command(["sleep", "100"])) for _ in range(3)]
    crew.close()
    assert not any(hand.is_running for hand in hands)


def test_a_program_that_says_nothing_in_time_is_an_error(crew):
    hand = crew.start(Command(["sleep", "100"]), talks=True)
    with pytest.raises(CommandError, match="said nothing within"):
        hand.hear(0.05)
    quiet = crew.start(Command(["true"]), talks=True)
    with pytest.raises(CommandError, match="ended"):
        quiet.hear(30)
    hand.kill()
    quiet.stop()


def _is_gone(pid: int) -> bool:
    """A killed child of a killed program may still wait to be buried by init."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
