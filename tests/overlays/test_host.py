"""The host: vendors' readers are isolated, the surest one reads, every failure is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.overlays.made import finding_with, result_with
from tests.overlays.sr_builder import code, dcm, report, save
from workstation.base.errors import WorkerError
from workstation.base.workers import WorkerPool
from workstation.dicom.sr_document import SRDocument, SRHeader
from workstation.model.problem import ProblemKind
from workstation.model.result import AIResult, Finding, Triage
from workstation.overlays import readers
from workstation.overlays.hooks import Glyph, MarkStyle, OverlayReader, Recognition, hookimpl
from workstation.overlays.host import OverlayHost
from workstation.overlays.plugins import Plugins, load_plugins
from workstation.overlays.worker import read_with

VENDOR_MODULE = """
import os, time
from workstation.overlays.hooks import MarkStyle, Recognition, hookimpl

class Rogue:
    name = "rogue"
    def recognises(self, header):
        return Recognition(confidence=1.0, reason="everything is mine")
    def read(self, document):
        {body}
    def style(self, finding):
        raise RuntimeError("no style")

@hookimpl
def diptych_overlay_readers():
    return [Rogue()]
"""


class Vendor:
    """A reader for tests; what it answers is given."""

    def __init__(self, name: str = "vendor", confidence: float = 0.9, answer: Any = None) -> None:
        self.name, self._confidence, self._answer = name, confidence, answer

    def recognises(self, header: SRHeader) -> Recognition:
        return Recognition(confidence=self._confidence, reason="test")

    def read(self, document: SRDocument) -> AIResult:
        answer: AIResult = self._answer(document)
        return answer

    def style(self, finding: Finding) -> MarkStyle:
        return MarkStyle(glyph=Glyph.SQUARE)


@pytest.fixture
def normal_report(tmp_path: Path) -> str:
    document = report(
        dcm("111036", "Mammography CAD Report"),
        code(dcm("111017"), dcm("111241")),
        code(dcm("111064"), dcm("111222")),
    )
    return str(save(document, tmp_path / "normal.dcm"))


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(size=1) as made:
        yield made


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a plugin whose `read` has this body."""

    def make(body: str) -> None:
        (tmp_path / "rogue_plugin.py").write_text(VENDOR_MODULE.replace("{body}", body))
        metadata = tmp_path / "rogue-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rogue\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[diptych.overlays]\nrogue = rogue_plugin\n")
        monkeypatch.syspath_prepend(tmp_path)

    return make


def with_vendor(*vendors: OverlayReader) -> Plugins:
    built_in = load_plugins(())
    return Plugins(readers=built_in.readers | {vendor.name: vendor for vendor in vendors}, problems=())


def builtin_answer(document: SRDocument) -> AIResult:
    (reader,) = [found for found in readers.diptych_overlay_readers() if found.name == "mammography-cad"]
    return reader.read(document)


def test_the_reader_that_is_surest_reads(normal_report: str) -> None:
    def mine(document: SRDocument) -> AIResult:
        return replace(builtin_answer(document), reader="vendor")

    sure, unsure = Vendor(answer=mine), Vendor(name="unsure", confidence=0.1, answer=mine)
    result, _ = read_with(with_vendor(sure), normal_report)
    assert result is not None
    assert result.reader == "vendor"
    result, _ = read_with(with_vendor(unsure), normal_report)
    assert result is not None
    assert result.reader == "mammography-cad"


def test_a_reader_that_raises_is_a_problem_of_that_report(normal_report: str) -> None:
    def fail(_document: SRDocument) -> AIResult:
        raise ZeroDivisionError("oops")

    result, problems = read_with(with_vendor(Vendor(answer=fail)), normal_report)
    assert result is None
    assert [problem.kind for problem in problems] == [ProblemKind.READER_FAILED]
    assert "vendor" in problems[0].message
    assert problems[0].where == normal_report


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda document: None,
        lambda document: SimpleNamespace(findings=()),
        lambda document: replace(builtin_answer(document), triage="fine"),
        lambda document: replace(builtin_answer(document), study_uid="2.25.5"),
        lambda document: replace(builtin_answer(document), digest=None),
    ],
)
def test_an_answer_that_is_nonsense_or_about_something_else_is_refused(nonsense: Any, normal_report: str) -> None:
    result, problems = read_with(with_vendor(Vendor(answer=nonsense)), normal_report)
    assert result is None
    assert [problem.kind for problem in problems] == [ProblemKind.READER_FAILED]


def test_a_reader_that_fails_to_recognise_is_listed_and_the_others_go_on(normal_report: str) -> None:
    class Broken(Vendor):
        def recognises(self, header: SRHeader) -> Recognition:
            raise KeyError("x")

    result, problems = read_with(with_vendor(Broken()), normal_report)
    assert result is not None
    assert result.triage is Triage.NORMAL
    assert [problem.kind for problem in problems] == [ProblemKind.READER_FAILED]


def test_a_report_without_study_is_listed_as_belonging_to_none(tmp_path: Path) -> None:
    path = save(report(dcm("111036"), StudyInstanceUID=None), tmp_path / "orphan.dcm")
    result, problems = read_with(load_plugins(()), str(path))
    assert result is None
    assert [problem.kind for problem in problems] == [ProblemKind.MISSING_IDENTITY]


def test_a_plugin_is_found_by_its_entry_point_and_a_broken_one_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_plugin.py").write_text(VENDOR_MODULE.replace("{body}", "return None"))
    monkeypatch.syspath_prepend(tmp_path)
    points = (
        EntryPoint(name="acme", value="acme_plugin", group="diptych.overlays"),
        EntryPoint(name="gone", value="no_such_module", group="diptych.overlays"),
    )
    found = load_plugins(points)
    assert "rogue" in found.readers
    assert [problem.where for problem in found.problems] == ["gone"]


def test_a_plugin_cannot_take_the_name_of_a_built_in_reader() -> None:
    class Plugin:
        @hookimpl
        def diptych_overlay_readers(self) -> list[OverlayReader]:
            return [Vendor(name="mammography-cad", answer=builtin_answer)]

    point = SimpleNamespace(name="thief", load=Plugin)
    found = load_plugins((point,))  # type: ignore[arg-type]
    assert not isinstance(found.readers["mammography-cad"], Vendor)
    assert "is taken" in found.problems[0].message


def test_a_report_is_read_in_a_worker(pool: WorkerPool, normal_report: str) -> None:
    result, problems = OverlayHost(pool).read(normal_report)
    assert problems == ()
    assert result is not None
    assert result.triage is Triage.NORMAL
    assert {defect.code for defect in result.defects} == {"no-warning"}


TWO_FINDINGS = """
from dataclasses import replace
        from workstation.model.codes import Code
        from workstation.model.result import Finding
        from workstation.overlays import readers
        reader = next(found for found in readers.diptych_overlay_readers() if found.name == "mammography-cad")
        mass = Code(value="4147007", scheme="SCT", meaning="Mass")
        names = [name.replace("SR", document.header.sop_uid) for name in {names}]
        made = [Finding(finding_id=name, node="1", kind=mass) for name in names]
        return replace(reader.read(document), findings=(made[0], replace(made[1], parts=tuple(made[2:]))))
"""


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["SR#1.1", "SR#1.1"], "two findings bear one id"),
        (["SR#1.1", "SR#1.2", "SR#1.1"], "two findings bear one id"),
        (["SR#1.1", "2.25.7#1.2"], "does not name this report"),
        (["SR#1.1", "SR#1.2", "1.3"], "does not name this report"),
    ],
)
def test_a_plugin_that_gives_two_findings_one_id_or_a_foreign_one_is_refused(
    names: list[str], reason: str, install: Callable[[str], None], normal_report: str
) -> None:
    install(TWO_FINDINGS.strip().replace("{names}", repr(names)))
    with WorkerPool(size=1) as rogue_pool:
        result, problems = OverlayHost(rogue_pool).read(normal_report)
    assert result is None
    assert [problem.kind for problem in problems] == [ProblemKind.READER_FAILED]
    assert reason in problems[0].message


@pytest.mark.parametrize(
    "body", ["while True: pass", "time.sleep(60)", "os._exit(3)", "return [0] * (1 << 40)", "raise SystemExit"]
)
def test_a_plugin_that_hangs_or_dies_is_a_visible_problem(
    body: str, install: Callable[[str], None], normal_report: str
) -> None:
    install(body)
    with WorkerPool(size=1) as rogue_pool:
        result, problems = OverlayHost(rogue_pool, time_limit_s=2.0).read(normal_report)
    assert result is None
    assert problems
    assert problems[-1].kind is ProblemKind.READER_FAILED


def test_styles_come_from_the_reader_and_from_the_house_where_that_fails(pool: WorkerPool) -> None:
    class DeadPool:
        def call(self, function: str, argument: Any, *, time_limit_s: float | None = None) -> Any:
            raise WorkerError("lost")

    result = replace(result_with(), reader="mammography-cad", findings=(finding_with(),))
    styles = OverlayHost(pool).styles(result)
    assert styles[result.findings[0].finding_id].glyph is Glyph.CIRCLE
    assert OverlayHost(DeadPool()).styles(result) == styles
