"""Small demo homes for tests of the whole program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SCALE = 0.125


def diptych(*arguments: object, home: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, in a process of its own, off screen."""
    command = [sys.executable, "-m", "ui", *(["--home", str(home)] if home else []), *map(str, arguments)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DIPTYCH_READER": "Dr Test", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=240)
    if check:
        assert done.returncode in (0, 3), done.stderr
    return done


def json_of(done: subprocess.CompletedProcess[str]) -> Any:
    """The document that a command printed."""
    return json.loads(done.stdout)


def decided_script(results: list[dict[str, Any]], *, finalise: bool = True, reader: str = "Dr Test") -> dict[str, Any]:
    """A script that accepts the first finding, rejects the others, assesses both breasts and adds a sentence."""
    findings = [f for result in results for f in result["findings"] if f["parent"] is None]
    shown = [f for f in findings if f["rendering_intent"] != "not for presentation"]
    verdicts: dict[str, Any] = {finding["id"]: {"decision": "reject", "reason": "summation"} for finding in shown}
    if shown:
        verdicts[shown[0]["id"]] = {"decision": "accept"}
    return {
        "reader": reader,
        "language": "en",
        "verdicts": verdicts,
        "assessment": {"right": {"birads": "2", "density": "B"}, "left": {"birads": "4B", "density": "C"}},
        "edits": [{"section": "findings", "text": "Words of the doctor's own."}],
        "finalise": finalise,
    }


def small_demo_home(folder: Path) -> tuple[Path, str, dict[str, Any]]:
    """A home with the small demo, the UID of an unread mammography with findings, a script that finalises it."""
    from workstation.base.jobs import Job
    from workstation.demo.worklist import build_demo

    demo = build_demo(folder / "phantoms", Job(), seed=20261118, scale=SCALE)
    home = folder / "home"
    diptych("import", *demo.paths, home=home)
    inspected = json_of(diptych("inspect", *demo.paths, "--json"))
    study = next(
        study
        for study in inspected["studies"]
        if any(result["match"]["ok"] and len(result["findings"]) > 1 for result in study["ai_results"])
        and all(image["modality"] == "MG" for image in study["images"] if image["laterality"])
    )
    return home, study["study_uid"], decided_script(study["ai_results"])
