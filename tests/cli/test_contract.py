"""The command line's contract: JSON of the documented form on standard output, messages beside it, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.support.studies import diptych, json_of, small_demo_home
from workstation.base import resources
from workstation.model.facts import OpinionAssessed
from workstation.model.identity import ReadingID
from workstation.model.verdict import Opinion
from workstation.store.home import Home

SCHEMAS = sorted(path.stem for path in resources.path("schemas").glob("*.json"))


def schema(name: str) -> dict[str, Any]:
    return json.loads(resources.path("schemas", f"{name}.json").read_text(encoding="utf-8"))


def assert_fits(document: Any, name: str) -> None:
    known = [(given["$id"], Resource.from_contents(given)) for given in map(schema, SCHEMAS) if "$id" in given]
    validator = Draft202012Validator(schema(name), registry=Registry().with_resources(known))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, Any]]:
    return small_demo_home(tmp_path_factory.mktemp("cli"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_inspect_says_what_is_there_and_keeps_nothing(demo: tuple[Path, str, dict[str, Any]], tmp_path: Path) -> None:
    home, study_uid, _script = demo
    done = diptych("inspect", home.parent / "phantoms", "--json", home=tmp_path / "untouched")
    document = json_of(done)
    assert_fits(document, "inspect")
    found = {study["study_uid"]: study for study in document["studies"]}
    assert {result["reader"] for result in found[study_uid]["ai_results"]} <= {"mammography-cad", "measurement-report"}
    assert found[study_uid]["ai_results"][0]["match"] == {"ok": True, "problems": []}
    assert not (tmp_path / "untouched").exists()
    assert done.returncode == 3, "truth.json is no DICOM file, and that is said"
    assert {problem["kind"] for problem in document["problems"]} == {"not-dicom"}


def test_inspecting_one_good_file_is_done_without_problems(demo: tuple[Path, str, dict[str, Any]]) -> None:
    image = next((demo[0].parent / "phantoms").glob("normal/images/*.dcm"))
    assert diptych("inspect", image, "--json").returncode == 0


def test_import_worklist_render_read_export_verify(demo: tuple[Path, str, dict[str, Any]], tmp_path: Path) -> None:
    home, study_uid, script = demo
    again = diptych("import", home.parent / "phantoms" / "normal" / "images", "--json", home=home)
    assert_fits(json_of(again), "import")
    assert json_of(again)["images"] == 4
    assert_fits(json_of(diptych("worklist", "--json", home=home)), "worklist")

    steps = json_of(diptych("render", study_uid, "--list-steps", home=home))
    assert_fits(steps, "steps")
    assert steps["steps"][0] == "four-views"
    picture = tmp_path / "picture.png"
    diptych("render", study_uid, "--step", "ai-cc", "--size", "800x600", "--out", picture, home=home)
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"

    unfinished = tmp_path / "unfinished.json"
    unfinished.write_text(json.dumps({"reader": "Dr Test", "finalise": True}), encoding="utf-8")
    refused = diptych("read", study_uid, "--script", unfinished, "--out", tmp_path, "--json", home=home, check=False)
    assert refused.returncode == 4
    assert_fits(json_of(refused), "refused")
    assert json_of(refused)["refused"]["rule"] == "finding-undecided"
    assert len(json_of(refused)["refused"]["details"]) > 4, "findings, two categories, two densities"

    whole = tmp_path / "script.json"
    whole.write_text(json.dumps(script), encoding="utf-8")
    assert_fits(script, "script")
    read = json_of(diptych("read", study_uid, "--script", whole, "--out", tmp_path / "out", "--json", home=home))
    assert_fits(read, "read")
    assert read["finalised"]
    assert {document["role"] for document in read["documents"]} >= {"protocol_sr", "verdict_sr", "pdf"}
    assert all((tmp_path / "out" / document["file"]).is_file() for document in read["documents"])

    twice = diptych("read", study_uid, "--script", whole, "--out", tmp_path, "--json", home=home, check=False)
    assert (twice.returncode, json_of(twice)["refused"]["rule"]) == (4, "final-is-final")

    exported = json_of(diptych("export", study_uid, "--out", tmp_path / "export", "--json", home=home))
    assert_fits(exported, "export")
    assert {path.name for path in (tmp_path / "export").iterdir()} == set(exported["files"])
    report = json_of(diptych("verify", "--json", home=home))
    assert_fits(report, "verify")
    assert report["ok"]


def test_verify_names_a_file_whose_bytes_changed(demo: tuple[Path, str, dict[str, Any]]) -> None:
    victim = next((demo[0] / "archive").glob("??/*.dcm"))
    good = victim.read_bytes()
    victim.chmod(0o600)
    victim.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    try:
        done = diptych("verify", "--json", home=demo[0], check=False)
    finally:
        victim.write_bytes(good)
    assert done.returncode == 3
    assert any(victim.stem in problem["where"] + problem["message"] for problem in json_of(done)["problems"])


@pytest.fixture
def damaged_home(tmp_path: Path) -> Path:
    """A home that was used, with bytes of its journal flipped."""
    home = tmp_path / "home"
    with Home.open(home) as opened:
        for number in range(20):
            fact = OpinionAssessed(reading_id=ReadingID(f"1.{number}"), opinion=Opinion.NORMAL)
            opened.journal.append(fact, reader="Dr Test")
    journal = home / "journal.sqlite"
    good = journal.read_bytes()
    middle = len(good) // 2
    journal.write_bytes(good[:middle] + bytes(byte ^ 255 for byte in good[middle:]))
    return home


def test_verify_tells_what_can_still_be_read_of_a_damaged_home(damaged_home: Path) -> None:
    before = (damaged_home / "journal.sqlite").read_bytes()
    done = diptych("verify", "--json", home=damaged_home, check=False)
    assert done.returncode == 3
    report = json_of(done)
    assert_fits(report, "verify")
    assert not report["ok"]
    assert not report["chain_ok"]
    assert report["problems"][0]["kind"] == "does-not-open"
    assert len(report["problems"]) > 1, "the damage itself is listed too"
    assert "backup" in done.stderr
    assert (damaged_home / "journal.sqlite").read_bytes() == before


def test_verify_of_a_home_without_its_journal_lists_that(damaged_home: Path) -> None:
    (damaged_home / "journal.sqlite").unlink()
    done = diptych("verify", "--json", home=damaged_home, check=False)
    assert (done.returncode, json_of(done)["ok"]) == (3, False)
    assert "missing" in json_of(done)["problems"][0]["message"]


def test_doctor_names_a_damaged_home(damaged_home: Path) -> None:
    done = diptych("doctor", "--json", home=damaged_home, check=False)
    assert done.returncode == 3
    (check,) = (check for check in json_of(done)["checks"] if check["name"] == "home")
    assert not check["ok"]
    assert "damaged" in check["message"]


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    done = diptych("doctor", "--json", home=tmp_path)
    assert_fits(json_of(done), "doctor")


@pytest.mark.parametrize(
    "arguments",
    [("render", "1.2.3", "--list-steps"), ("read", "1.2.3", "--script", "/nowhere.json", "--out", "x"), ("nonsense",)],
)
def test_wrong_usage_is_exit_code_2_and_says_why(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = diptych(*arguments, home=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()


def test_a_second_program_is_refused_the_home(demo: tuple[Path, str, dict[str, Any]]) -> None:
    with Home.open(demo[0]):
        done = diptych("worklist", "--json", home=demo[0], check=False)
    assert done.returncode == 4
    assert json_of(done)["refused"]["rule"] == "home-in-use"
