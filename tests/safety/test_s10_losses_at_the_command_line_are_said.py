"""S10: what a command could not use or could not give is in its answer, and its exit code says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.images import image_file
from workstation.app import Workstation
from workstation.base.jobs import Job
from workstation.cli.main import main
from workstation.cli.ports import Ports
from workstation.model.facts import DocumentRef, ProtocolFinalised
from workstation.model.identity import ReadingID, SOPInstanceUID, StudyUID

STUDY = StudyUID("2.25.1")
Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the home; its exit code, its document and its messages."""
    monkeypatch.setenv("DIPTYCH_READER", "Dr Test")

    def nothing(*_arguments: object, **_options: object) -> Any:
        raise AssertionError("no window here")

    ports = Ports(write_pdf=nothing, render_step=nothing, open_window=nothing, tour=nothing)

    def command(*arguments: object) -> tuple[int, Any, str]:
        code = main(["--home", str(tmp_path / "home"), *map(str, arguments)], ports)
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else None, told.err

    return command


@pytest.fixture
def finalised(tmp_path: Path) -> Path:
    """The PDF of a final protocol in a home with one image."""
    with Workstation.open(tmp_path / "home", reader="Dr Test", write_pdf=lambda _final, _path: None) as opened:
        opened.import_paths([image_file(tmp_path / "rcc.dcm")], Job())
        pdf = opened.home.documents.write(b"%PDF-1.7", ".pdf")
        reference = DocumentRef(role="pdf", uid="2.25.77", digest=opened.home.documents.add(pdf))
        opened.home.journal.append(
            ProtocolFinalised(
                reading_id=ReadingID("2.25.5"), study_uid=STUDY, protocol_uid=SOPInstanceUID("2.25.77"), language="en",
                text="Normal.", documents=(reference,),
            ),
            reader="Dr Test",
        )  # fmt: skip
        return pdf


def test_an_export_gives_all_files_of_the_study(finalised: Path, run: Run, tmp_path: Path) -> None:
    code, document, _told = run("export", STUDY, "--out", tmp_path / "out", "--json")
    assert (code, document["problems"], len(document["files"])) == (0, [], 2)
    assert finalised.name in document["files"]


def test_a_missing_document_is_listed_by_the_export(finalised: Path, run: Run, tmp_path: Path) -> None:
    finalised.unlink()
    code, document, told = run("export", STUDY, "--out", tmp_path / "out", "--json")
    assert code == 3
    assert [(lost["kind"], lost["path"]) for lost in document["problems"]] == [("missing-file", "2.25.77")]
    assert "The pdf of a final protocol is missing" in told


@pytest.mark.parametrize("what", ["archive/*/*.dcm", "documents/*/*.pdf"])
def test_a_file_whose_bytes_changed_is_not_exported_and_listed(
    what: str, finalised: Path, run: Run, tmp_path: Path
) -> None:
    (victim,) = (tmp_path / "home").glob(what)
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1] + b"\x01")
    code, document, told = run("export", STUDY, "--out", tmp_path / "out", "--json")
    assert (code, [lost["kind"] for lost in document["problems"]]) == (3, ["inconsistent"])
    assert "not as it was written" in told
    assert victim.name not in {path.name for path in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize("command", ["read", "export", "render"])
def test_a_study_named_by_its_path_says_what_of_it_could_not_be_used(command: str, run: Run, tmp_path: Path) -> None:
    image_file(tmp_path / "in" / "rcc.dcm")
    cut = image_file(tmp_path / "in" / "lmlo.dcm", SOPInstanceUID="2.25.102", ImageLaterality="L", ViewPosition="MLO")
    cut.write_bytes(cut.read_bytes()[:-100])
    (tmp_path / "script.json").write_text(json.dumps({"reader": "Dr Test"}))
    options = {
        "read": ("--script", tmp_path / "script.json", "--out", tmp_path / "out"),
        "export": ("--out", tmp_path / "out"),
        "render": ("--list-steps",),
    }[command]
    code, _document, told = run(command, tmp_path / "in", *options)
    assert code == 3
    assert "lmlo.dcm" in told


def test_a_worklist_with_problems_lists_them_and_its_exit_code_says_so(run: Run, tmp_path: Path) -> None:
    image_file(tmp_path / "in" / "rcc.dcm")
    assert run("import", tmp_path / "in")[0] == 0
    assert run("worklist", "--json")[0] == 0
    (tmp_path / "in" / "letter.txt").write_text("not an image")
    assert run("import", tmp_path / "in")[0] == 3
    code, document, told = run("worklist", "--json")
    assert (code, [problem["kind"] for problem in document["problems"]]) == (3, ["not-dicom"])
    assert "letter.txt" in told
