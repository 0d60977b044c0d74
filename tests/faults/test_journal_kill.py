"""`kill -9` at random moments of the journal's own work: no acknowledged entry is lost, and no schema is half done."""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.journal_child import ends, numbered
from workstation.store import database
from workstation.store.database import MIGRATIONS, Database
from workstation.store.home import Home

ROUNDS = int(os.environ.get("DIPTYCH_JOURNAL_KILL_ROUNDS", "40"))
MIGRATION_ROUNDS = int(os.environ.get("DIPTYCH_MIGRATION_KILL_ROUNDS", "15"))


class Nursery:
    """Speaks with the process that forks the victims."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.journal_child"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._read = b""

    def kill_after(self, order: dict[str, str], *, lines: int, seconds: float) -> list[str]:
        """Start a victim, kill it `seconds` after it has said so many lines; return all that it said."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        said: list[str] = []
        child, deadline, killed = 0, None, False
        while True:
            line = self._line(deadline)
            if line is None and not killed:
                os.kill(child, signal.SIGKILL)
                killed, deadline = True, None
            elif line is None:
                continue
            elif line.startswith("child "):
                child = int(line.removeprefix("child "))
            elif line == "gone":
                return said
            else:
                said.append(line)
            if child and not killed and len(said) >= lines and deadline is None:
                deadline = time.monotonic() + seconds

    def _line(self, deadline: float | None) -> str | None:
        """The next line, or None at the deadline."""
        assert self._process.stdout is not None
        while b"\n" not in self._read:
            wait = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._process.stdout], [], [], wait)[0]:
                return None
            self._read += os.read(self._process.stdout.fileno(), 1 << 16)
        line, _, self._read = self._read.partition(b"\n")
        return line.decode()

    def close(self) -> None:
        """End the nursery."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all rounds: a fork takes a millisecond, a start with all its imports a second."""
    nursery = Nursery()
    yield nursery
    nursery.close()


def test_no_acknowledged_entry_is_lost_when_the_program_is_killed(nursery: Nursery, tmp_path: Path) -> None:
    dice = random.Random(10)
    path = tmp_path / "home"
    acknowledged = 0
    for _ in range(ROUNDS):
        said = nursery.kill_after(
            {"what": "append", "home": str(path)}, lines=dice.randrange(8), seconds=dice.random() / 50
        )
        acknowledged = max(acknowledged, *map(int, said), 0)
        with Home.open(path) as home:
            entries = home.journal.entries()
            assert home.journal.verify() == ()
        assert len(entries) >= acknowledged
        assert [entry.fact for entry in entries] == [numbered(number) for number in range(1, len(entries) + 1)]
        assert len(entries) in ends(len(entries)), "facts that were appended together are all there or none"
    assert acknowledged > ROUNDS


def test_a_killed_upgrade_leaves_the_old_schema_or_the_new_one(nursery: Nursery, tmp_path: Path) -> None:
    dice = random.Random(18)
    old = tmp_path / "old"
    with Home.open(old) as home:
        for number in range(1, 40):
            home.journal.append(numbered(number), reader="dr.anna")
        entries = home.journal.entries()
    folder = _next_release(tmp_path)
    seen = set()
    for number in range(MIGRATION_ROUNDS):
        home_path = tmp_path / f"home-{number}"
        shutil.copytree(old, home_path)
        file = home_path / "journal.sqlite"
        order = {"what": "migrate", "file": str(file), "folder": str(folder), "head": "j0002"}
        nursery.kill_after(order, lines=1, seconds=dice.random() * 0.25)
        base = Database(file)
        revision = database.revision(base)
        base.close()
        seen.add(revision)
        with closing(sqlite3.connect(file)) as raw:
            tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            added = {name for name in tables if name.startswith("added_")}
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert len(added) == (0 if revision == "j0001" else 200)
        if revision == "j0002":
            assert file.with_name("journal.sqlite.before-j0002").is_file()
        with Home.open(home_path, read_only=True) as home:
            assert home.journal.entries() == entries
            assert home.journal.verify() == ()
        shutil.rmtree(home_path)
    assert seen <= {"j0001", "j0002"}
    assert "j0001" in seen, "no round was killed in time: the test would prove nothing"


def _next_release(tmp_path: Path) -> Path:
    """A later release whose upgrade takes a while."""
    folder = tmp_path / "later"
    shutil.copytree(MIGRATIONS / "journal", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "j0002_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'j0002', 'j0001'\n"
        "def upgrade():\n    for number in range(200):\n"
        "        op.create_table(f'added_{number}', sa.Column('id', sa.Integer, primary_key=True))\n",
        encoding="utf-8",
    )
    return folder
