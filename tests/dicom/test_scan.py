"""What lies in files, folders, archives and media is either read or listed with its reason."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.dicom.conftest import MakeFile
from workstation.base.errors import CancelledError
from workstation.base.jobs import Job, Progress
from workstation.dicom import archives
from workstation.dicom.scan import ScanResult, find_files
from workstation.model.problem import ProblemKind


def kinds(scan: ScanResult) -> list[ProblemKind]:
    return [problem.kind for problem in scan.problems]


def archive_of(path: Path, members: dict[str, Path | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return path


def test_a_folder_is_searched_to_its_ends(tmp_path: Path, make_file: MakeFile) -> None:
    deep = make_file("a/b/c/without_extension")
    flat = make_file("flat.dcm")
    with find_files([tmp_path], Job()) as scan:
        assert set(scan.files) == {deep, flat}
        assert scan.problems == ()


def test_a_file_named_twice_is_read_once(tmp_path: Path, make_file: MakeFile) -> None:
    path = make_file()
    with find_files([path, tmp_path, path], Job()) as scan:
        assert scan.files == (path,)


def test_what_is_not_dicom_is_listed(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a letter")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    with find_files([tmp_path, tmp_path / "absent"], Job()) as scan:
        assert scan.files == ()
        assert sorted(Path(problem.where).name for problem in scan.problems) == ["absent", "empty", "notes.txt", "pipe"]
        assert set(kinds(scan)) == {ProblemKind.NOT_DICOM, ProblemKind.MISSING_FILE}


def test_a_file_without_preamble_is_found(tmp_path: Path, make_file: MakeFile) -> None:
    path = make_file()
    bare = tmp_path / "bare"
    bare.write_bytes(path.read_bytes()[132:])
    with find_files([bare], Job()) as scan:
        assert scan.files == (bare,)


def test_a_link_is_not_followed(tmp_path: Path, make_file: MakeFile) -> None:
    outside = make_file("outside/secret.dcm")
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    (chosen / "link.dcm").symlink_to(outside)
    (chosen / "folder").symlink_to(outside.parent)
    with find_files([chosen], Job()) as scan:
        assert scan.files == ()
        assert kinds(scan) == [ProblemKind.UNSAFE_PATH] * 2


def test_members_of_an_archive_are_read_under_names_of_ours(tmp_path: Path, make_file: MakeFile) -> None:
    image = make_file()
    archive = archive_of(tmp_path / "pack.zip", {"../../evil.dcm": image, "a/readme.txt": b"hello", "/abs.dcm": image})
    with find_files([archive], Job()) as scan:
        assert len(scan.files) == 2
        assert all(path.read_bytes() == image.read_bytes() for path in scan.files)
        assert all(scan.unpacked in path.parents and "evil" not in path.name for path in scan.files)
        assert {scan.names[str(path)] for path in scan.files} == {f"{archive}!../../evil.dcm", f"{archive}!/abs.dcm"}
        assert [problem.where for problem in scan.problems] == [f"{archive}!a/readme.txt"]
    assert scan.unpacked is not None
    assert not scan.unpacked.exists()


def test_problems_of_unpacked_files_are_told_by_their_name_in_the_archive(tmp_path: Path, make_file: MakeFile) -> None:
    archive = archive_of(tmp_path / "pack.zip", {"cc.dcm": make_file()})
    with find_files([archive, tmp_path / "absent"], Job()) as scan:
        (problem,) = scan.problems
        told = scan.told([type(problem)(kind=problem.kind, where=str(scan.files[0]), message="x"), problem])
        assert [one.where for one in told] == [f"{archive}!cc.dcm", str(tmp_path / "absent")]


def test_an_archive_that_inflates_without_measure_is_left_out(
    tmp_path: Path, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "SMALL_BYTES", 1000)
    bomb = b"\0" * 128 + b"DICM" + b"\0" * 2_000_000
    with find_files([archive_of(tmp_path / "bomb.zip", {"bomb.dcm": bomb, "ok.dcm": make_file()})], Job()) as scan:
        assert len(scan.files) == 1
        assert kinds(scan) == [ProblemKind.TOO_LARGE]


def test_an_archive_with_too_much_in_it_is_left_out(
    tmp_path: Path, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archive_of(tmp_path / "many.zip", {f"{number}": make_file() for number in range(3)})
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with find_files([archive], Job()) as scan:
        assert (scan.files, kinds(scan)) == ((), [ProblemKind.TOO_LARGE])


def test_a_damaged_archive_is_listed(tmp_path: Path, make_file: MakeFile) -> None:
    archive = archive_of(tmp_path / "pack.zip", {"cc.dcm": make_file()})
    whole = archive.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    flipped = tmp_path / "flipped.zip"
    flipped.write_bytes(whole[:300] + bytes([whole[300] ^ 0xFF]) + whole[301:])
    with find_files([cut, flipped], Job()) as scan:
        assert scan.files == ()
        assert kinds(scan) == [ProblemKind.UNREADABLE] * 2


def test_an_archive_in_an_archive_is_listed(tmp_path: Path, make_file: MakeFile) -> None:
    inner = archive_of(tmp_path / "inner.zip", {"cc.dcm": make_file()})
    with find_files([archive_of(tmp_path / "outer.zip", {"inner.zip": inner})], Job()) as scan:
        assert kinds(scan) == [ProblemKind.NOT_DICOM]


@pytest.fixture
def medium(tmp_path: Path, real_data: Path) -> Path:
    (index,) = (real_data / "dicomdir").rglob("DICOMDIR")
    copy = tmp_path / "medium"
    shutil.copytree(index.parent, copy)
    return copy


def test_a_medium_gives_the_files_that_its_index_lists(medium: Path) -> None:
    (medium / "viewer.exe").write_bytes(b"MZ")
    with find_files([medium / "DICOMDIR"], Job()) as scan:
        assert len(scan.files) == 31
        assert scan.problems == ()


def test_a_file_that_the_index_promises_and_that_is_missing_is_listed(medium: Path) -> None:
    gone = medium / "77654033" / "CR1" / "6154"
    gone.unlink()
    with find_files([medium], Job()) as scan:
        assert len(scan.files) == 30
        assert [(problem.kind, Path(problem.where)) for problem in scan.problems] == [(ProblemKind.MISSING_FILE, gone)]


def test_a_medium_whose_names_changed_case_is_whole(medium: Path) -> None:
    (medium / "77654033" / "CR1").rename(medium / "77654033" / "cr1")
    with find_files([medium / "DICOMDIR"], Job()) as scan:
        assert len(scan.files) == 31


def test_an_index_cannot_lead_out_of_its_medium(medium: Path) -> None:
    index = medium / "DICOMDIR"
    inside = b"77654033\\CR1\\6154"
    outside = b"..\\..\\..\\etc\\x".ljust(len(inside))
    index.write_bytes(index.read_bytes().replace(inside, outside))
    with find_files([index], Job()) as scan:
        assert len(scan.files) == 30
        assert kinds(scan) == [ProblemKind.UNSAFE_PATH]


def test_a_medium_in_an_archive_is_checked_too(medium: Path) -> None:
    members: dict[str, Path | bytes] = {
        f"cd/{path.relative_to(medium)}": path for path in medium.rglob("*") if path.is_file() and path.name != "6154"
    }
    with find_files([archive_of(medium.parent / "cd.zip", members)], Job()) as scan:
        assert len(scan.files) == 30
        assert kinds(scan) == [ProblemKind.MISSING_FILE]


def test_searching_reports_progress_and_can_be_cancelled(tmp_path: Path, make_file: MakeFile) -> None:
    for number in range(3):
        make_file(f"{number}.dcm")
    seen: list[Progress] = []
    job = Job(on_progress=lambda progress: (seen.append(progress), job.cancel())[0])  # type: ignore[func-returns-value]
    with pytest.raises(CancelledError):
        find_files([tmp_path], job)
    assert [progress.doing for progress in seen] == ["0.dcm"]
