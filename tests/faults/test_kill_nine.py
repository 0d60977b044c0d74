"""`kill -9` at random moments of scripted readings: everything acknowledged is there afterwards (S4, R10)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.studies import small_demo_home
from workstation.store.home import Home
from workstation.store.verify import verify

ROUNDS = int(os.environ.get("DIPTYCH_KILL_ROUNDS", "200"))
CHUNKS = 8
ACKNOWLEDGED = re.compile(rb"recorded (\d+) (\w+)")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, Any]]:
    """A home with one imported study, its UID, and a script that decides every finding and finalises."""
    return small_demo_home(tmp_path_factory.mktemp("kill"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    prepared: tuple[Path, str, dict[str, Any]], tmp_path: Path, chunk: int
) -> None:
    home, study_uid, script = prepared
    dice = random.Random(chunk)
    whole = _read(home, study_uid, script, tmp_path / "whole", kill_after=None)
    assert whole[-1][1] == b"protocol_finalised", "an undisturbed reading acknowledges every act"
    for number in range(ROUNDS // CHUNKS):
        victim = tmp_path / f"home-{number}"
        after = dice.randrange(len(whole) + 1)
        acknowledged = _read(home, study_uid, script, victim, kill_after=(after, dice.random() * 0.01))
        _check(victim, acknowledged)
        shutil.rmtree(victim)


def _read(
    home: Path, study_uid: str, script: dict[str, Any], victim: Path, *, kill_after: tuple[int, float] | None
) -> list[tuple[int, bytes]]:
    """Copy the home, run `diptych read` on it, kill it after so many acknowledged acts and a moment more."""
    shutil.copytree(home, victim)
    (victim / "script.json").write_text(json.dumps(script), encoding="utf-8")
    command = [sys.executable, "-m", "ui", "--home", str(victim), "read", study_uid]
    command += ["--script", str(victim / "script.json"), "--out", str(victim / "documents-out"), "--json"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert process.stderr is not None
    acknowledged: list[tuple[int, bytes]] = []
    if kill_after is not None and kill_after[0] == 0:
        _kill_later(process, kill_after[1] * 100)
    for line in process.stderr:
        if match := ACKNOWLEDGED.match(line):
            acknowledged.append((int(match[1]), match[2]))
        if kill_after is not None and len(acknowledged) == kill_after[0]:
            _kill_later(process, kill_after[1])
    process.wait()
    process.stderr.close()
    if kill_after is None:
        assert process.returncode == 0
    return acknowledged


def _kill_later(process: subprocess.Popen[bytes], seconds: float) -> None:
    threading.Timer(seconds, lambda: process.poll() is None and os.kill(process.pid, signal.SIGKILL)).start()


def _check(victim: Path, acknowledged: list[tuple[int, bytes]]) -> None:
    with Home.open(victim) as home:
        written = {entry.sequence: entry.fact.kind for entry in home.journal.entries()}
        assert verify(home).problems == ()
    for sequence, kind in acknowledged:
        assert written.get(sequence) == kind.decode(), f"entry {sequence} was acknowledged and is not there"
