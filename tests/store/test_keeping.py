"""Quarantine, documents, the check of a home, backups."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.store.builders import STUDY, file_with, final, imported, opened, opinion, result, study
from workstation.base.codec import digest_of
from workstation.base.errors import RefusedError, StoreError
from workstation.model.facts import DocumentRef
from workstation.model.identity import Digest, SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.store.backup import back_up_records
from workstation.store.home import Home
from workstation.store.quarantine import Quarantine
from workstation.store.verify import verify

READER = "dr.orlova"
PROBLEM = Problem(kind=ProblemKind.NOT_DICOM, where="letter.txt", message="This is no DICOM file. Nothing to do.")


class TestQuarantine:
    def test_a_bad_file_is_kept_with_its_reason(self, home: Home, tmp_path: Path) -> None:
        source = file_with(tmp_path, b"Dear colleague")
        home.quarantine.add(source, (PROBLEM,))
        source.unlink()
        (item,) = home.quarantine.items()
        assert item.problems == (PROBLEM,)
        assert item.source == str(source)
        assert item.digest == digest_of(b"Dear colleague")
        assert home.quarantine.path(item.digest).read_bytes() == b"Dear colleague"

    def test_the_same_file_again_is_the_same_item(self, home: Home, tmp_path: Path) -> None:
        source = file_with(tmp_path, b"x")
        home.quarantine.add(source, (PROBLEM,))
        home.quarantine.add(source, (PROBLEM,))
        assert len(home.quarantine.items()) == 1

    def test_a_trouble_without_a_file_is_kept_too(self, home: Home) -> None:
        home.quarantine.add(None, (PROBLEM,))
        (item,) = home.quarantine.items()
        assert (item.source, item.digest, item.problems) == (None, None, (PROBLEM,))

    def test_a_huge_file_stays_where_it_is_and_the_reason_says_so(self, home: Home, tmp_path: Path) -> None:
        small = Quarantine(home.quarantine.folder, home.origins, largest_bytes=10)
        source = file_with(tmp_path, b"eleven byte")
        small.add(source, (PROBLEM,))
        (item,) = small.items()
        assert item.digest is None
        assert [problem.kind for problem in item.problems] == [ProblemKind.NOT_DICOM, ProblemKind.TOO_LARGE]

    def test_a_file_that_is_gone_is_listed_all_the_same(self, home: Home, tmp_path: Path) -> None:
        home.quarantine.add(tmp_path / "gone", (PROBLEM,))
        (item,) = home.quarantine.items()
        assert [problem.kind for problem in item.problems] == [ProblemKind.NOT_DICOM, ProblemKind.MISSING_FILE]

    def test_a_damaged_record_is_an_item_that_says_so(self, home: Home) -> None:
        home.quarantine.add(None, (PROBLEM,))
        (record,) = home.quarantine.folder.glob("*.json")
        record.write_bytes(b"{")
        (item,) = home.quarantine.items()
        assert [problem.kind for problem in item.problems] == [ProblemKind.UNREADABLE]


class TestDocuments:
    def test_a_document_is_found_by_its_digest(self, home: Home, tmp_path: Path) -> None:
        path = home.documents.write(b"%PDF-1.7", ".pdf")
        assert path.suffix == ".pdf"
        assert home.documents.path(Digest(digest_of(b"%PDF-1.7"))) == path
        source = tmp_path / "protocol.dcm"
        source.write_bytes(b"SR")
        digest = home.documents.add(source)
        kept = home.documents.path(digest)
        assert kept is not None
        assert kept.read_bytes() == b"SR"

    def test_another_document_is_another_file(self, home: Home) -> None:
        first, second = home.documents.write(b"first", ".json"), home.documents.write(b"second", ".json")
        assert first != second
        assert first.read_bytes() == b"first"

    def test_only_documents_are_kept(self, home: Home, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="not saved"):
            home.documents.write(b"#!/bin/sh", ".sh")
        with pytest.raises(StoreError, match="not saved"):
            home.documents.add(file_with(tmp_path, b"x").rename(tmp_path / "x.html"))

    def test_a_changed_document_is_noticed(self, home: Home) -> None:
        path = home.documents.write(b"first", ".json")
        digest = Digest(path.stem)
        assert home.documents.verify(digest)
        path.chmod(0o600)
        path.write_bytes(b"f1rst")
        assert not home.documents.verify(digest)
        assert not home.documents.verify(Digest("0" * 64))


@pytest.fixture
def full(home: Home, tmp_path: Path) -> Home:
    """A home with a study, an AI result and a final protocol with its PDF."""
    image, sr = home.archive.add(file_with(tmp_path, b"image")), home.archive.add(file_with(tmp_path, b"sr"))
    for name, digest in (("1.1", image), ("2.1", sr)):
        home.journal.append(imported(tmp_path, name, digest), reader="system")
    home.catalogue.put_study(study("1.1"), {SOPInstanceUID("1.1"): image})
    home.catalogue.put_result(result("2.1"), sr)
    pdf = home.documents.write(b"%PDF", ".pdf")
    home.journal.append(opened(), reader=READER)
    home.journal.append(final(DocumentRef(role="pdf", uid="1.2.9", digest=Digest(pdf.stem))), reader=READER)
    return home


class TestVerify:
    def test_an_untouched_home_is_in_order(self, full: Home) -> None:
        report = verify(full)
        assert (report.ok, report.chain_ok, report.problems, report.notices) == (True, True, (), ())
        assert (report.entries, report.files, report.documents, report.studies, report.results) == (4, 2, 1, 1, 1)

    @pytest.mark.parametrize("kind", ["file-changed", "file-missing", "document-changed", "document-missing"])
    def test_a_changed_or_missing_file_is_named(self, full: Home, kind: str) -> None:
        what, _, how = kind.partition("-")
        path = (
            full.catalogue.path_of(SOPInstanceUID("1.1"))
            if what == "file"
            else next(full.documents.folder.rglob("*.pdf"))
        )
        assert path is not None
        if how == "missing":
            path.unlink()
        else:
            path.chmod(0o600)
            path.write_bytes(b"other")
        report = verify(full)
        assert [problem.kind for problem in report.problems] == [kind]
        assert not report.ok
        assert report.chain_ok

    def test_a_file_that_is_not_in_the_list_is_named(self, full: Home, tmp_path: Path) -> None:
        digest = full.archive.add(file_with(tmp_path, b"late"))
        full.journal.append(imported(tmp_path, "1.9", digest), reader="system")
        assert [(problem.kind, problem.where) for problem in verify(full).problems] == [("not-listed", digest)]

    def test_a_listed_image_without_a_record_is_named(self, full: Home, tmp_path: Path) -> None:
        digest = full.archive.add(file_with(tmp_path, b"late"))
        full.catalogue.put_study(study("1.9"), {SOPInstanceUID("1.9"): digest})
        assert [(problem.kind, problem.where) for problem in verify(full).problems] == [("not-recorded", "1.9")]

    def test_a_broken_off_import_is_a_notice(self, full: Home, tmp_path: Path) -> None:
        digest = full.archive.add(file_with(tmp_path, b"late"))
        report = verify(full)
        assert report.ok
        assert [(notice.kind, notice.where) for notice in report.notices] == [("file-unrecorded", digest)]

    def test_a_home_that_can_only_be_looked_at_is_checked_as_far_as_possible(self, full: Home, folder: Path) -> None:
        full.close()
        (folder / "journal.sqlite").write_bytes(b"not a database " * 999)
        with Home.open(folder, read_only=True) as home:
            report = verify(home)
        assert not report.chain_ok
        assert report.files == 2
        assert report.studies == 1

    def test_a_damaged_list_is_named(self, full: Home, folder: Path) -> None:
        full.close()
        (folder / "catalogue.sqlite").write_bytes(b"not a database " * 999)
        with Home.open(folder, read_only=True) as home:
            report = verify(home)
        assert report.chain_ok
        assert [problem.kind for problem in report.problems] == ["catalogue-damaged"]


class TestBackup:
    def test_a_backup_under_load_opens_with_every_entry_that_it_holds_intact(self, full: Home, tmp_path: Path) -> None:
        stop = threading.Event()

        def load() -> None:
            while not stop.is_set():
                full.journal.append(opinion("load"), reader=READER)

        thread = threading.Thread(target=load)
        thread.start()
        try:
            for number in range(5):
                back_up_records(full, tmp_path / f"backup-{number}")
        finally:
            stop.set()
            thread.join()
        with Home.open(tmp_path / "backup-4", read_only=True) as copy:
            assert copy.damage == ()
            entries = copy.journal.entries()
            assert entries == full.journal.entries()[: len(entries)]
            assert copy.catalogue.study(STUDY) == full.catalogue.study(STUDY)

    def test_a_backup_does_not_replace_another(self, full: Home, tmp_path: Path) -> None:
        back_up_records(full, tmp_path / "backup")
        with pytest.raises(RefusedError, match="empty folder"):
            back_up_records(full, tmp_path / "backup")

    def test_a_backup_of_a_changed_journal_is_refused(self, full: Home, folder: Path, tmp_path: Path) -> None:
        from tests.store.builders import unprotected

        with unprotected(folder) as raw:
            raw.execute("UPDATE entries SET reader = 'dr.other' WHERE sequence = 2")
            raw.commit()
        with pytest.raises(StoreError, match="not sound"):
            back_up_records(full, tmp_path / "backup")
