"""A nursery of victims: imports the store once, then forks a process per order, to be killed at any moment.

Orders come as JSON lines on standard input: {"what": "append", "home": ...} or {"what": "migrate", ...}. For each the
child's id is printed, what it says, and "gone" when it is dead.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from workstation.base.codec import dump, load
from workstation.model.facts import OpinionAssessed, SentenceInserted
from workstation.model.identity import ReadingID
from workstation.model.verdict import Opinion
from workstation.store import database
from workstation.store.database import Database
from workstation.store.home import Home


def batch_at(first: int) -> int:
    """How many facts are appended together when the first has this number: 1, 1, 3, 1, 1, 3, ..."""
    return 3 if first % 5 == 3 else 1


def ends(limit: int) -> set[int]:
    """Numbers up to `limit` after which a whole append ends."""
    return {number for number in range(limit + 1) if number % 5 not in (3, 4)}


def numbered(number: int) -> SentenceInserted:
    """The fact with this number: what must be at this place afterwards."""
    return SentenceInserted(
        reading_id=ReadingID("reading"), language="en", sentence_id=str(number), section="findings", after=None,
        text=f"entry {number} " + "x" * (number * 37 % 3000),
    )  # fmt: skip


def _append(order: dict[str, Any]) -> None:
    home = Home.open(Path(order["home"]))
    while True:
        first = home.journal.last + 1
        facts = [numbered(first + step) for step in range(batch_at(first))]
        _say(str(home.journal.append_many(facts, reader="victim")[-1].sequence))


def _migrate(order: dict[str, Any]) -> None:
    _say("begins")
    database.migrate(Database(Path(order["file"])), folder=Path(order["folder"]), head=order["head"])
    _say("done")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Serve orders until standard input ends."""
    load(OpinionAssessed, dump(OpinionAssessed(reading_id=ReadingID("warm"), opinion=Opinion.NORMAL)))
    import alembic.command  # noqa: F401  warmed up, so that the moments of death fall into the work

    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                {"append": _append, "migrate": _migrate}[order["what"]](order)
            finally:
                os._exit(0)
        _say(f"child {child}")
        os.waitpid(child, 0)
        _say("gone")


if __name__ == "__main__":
    main()
