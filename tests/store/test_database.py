"""Pragmas, migrations, where a home may lie, a full disk."""

from __future__ import annotations

import errno
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text

from tests.store.builders import READING, file_with, opened, opinion
from workstation.base.errors import RefusedError, StoreError
from workstation.base.i18n import LANGUAGES, catalogue
from workstation.model.facts import Entry, SentenceInserted
from workstation.store import database, disk, filesystem, schema
from workstation.store.database import HEADS, MIGRATIONS, Database
from workstation.store.home import Home

READER = "dr.orlova"


@pytest.mark.parametrize("name", ["journal.sqlite", "catalogue.sqlite"])
def test_both_databases_keep_what_they_acknowledge(folder: Path, home: Home, name: str) -> None:
    base = Database(folder / name)
    with base.write() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "truncate"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA fullfsync")).scalar() == 1
    with base.read() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("CREATE TABLE t (c)"))
    base.close()


@pytest.mark.parametrize(("which", "metadata"), [("journal", schema.journal), ("catalogue", schema.catalogue)])
def test_migrations_make_the_tables_that_the_program_uses(
    home: Home, folder: Path, which: str, metadata: MetaData
) -> None:
    base = Database(folder / f"{which}.sqlite")
    with base.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    base.close()


@pytest.mark.parametrize("which", ["journal", "catalogue"])
def test_the_newest_revision_is_the_one_that_is_expected(which: str) -> None:
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / which)])
    assert script.get_heads() == [HEADS[which]]


def test_an_upgrade_keeps_a_copy_of_the_file_as_it_was(folder: Path, tmp_path: Path) -> None:
    _used(folder)
    before = _dump(folder / "journal.sqlite")
    _migrate(folder / "journal.sqlite", _next_release(tmp_path, "op.add_column('entries', sa.Column('note', sa.Text))"))
    assert _revision(folder / "journal.sqlite") == "j0002"
    assert _dump(folder / "journal.sqlite.before-j0002") == before


def test_an_upgrade_that_fails_halfway_leaves_the_file_as_it_was(folder: Path, tmp_path: Path) -> None:
    _used(folder)
    before = _dump(folder / "journal.sqlite")
    half = "op.add_column('entries', sa.Column('note', sa.Text)); op.execute('INSERT INTO nowhere VALUES (1)')"
    with pytest.raises(StoreError, match="not saved"):
        _migrate(folder / "journal.sqlite", _next_release(tmp_path, half))
    assert _dump(folder / "journal.sqlite") == before
    with Home.open(folder) as home:
        assert home.journal.verify() == ()


def test_a_file_of_a_newer_release_is_left_alone(folder: Path, tmp_path: Path) -> None:
    _used(folder)
    _migrate(folder / "journal.sqlite", _next_release(tmp_path, "pass"))
    before = (folder / "journal.sqlite").read_bytes()
    with pytest.raises(StoreError, match="newest version"):
        Home.open(folder)
    assert (folder / "journal.sqlite").read_bytes() == before


MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/clinic rw,relatime shared:2 - nfs4 server:/export rw
41 22 0:36 / /mnt/my\040share rw - cifs //server/share rw
42 40 8:2 / /mnt/clinic/local rw - xfs /dev/sdb1 rw
43 22 0:37 / /home/anna/remote rw - fuse.sshfs anna@host: rw"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/diptych", "ext4"),
        ("/mnt/clinic/diptych", "nfs4"),
        ("/mnt/clinical", "ext4"),
        ("/mnt/my share/diptych", "cifs"),
        ("/mnt/clinic/local/diptych", "xfs"),
        ("/home/anna/remote/a/b", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_innermost_mount(path: str, kind: str) -> None:
    assert filesystem.type_in_mounts(Path(path), filesystem.mounts_of_linux(MOUNTS)) == kind


def test_mounts_of_a_mac_are_read() -> None:
    listing = "/dev/disk3s1 on / (apfs, local)\n//anna@nas/home on /Volumes/home (smbfs, nodev, nosuid)\n"
    mounts = filesystem.mounts_of_macos(listing)
    assert filesystem.type_in_mounts(Path("/Volumes/home/x"), mounts) == "smbfs"
    assert filesystem.type_in_mounts(Path("/Users/anna"), mounts) == "apfs"


def test_a_network_drive_is_refused_before_anything_is_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "file_system_type", lambda _path: "nfs4")
    with pytest.raises(RefusedError, match="disk of this computer") as refused:
        Home.open(folder)
    assert refused.value.rule == "network-file-system"
    assert not folder.exists()


def test_this_machines_disk_is_known_and_accepted(tmp_path: Path) -> None:
    kind = filesystem.file_system_type(tmp_path)
    assert kind is not None
    assert kind not in filesystem.NETWORK_TYPES


def test_a_full_disk_acknowledges_nothing_and_work_goes_on_after_space_is_freed(folder: Path, tmp_path: Path) -> None:
    source = file_with(tmp_path, bytes(300_000))
    with Home.open(folder) as home:
        kept = [home.journal.append(opened(), reader=READER)]
        with _no_file_beyond((folder / "journal.sqlite").stat().st_size + 20_000):
            with pytest.raises(StoreError, match="not saved"):
                _append_until_refused(home, kept)
            with pytest.raises(StoreError, match="not saved"):
                home.journal.append(_long(), reader=READER)
            with pytest.raises(StoreError, match=r"not saved: the disk is full\. Free some space"):
                home.archive.add(source)
            assert home.journal.entries() == tuple(kept)
            assert list(home.archive.folder.rglob("*.*")) == []
        kept.append(home.journal.append(_long(), reader=READER))
        assert home.journal.entries() == tuple(kept)
        assert home.journal.verify() == ()
        assert home.archive.verify(home.archive.add(source))


def test_a_disk_without_space_says_so(tiny_disk: Path, tmp_path: Path) -> None:
    with Home.open(tiny_disk / "home") as home:
        kept = [home.journal.append(opened(), reader=READER)]
        ballast = tiny_disk / "ballast"
        _fill(ballast)
        with pytest.raises(StoreError, match=r"not saved: the disk is full\. Free some space"):
            _append_until_refused(home, kept)
        assert home.journal.entries() == tuple(kept)
        ballast.unlink()
        kept.append(home.journal.append(_long(), reader=READER))
        assert home.journal.entries() == tuple(kept)
        assert home.journal.verify() == ()
    with Home.open(tiny_disk / "home") as home:
        assert home.journal.verify() == ()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB of its own, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip(
            "mounting a small disk needs rights that this user does not have; the size-limit test covers the path"
        )
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def _append_until_refused(home: Home, kept: list[Entry]) -> None:
    while True:
        kept.append(home.journal.append(_long(), reader=READER))


def _long() -> SentenceInserted:
    return SentenceInserted(
        reading_id=READING, language="en", sentence_id="s", section="findings", after=None, text="word " * 600
    )


def _used(folder: Path) -> None:
    with Home.open(folder) as home:
        home.journal.append_many((opened(), opinion()), reader=READER)


def _next_release(tmp_path: Path, upgrade: str) -> Path:
    """The migrations of a later release, with one more step."""
    folder = tmp_path / "later"
    shutil.copytree(MIGRATIONS / "journal", folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'j0002', 'j0001'\n"
    (folder / "j0002_next.py").write_text(f"{step}def upgrade():\n    {upgrade}\n", encoding="utf-8")
    return folder


def _migrate(path: Path, folder: Path) -> None:
    base = Database(path)
    try:
        database.migrate(base, folder=folder, head="j0002")
    finally:
        base.close()


def _revision(path: Path) -> str | None:
    base = Database(path)
    try:
        return database.revision(base)
    finally:
        base.close()


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_every_reason_why_something_is_not_kept_has_its_text_in_both_languages() -> None:
    named = {why for why, _words in database._WORDS.values()}
    named |= {disk.not_saved(OSError(number, "said")).why for number in (errno.ENOSPC, errno.EACCES, errno.EIO)}
    named.add(StoreError("not saved: for once").why)
    for language in LANGUAGES:
        assert {f"store.{why}" for why in named} == {key for key in catalogue(language) if key.startswith("store.")}
