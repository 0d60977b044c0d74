"""S10: what could not be read, matched or drawn is on the screen, with the reason and what to do."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pytestqt.qtbot import QtBot

from ui import theme
from ui.bridge.catalogue import Catalogue
from ui.main_window import MainWindow
from ui.panes.finding_words import run_words
from ui.panes.problems import ProblemsPane
from workstation.base.i18n import text
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import RunStatus, Triage

MATERIAL = Path(__file__).parents[1] / "ui" / "material.py"


@pytest.fixture(scope="module")
def material() -> ModuleType:
    spec = importlib.util.spec_from_file_location("s10_material", MATERIAL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_file_that_could_not_be_used_is_listed_with_place_reason_and_remedy(
    material: ModuleType, tmp_path: Path, qtbot: QtBot, qapp: object
) -> None:
    theme.apply(qapp)  # type: ignore[arg-type]
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "letter.txt").write_text("not an image")
    (drop / "cut.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x02\x00")
    (drop / "empty.dcm").write_bytes(b"")
    with material.open_home(tmp_path / "home") as workstation:
        window = MainWindow(workstation)
        qtbot.addWidget(window)
        window.show()
        window.import_paths([drop])
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
        window.show_problems()
        shown = "\n".join(window.worklist.problems.words())
        for file in drop.iterdir():
            assert file.name in shown
        assert all(problem.message in shown for problem in workstation.problems())
        assert window.errors.isVisible()
        window.close()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_of_problem_is_shown_in_words(language: str, qtbot: QtBot) -> None:
    pane = ProblemsPane(Catalogue(language))
    qtbot.addWidget(pane)
    problems = [Problem(kind=kind, where=f"/in/{kind.value}", message=f"do {kind.value}") for kind in ProblemKind]
    pane.show_problems(problems)
    words = pane.words()
    for problem in problems:
        told = {text(f"problem.{problem.kind.value}.{part}", language) for part in ("title", "advice")}
        assert told | {problem.where, problem.message} <= set(words)


@pytest.mark.parametrize("status", list(RunStatus))
@pytest.mark.parametrize("triage", list(Triage))
def test_nothing_found_is_said_only_when_the_service_says_success_and_normal(
    status: RunStatus, triage: Triage, material: ModuleType
) -> None:
    from dataclasses import replace
    from datetime import datetime

    from workstation.model.identity import Patient, SOPInstanceUID, StudyUID
    from workstation.model.result import AIResult, Author, Match

    result = AIResult(
        sr_uid=SOPInstanceUID("1.2"), study_uid=StudyUID("1"), patient=Patient(patient_id="p", name="A^B"),
        author=Author.DEVICE, reader="r", created_at=datetime(2026, 1, 1), run_status=status, triage=triage,
        match=Match(ok=True),
    )  # fmt: skip
    words, troubled = run_words(result, Catalogue("en"))
    explicit = status is RunStatus.SUCCEEDED and triage is Triage.NORMAL
    assert (words == text("result.nothing_found", "en")) == explicit
    assert troubled == (not explicit)
    assert run_words(replace(result, match=Match(ok=False)), Catalogue("en"))[1]
