"""Files, folders, ZIP archives and media to files to read. What is not used is listed with its reason (S10)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from workstation.base.jobs import Job
from workstation.dicom import archives, dicomdir
from workstation.dicom.files import UnreadableError, looks_like_dicom
from workstation.model.problem import Problem, ProblemKind

_HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What was found. Use it as a context manager, or `close` it: unpacked archives lie in a folder of its own.

    Attributes
    ----------
    files : files that look like DICOM, each once, in the order given; those of a folder in order of their names.
    problems : one for each file that is not in `files`, and for each that an index promises and that is missing.
    names : what people call a file whose path says nothing (a member of an archive), by path.
    """

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    unpacked: Path | None = None

    def told(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """`problems` of these files, each `where` as people call it."""
        return tuple(replace(problem, where=self.names.get(problem.where, problem.where)) for problem in problems)

    def close(self) -> None:
        """Delete what was unpacked."""
        if self.unpacked is not None:
            shutil.rmtree(self.unpacked, ignore_errors=True)

    def __enter__(self) -> ScanResult:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def find_files(paths: Iterable[Path], job: Job) -> ScanResult:
    """Find what can be read below `paths`: files, folders, ZIP archives, a medium's DICOMDIR.

    Links inside a folder are not followed. A DICOMDIR given by itself stands for the files that it references.

    Raises
    ------
    CancelledError
        When `job` was cancelled; nothing stays unpacked.
    """
    scan = _Scan(job)
    try:
        for path in paths:
            scan.add(path)
    except BaseException:
        scan.discard()
        raise
    return scan.result()


class _Scan:
    """The growing result of one call of `find_files`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._files: dict[Path, None] = {}
        self._problems: list[Problem] = []
        self._names: dict[str, str] = {}
        self._unpacked: Path | None = None

    def add(self, path: Path) -> None:
        if path.is_dir():
            for entry in self._walk(path):
                self._add_file(entry, chosen=False)
        elif path.exists():
            self._add_file(path, chosen=True)
        else:
            self._tell(ProblemKind.MISSING_FILE, path, "There is no such file or folder.")

    def result(self) -> ScanResult:
        return ScanResult(
            files=tuple(self._files),
            problems=tuple(self._problems),
            names=self._names,
            unpacked=self._unpacked,
        )

    def discard(self) -> None:
        if self._unpacked is not None:
            shutil.rmtree(self._unpacked, ignore_errors=True)

    def _tell(self, kind: ProblemKind, where: Path | str, message: str) -> None:
        self._problems.append(Problem(kind=kind, where=str(where), message=message))

    def _walk(self, folder: Path) -> Iterator[Path]:
        """Regular files below `folder`, folder by folder in order of their names."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._tell(ProblemKind.UNREADABLE, folder, f"The folder cannot be opened ({error.strerror}).")
            return
        folders = []
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                self._tell(ProblemKind.UNSAFE_PATH, path, "A link; links are not followed. Open its target itself.")
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                self._tell(ProblemKind.NOT_DICOM, path, "This is not an ordinary file; it was left out.")
        for inner in folders:
            yield from self._walk(inner)

    def _add_file(self, path: Path, *, chosen: bool) -> None:
        """Sort one file by how it begins; `chosen`: the user named this very file."""
        self._job.report(len(self._files), None, path.name)
        try:
            if not path.is_file():
                self._tell(ProblemKind.NOT_DICOM, path, "This is not an ordinary file; it was left out.")
                return
            with path.open("rb") as file:
                head = file.read(_HEAD_BYTES)
            self._sort(path, head, chosen=chosen)
        except UnreadableError as error:
            self._problems.append(error.problem)
        except OSError as error:
            message = f"The file cannot be read ({error.strerror}). Check the medium and copy it again."
            self._tell(ProblemKind.UNREADABLE, path, message)

    def _sort(self, path: Path, head: bytes, *, chosen: bool) -> None:
        if dicomdir.is_directory(head):
            self._add_index(path, use_files=chosen)
        elif looks_like_dicom(head):
            self._files[path] = None
        elif archives.is_archive(head):
            self._add_archive(path)
        else:
            message = "This is not a DICOM file; it was left out." if head else "The file is empty; it was left out."
            self._tell(ProblemKind.NOT_DICOM, path, message)

    def _add_index(self, index: Path, *, use_files: bool) -> None:
        """What a DICOMDIR promises; its folder's walk finds the files unless the index itself was chosen."""
        for components in dicomdir.referenced_files(index):
            shown = index.parent / "/".join(components)
            if not dicomdir.is_safe(components):
                message = f"{index} references a place outside its medium; not followed."
                self._tell(ProblemKind.UNSAFE_PATH, "/".join(components), message)
                continue
            found = dicomdir.locate(index.parent, components)
            if found is None:
                message = f"{index} lists this file and it is not there: the medium is incomplete. Ask for a new copy."
                self._tell(ProblemKind.MISSING_FILE, shown, message)
            elif use_files:
                self._add_file(found, chosen=False)

    def _add_archive(self, path: Path) -> None:
        members: dict[str, Path] = {}
        for found in archives.extract(path, self._folder(), self._job):
            if isinstance(found, Problem):
                self._problems.append(found)
            else:
                members[found.name] = found.path
        for name, member in members.items():
            with member.open("rb") as file:
                head = file.read(_HEAD_BYTES)
            if dicomdir.is_directory(head):
                self._check_index_in_archive(member, name, members)
            else:
                self._files[member] = None
                self._names[str(member)] = name

    def _check_index_in_archive(self, index: Path, name: str, members: Mapping[str, Path]) -> None:
        present = {member.casefold() for member in members}
        folder = name[: max(name.rfind("/"), name.rfind("!")) + 1]
        for components in dicomdir.referenced_files(index):
            wanted = folder + "/".join(components)
            if wanted.casefold() not in present:
                message = f"{name} lists this file and the archive has it not: it is incomplete. Ask for a new copy."
                self._tell(ProblemKind.MISSING_FILE, wanted, message)

    def _folder(self) -> Path:
        if self._unpacked is None:
            self._unpacked = Path(tempfile.mkdtemp(prefix="diptych-unpacked-"))
            atexit.register(shutil.rmtree, self._unpacked, ignore_errors=True)
        return self._unpacked
