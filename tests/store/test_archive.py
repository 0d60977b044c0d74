from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.builders import file_with
from workstation.base.codec import digest_of
from workstation.base.errors import BadInputError, StoreError
from workstation.model.identity import Digest
from workstation.store.home import Home


def test_bytes_are_kept_as_they_came_preamble_and_all(home: Home, tmp_path: Path) -> None:
    content = b"MZ executable-looking preamble".ljust(128, b"\0") + b"DICM" + bytes(range(256)) * 5000
    digest = home.archive.add(file_with(tmp_path, content))
    assert digest == digest_of(content)
    assert home.archive.path(digest).read_bytes() == content
    assert home.archive.verify(digest)


def test_a_kept_file_cannot_be_written_or_run(home: Home, tmp_path: Path) -> None:
    digest = home.archive.add(file_with(tmp_path, b"image"))
    assert stat.S_IMODE(home.archive.path(digest).stat().st_mode) == 0o400


def test_the_same_bytes_are_kept_once(home: Home, tmp_path: Path) -> None:
    source = file_with(tmp_path, b"image")
    digest = home.archive.add(source)
    before = home.archive.path(digest).stat()
    assert home.archive.add(source) == digest
    assert home.archive.path(digest).stat().st_ino == before.st_ino
    assert list(home.archive.digests()) == [digest]


def test_a_damaged_file_is_noticed_and_healed_by_importing_it_again(home: Home, tmp_path: Path) -> None:
    source = file_with(tmp_path, b"image")
    digest = home.archive.add(source)
    home.archive.path(digest).chmod(0o600)
    home.archive.path(digest).write_bytes(b"imaqe")
    assert not home.archive.verify(digest)
    home.archive.add(source)
    assert home.archive.verify(digest)


def test_a_missing_source_is_said_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        home.archive.add(tmp_path / "gone.dcm")
    with pytest.raises(BadInputError, match="cannot be read"):
        home.archive.add(tmp_path)
    assert list(home.archive.folder.iterdir()) == []


def test_a_file_that_is_not_there_is_an_error_with_a_way_out(home: Home) -> None:
    with pytest.raises(StoreError, match="backup"):
        home.archive.path(Digest("0" * 64))
    assert not home.archive.verify(Digest("0" * 64))


@given(
    text=st.text(max_size=80)
    | st.sampled_from(["../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", ".." + "0" * 62])
)
def test_only_a_digest_becomes_a_path(text: str) -> None:
    from workstation.store.archive import Archive

    with pytest.raises(StoreError, match=r"not the digest|missing"):
        Archive(Path("/nonexistent")).path(Digest(text))


def test_files_of_other_makers_in_the_archive_are_passed_over(home: Home, tmp_path: Path) -> None:
    digest = home.archive.add(file_with(tmp_path, b"image"))
    (home.archive.path(digest).parent / "Thumbs.dcm").write_bytes(b"?")
    assert list(home.archive.digests()) == [digest]
