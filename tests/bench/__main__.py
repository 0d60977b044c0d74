"""`make bench`: the speed table of the issue, as ratios within one run; writes `bench.json` and prints it.

Ratios hold on any machine, milliseconds do not. Nothing here belongs to `make test`: on a busy machine bars fail.
Not measured yet: the heat map of the overlay rows (nothing draws one yet), `dbt_first_frame` and `dbt_scroll` (no
writer of a full-size multi-frame JPEG 2000 series here yet), `memory_300` (needs the reading script in a loop).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import drawing, opening
from tests.bench.measure import Row
from ui.application import application

PARTS: dict[str, Callable[[], Iterator[Row]]] = {"drawing": drawing.rows, "opening": opening.rows}


def main() -> int:
    """Measure; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("out", type=Path, nargs="?", default=Path("out/bench.json"))
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this part")
    asked = parser.parse_args()
    application()
    rows = []
    for part in asked.only or PARTS:
        for row in PARTS[part]():
            rows.append(row)
            sys.stdout.write(_line(row))
            sys.stdout.flush()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps([row.as_json() for row in rows], indent=1), encoding="utf-8")
    return 0 if all(row.ok for row in rows) else 1


def _line(row: Row) -> str:
    verdict = "ok" if row.ok else "OVER"
    return f"{row.name:24}{row.ratio:9.2f}  bar {row.bar:6g}  {row.median_ms:9.2f} ms  {row.runs:4} runs  {verdict}\n"


if __name__ == "__main__":
    sys.exit(main())
