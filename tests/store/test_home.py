from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.store.builders import STUDY, file_with, imported, opened, opinion, study, with_digest
from workstation.base.errors import RefusedError, StoreError
from workstation.model.identity import Digest, SOPInstanceUID
from workstation.model.result import AIResult
from workstation.model.study import Study
from workstation.store.catalogue import ReadFiles
from workstation.store.home import Home
from workstation.store.locks import Stage

READER = "dr.orlova"
ROUNDS = int(os.environ.get("DIPTYCH_DAMAGE_ROUNDS", "40"))


def test_everything_is_there_after_closing_and_opening_again(folder: Path, tmp_path: Path) -> None:
    with Home.open(folder) as home:
        digest = home.archive.add(file_with(tmp_path, b"image"))
        home.journal.append(imported(folder, "1.1", digest), reader="system")
        home.catalogue.put_study(study("1.1"), {SOPInstanceUID("1.1"): digest})
        home.journal.append(opened(), reader=READER)
    with Home.open(folder) as home:
        there = home.catalogue.study(STUDY)
        assert there is not None
        assert [image.digest for image in there.images] == [digest]
        assert home.catalogue.reading(STUDY).stage is Stage.IN_READING
        assert home.catalogue.reading(STUDY).reader == READER


def test_only_this_user_can_look_into_the_home(folder: Path, home: Home) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path} has mode {mode:o}"


def test_a_second_program_is_refused_and_told_what_to_do(folder: Path, home: Home) -> None:
    script = (
        "import sys; from pathlib import Path; from workstation.base.errors import RefusedError; "
        "from workstation.store.home import Home\n"
        "try: Home.open(Path(sys.argv[1]))\n"
        "except RefusedError as error: print(error.rule, '|', error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=60, check=True
    )
    rule, _, message = said.stdout.partition(" | ")
    assert rule == "home-in-use"
    assert "close it" in message
    assert "--home" in message


def test_of_five_at_once_one_opens_the_home(folder: Path) -> None:
    start, outcomes = threading.Barrier(5), []

    def work() -> None:
        start.wait()
        try:
            outcomes.append(Home.open(folder))
        except RefusedError as error:
            outcomes.append(error.rule)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = (one for one in outcomes if isinstance(one, Home))
    winner.close()
    assert sorted(one for one in outcomes if one is not winner) == ["home-in-use"] * 4


def test_the_next_program_gets_in_after_close(folder: Path) -> None:
    Home.open(folder).close()
    Home.open(folder).close()


def test_read_only_looks_beside_a_working_program_and_changes_nothing(folder: Path, home: Home) -> None:
    home.journal.append(opened(), reader=READER)
    with Home.open(folder, read_only=True) as beside:
        assert beside.damage == ()
        assert len(beside.journal.entries()) == 1
        with pytest.raises(StoreError, match="read-only"):
            beside.journal.append(opinion(), reader=READER)
        with pytest.raises(StoreError, match="read-only"):
            beside.catalogue.put_study(study())
        with pytest.raises(StoreError, match="read-only"):
            beside.archive.add(folder / "journal.head")
        with pytest.raises(StoreError, match="read-only"):
            beside.quarantine.add(None, ())
        with pytest.raises(StoreError, match="read-only"):
            beside.documents.write(b"x", ".pdf")
    assert home.journal.append(opinion(), reader=READER).sequence == 2


def test_a_folder_that_is_no_folder_is_said(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(StoreError, match="not saved"):
        Home.open(folder)
    folder.unlink()
    folder.mkdir()
    (folder / "archive").write_text("a file")
    with pytest.raises(StoreError, match="not saved"):
        Home.open(folder)
    (folder / "archive").unlink()
    Home.open(folder).close()


def test_read_only_does_not_make_a_home(folder: Path) -> None:
    with pytest.raises(StoreError, match="no data folder"):
        Home.open(folder, read_only=True)
    assert not folder.exists()


@pytest.mark.parametrize("damage", ["missing", "empty", "zeros", "text", "half"])
def test_a_damaged_journal_is_said_and_left_in_place(folder: Path, tmp_path: Path, damage: str) -> None:
    _used(folder, tmp_path)
    journal = folder / "journal.sqlite"
    whole = journal.read_bytes()
    spoiled = {
        "empty": b"",
        "zeros": bytes(len(whole)),
        "text": b"not a database " * 999,
        "half": whole[: len(whole) // 2],
    }
    if damage == "missing":
        journal.unlink()
    else:
        journal.write_bytes(spoiled[damage])
    for _ in range(2):
        with pytest.raises(StoreError, match=r"(?s)journal.*backup"):
            Home.open(folder)
    assert journal.exists() == (damage != "missing")
    assert damage == "missing" or journal.read_bytes() == spoiled[damage]


@pytest.mark.parametrize("also_gone", [(), ("journal.head",)])
def test_a_home_without_its_journal_never_starts_empty(
    folder: Path, tmp_path: Path, also_gone: tuple[str, ...]
) -> None:
    _used(folder, tmp_path)
    for name in ("journal.sqlite", *also_gone):
        (folder / name).unlink()
    with pytest.raises(StoreError, match="missing or empty"):
        Home.open(folder)
    assert not (folder / "journal.sqlite").exists()


def test_a_home_with_a_damaged_journal_can_still_be_looked_at(folder: Path, tmp_path: Path) -> None:
    _used(folder, tmp_path)
    (folder / "journal.sqlite").write_bytes(b"not a database " * 999)
    with Home.open(folder, read_only=True) as home:
        assert home.damage
        assert [one.study_uid for one in home.catalogue.studies()] == [STUDY]
        assert home.catalogue.path_of(SOPInstanceUID("1.1")) is not None


def test_a_journal_that_lost_its_end_is_not_opened_for_work(folder: Path, tmp_path: Path) -> None:
    _used(folder, tmp_path)
    kept = (folder / "journal.sqlite").read_bytes()
    with Home.open(folder) as home:
        home.journal.append(opinion(), reader=READER)
    (folder / "journal.sqlite").write_bytes(kept)
    with pytest.raises(StoreError, match="last entries are missing"):
        Home.open(folder)


def test_a_home_whose_head_is_lost_is_not_opened_for_work(folder: Path, tmp_path: Path) -> None:
    _used(folder, tmp_path)
    (folder / "journal.head").write_bytes(b"")
    with pytest.raises(StoreError, match=r"journal\.head"):
        Home.open(folder)


def test_flipped_bytes_are_noticed_or_harmless(folder: Path, tmp_path: Path) -> None:
    _used(folder, tmp_path)
    with Home.open(folder) as home:
        for _ in range(30):
            home.journal.append(opinion(), reader=READER)
        written = home.journal.entries()
    dice = random.Random(14)
    noticed = 0
    for number in range(ROUNDS):
        victim = tmp_path / f"victim-{number}"
        shutil.copytree(folder, victim)
        _flip(victim / "journal.sqlite", dice)
        try:
            with Home.open(victim) as home:
                sound = home.journal.verify() == ()
                assert not sound or home.journal.entries() == written
        except StoreError:
            sound = False
        noticed += not sound
        shutil.rmtree(victim)
    assert noticed > ROUNDS // 3


def test_a_lost_catalogue_is_made_anew_from_the_archive(folder: Path, tmp_path: Path) -> None:
    digest = _used(folder, tmp_path)
    (folder / "catalogue.sqlite").unlink()
    with pytest.raises(StoreError, match="Nothing is lost"):
        Home.open(folder)
    with Home.open(folder, read_files=_reader(digest)) as home:
        assert [one.study_uid for one in home.catalogue.studies()] == [STUDY]


def test_a_damaged_catalogue_is_kept_aside_and_made_anew(folder: Path, tmp_path: Path) -> None:
    digest = _used(folder, tmp_path)
    spoiled = b"not a database " * 999
    (folder / "catalogue.sqlite").write_bytes(spoiled)
    with Home.open(folder, read_files=_reader(digest)) as home:
        assert [one.study_uid for one in home.catalogue.studies()] == [STUDY]
    (aside,) = folder.glob("catalogue.damaged-*")
    assert aside.read_bytes() == spoiled


def test_what_a_killed_program_left_half_written_is_cleared_away(folder: Path) -> None:
    Home.open(folder).close()
    (folder / "archive" / "0123.incoming").write_bytes(b"half")
    (folder / "scratch" / "draft").mkdir()
    (folder / "scratch" / "draft" / "page.pdf").write_bytes(b"half")
    with Home.open(folder) as home:
        assert list(home.scratch.iterdir()) == []
        assert list(home.archive.folder.iterdir()) == []


def _used(folder: Path, tmp_path: Path) -> Digest:
    """A closed home with one study."""
    with Home.open(folder) as home:
        digest = home.archive.add(file_with(tmp_path, b"image"))
        home.journal.append(imported(folder, "1.1", digest), reader="system")
        home.catalogue.put_study(study("1.1"), {SOPInstanceUID("1.1"): digest})
        home.journal.append(opened(), reader=READER)
    return digest


def _reader(digest: Digest) -> ReadFiles:
    def read(paths: tuple[Path, ...]) -> tuple[list[Study], list[AIResult]]:
        assert [path.stem for path in paths] == [digest]
        return [with_digest(study("1.1"), digest)], []

    return read


def _flip(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(dice.choice([1, 1, 3, 30, 1000])):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    file.write_bytes(content)
