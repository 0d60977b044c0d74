"""Guards of S1–S12 taken out one at a time: each must make its test fail. Run by hand: `make mutations`.

Each mutation is made in a copy of the checkout in a temporary folder; the checkout itself is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("workstation", "ui", "resources", "tests", "plugins", "pyproject.toml")
ELSEWHERE = "test_guards_tested_in_their_rooms.py"
TESTS_FAILED = 1
"""pytest's exit status when tests ran and some failed; anything else is not what is asked for."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A guard without its effect, and the file of tests/safety that must notice."""

    rule: str
    file: str
    original: str
    mutated: str
    test: str


MUTATIONS = (
    Mutation("S1 patient compared", "workstation/overlays/matching.py",
             "    found.extend(differences(result.patient, where.study.patient))\n", "",
             "test_s01_a_result_stays_with_its_patient.py"),
    Mutation("S1 images compared", "workstation/overlays/matching.py", "    if missing:\n", "    if False:\n",
             "test_s01_a_result_stays_with_its_patient.py"),
    Mutation("S1 images of a stranger kept out", "workstation/store/catalogue.py", "    if foreign:\n",
             "    if False:\n", "test_s01_a_study_shows_one_patient.py"),
    Mutation("S1 unmatched results not read", "workstation/reading/context.py", "if result.match.ok and result.author",
             "if result.author", ELSEWHERE),
    Mutation("S1 unmatched results not hung", "workstation/reading/hanging.py",
             "return result.match.ok and result.author", "return result.author", ELSEWHERE),
    Mutation("S1 a reader's answer is about its report", "workstation/overlays/worker.py", "    if about != (",
             "    if False and about != (", ELSEWHERE),
    Mutation("R1 late frames dropped", "ui/panes/frame_store.py",
             "        if turn != self._turn:\n            return\n", "", ELSEWHERE),
    Mutation("R1 a service's picture in no ordinary place", "workstation/reading/hanging_places.py",
             "if not is_service_picture(image, study)]", "]", ELSEWHERE),
    Mutation("R8 the newest result of a service", "workstation/overlays/current.py", "max(same, key=_age)",
             "min(same, key=_age)", ELSEWHERE),
    Mutation("S2 frame in range", "workstation/overlays/matching.py",
             "if mark.frame is not None and not 1 <= mark.frame <= image.frames:", "if False:",
             "test_s02_a_mark_stays_on_its_image.py"),
    Mutation("S2 displaced sources", "workstation/overlays/matching.py", " or source in sister.displaced_sources:", ":",
             "test_s02_a_mark_stays_on_its_image.py"),
    Mutation("S2 not for presentation", "workstation/model/result.py",
             "        if self.rendering_intent is RenderingIntent.NOT_FOR_PRESENTATION:\n            return ()\n", "",
             "test_s02_a_mark_stays_on_its_image.py"),
    Mutation("S2 contradicting side acknowledged", "workstation/reading/session.py",
             "if contradicts and LATERALITY not in acknowledged:", "if False:", ELSEWHERE),
    Mutation("S3 the fallback warning", "workstation/protocol/finalise.py", "result.warning or words.ai_warning",
             'result.warning or ""', ELSEWHERE),
    Mutation("S5 undecided findings block", "workstation/protocol/checks.py", "waits = finding.must_be_decided and",
             "waits = False and", "test_s05_no_ai_sentence_without_a_verdict.py"),
    Mutation("S5 unsettled sentences block", "workstation/protocol/checks.py", "        if rule is not None:\n",
             "        if False:\n", "test_s05_no_ai_sentence_without_a_verdict.py"),
    Mutation("S5 rejected findings untold", "workstation/protocol/draft.py",
             "if verdict is not None and verdict.decision is not Decision.REJECT:", "if verdict is not None:",
             "test_s05_no_ai_sentence_without_a_verdict.py"),
    Mutation("S5 moved words wait", "workstation/protocol/quotes.py", "        if finding_id is not None:\n",
             "        if False:\n", "test_s05_moved_words_stay_the_ais.py"),
    Mutation("S5 incomplete is refused", "workstation/protocol/finalise.py",
             "    _refuse_incomplete(context, state, text_now)\n", "", "test_s05_no_ai_sentence_without_a_verdict.py"),
    Mutation("S6 final is final", "workstation/reading/session.py",
             "        if self._state.final is not None:\n            raise", "        if False:\n            raise",
             "test_s06_a_final_protocol_never_changes.py"),
    Mutation("S6 an act meanwhile", "workstation/reading/session.py", "        if self._state != written_from:",
             "        if False:", ELSEWHERE),
    Mutation("S6 a damaged document", "workstation/protocol/finalise.py",
             "if reference is None or codec.digest_of(data) != reference.digest:", "if reference is None:",
             "test_s06_a_final_protocol_never_changes.py"),
    Mutation("S8 the journal refuses", "workstation/store/journal.py", "            trial.refuse(row)\n", "",
             "test_s08_store_lock.py"),
    Mutation("S10 unusable files are listed", "workstation/intake.py",
             "        home.quarantine.add(path if path.is_file() else None, (problem,))", "        pass",
             "test_s10_nothing_is_silently_skipped.py"),
    Mutation("S11 padding", "workstation/dicom/grey.py", "    if grey.padding is not None:\n        output",
             "    if False:\n        output", ELSEWHERE),
    Mutation("S11 polarity", "workstation/dicom/grey_header.py",
             ' or values.text(dataset, "PresentationLUTShape") == "INVERSE"', "", ELSEWHERE),
    Mutation("S11 tables first", "workstation/dicom/grey_header.py",
             "return (*_tables(dataset, signed=signed), *_windows(dataset))",
             "return (*_windows(dataset), *_tables(dataset, signed=signed))", ELSEWHERE),
    Mutation("S12 uncalibrated", "workstation/dicom/projection.py", "if stated and not silent else None",
             "if stated else None", ELSEWHERE),
    Mutation("S12 magnification", "workstation/dicom/projection.py", "        if magnification > 1.0:",
             "        if False:", ELSEWHERE),
)  # fmt: skip


def main(wanted: list[str]) -> int:
    """Try the mutations whose rule contains one of `wanted`, all without any; 1 when a guard is not held."""
    chosen = [one for one in MUTATIONS if not wanted or any(word in one.rule for word in wanted)]
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source, target = ROOT / name, copy / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        failing = [test for test in sorted({one.test for one in chosen}) if _run(copy, test) != 0]
        if failing:
            _say(f"fail with every guard in place: {', '.join(failing)}")
            return 1
        survived = [one.rule for one in chosen if not _killed(one, copy)]
    _say(f"{len(chosen) - len(survived)} of {len(chosen)} mutations noticed")
    return 1 if survived else 0


def _killed(one: Mutation, copy: Path) -> bool:
    """Whether the test fails with the guard out; said in a line."""
    path = copy / one.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(one.original) != 1:
        _say(f"STALE     {one.rule}: {one.file} does not hold the text once")
        return False
    path.write_text(whole.replace(one.original, one.mutated), encoding="utf-8")
    try:
        status = _run(copy, one.test)
    finally:
        path.write_text(whole, encoding="utf-8")
    _say(f"{'noticed ' if status == TESTS_FAILED else 'SURVIVED'}  {one.rule} ({one.test}, pytest {status})")
    return status == TESTS_FAILED


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(copy: Path, test: str) -> int:
    command = [sys.executable, "-m", "pytest", f"tests/safety/{test}", "-q", "-x", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
