"""Pixels prepared ahead are a cache: as true as the archive, or not used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from workstation.base.clock import Origins
from workstation.base.workers import WorkerPool
from workstation.demo.cases import demo_cases
from workstation.demo.study import write_case
from workstation.dicom.pixels import FrameLoader, decode_frame
from workstation.preparing import Preparing
from workstation.store import prepared as prepared_files
from workstation.store.archive import Archive
from workstation.store.prepared import PreparedFrames


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The archived images of one small mammography."""
    folder = tmp_path_factory.mktemp("prepared")
    write_case(folder / "source", demo_cases(1)[0], datetime(2026, 11, 18), seed=1, scale=0.05, origins=Origins())
    (folder / "archive").mkdir()
    archive = Archive(folder / "archive")
    return tuple(archive.path(archive.add(path)) for path in sorted((folder / "source").rglob("*.dcm")))


@pytest.fixture
def kept(tmp_path: Path) -> PreparedFrames:
    return PreparedFrames(tmp_path / "prepared", reserve_bytes=0)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def prepare(kept: PreparedFrames, pool: WorkerPool, path: Path) -> Path:
    pool.call("workstation.store.prepared:prepare_in_worker", kept.argument(path, 1))
    return next(kept.folder.glob(f"??/{path.stem}-1.pixels"))


def test_a_prepared_frame_is_the_decoded_frame(kept, pool, images):
    for path in images:
        prepare(kept, pool, path)
        read, decoded = kept.read(path, 1), decode_frame(path)
        assert read is not None
        assert np.array_equal(read.pixels, decoded.pixels)
        assert read.pixels.dtype == decoded.pixels.dtype
        assert read.grey == decoded.grey
        assert not read.pixels.flags.writeable


def test_the_loader_takes_what_is_prepared_and_starts_no_worker(kept, pool, images):
    prepare(kept, pool, images[0])
    closed = WorkerPool(1)
    closed.close()
    loader = FrameLoader(closed, kept)
    assert np.array_equal(loader.submit(images[0]).result(10).pixels, decode_frame(images[0]).pixels)
    loader.close()


def _cut(data: bytes) -> bytes:
    return data[:-1]


def _other_header(data: bytes) -> bytes:
    return data.replace(b'"frame":1', b'"frame":2', 1)


def _other_version(data: bytes) -> bytes:
    return data.replace(b'"version":2', b'"version":0', 1)


def _flipped_bit(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "damage", [_cut, _flipped_bit, _other_header, _other_version, lambda _: b"", lambda _: b"7\n" * 5000]
)
def test_a_damaged_file_is_deleted_and_the_frame_decoded_from_the_archive(kept, pool, images, damage):
    file = prepare(kept, pool, images[0])
    file.write_bytes(damage(file.read_bytes()))
    loader = FrameLoader(pool, kept)
    assert np.array_equal(loader.submit(images[0]).result(30).pixels, decode_frame(images[0]).pixels)
    assert not file.exists()
    loader.close()


def test_a_file_of_another_image_is_not_shown_for_this_one(kept, pool, images):
    one, other = prepare(kept, pool, images[0]), prepare(kept, pool, images[1])
    one.write_bytes(other.read_bytes())
    assert kept.read(images[0], 1) is None


def test_a_file_of_an_older_format_is_made_anew(kept, pool, images, monkeypatch):
    prepare(kept, pool, images[0])
    monkeypatch.setattr(prepared_files, "VERSION", prepared_files.VERSION + 1)
    assert kept.read(images[0], 1) is None


def test_the_files_used_longest_ago_make_room(kept, pool, images):
    files = [prepare(kept, pool, path) for path in images[:3]]
    assert kept.read(images[0], 1) is not None
    kept.budget_bytes = sum(file.stat().st_size for file in files[:2])
    kept.has_room()
    assert files[0].exists()
    assert not files[1].exists()


def test_nothing_is_prepared_on_a_disk_that_is_nearly_full(tmp_path, images):
    full = PreparedFrames(tmp_path / "prepared", reserve_bytes=1 << 62)
    preparing = Preparing(full, lambda: [(images[0], 1)])
    preparing.wake()
    assert preparing.wait(30)
    preparing.close()
    assert not full.holds(images[0], 1)


def test_everything_wanted_is_prepared_and_what_cannot_be_decoded_is_left_out(kept, images, tmp_path):
    broken = tmp_path / f"{'0' * 64}.dcm"
    broken.write_bytes(b"no image")
    preparing = Preparing(kept, lambda: [(broken, 1), *((path, 1) for path in images)])
    preparing.wake()
    assert preparing.wait(60)
    preparing.close()
    assert [kept.holds(path, 1) for path in (broken, *images)] == [False, *(True for _ in images)]


def test_what_exceeds_the_budget_is_not_prepared_in_place_of_what_is_wanted_more(kept, pool, images):
    kept.budget_bytes = prepare(kept, pool, images[0]).stat().st_size
    preparing = Preparing(kept, lambda: ((path, 1) for path in images))
    preparing.wake()
    assert preparing.wait(60)
    preparing.close()
    assert [kept.holds(path, 1) for path in images] == [True, *(False for _ in images[1:])]


def test_a_folder_deleted_meanwhile_loses_nothing(kept, pool, images):
    file = prepare(kept, pool, images[0])
    file.unlink()
    file.parent.rmdir()
    kept.folder.rmdir()
    assert kept.read(images[0], 1) is None
    prepare(kept, pool, images[0])
    assert kept.holds(images[0], 1)
