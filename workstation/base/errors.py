"""One exception tree. A message says what happened and what to do, in words for the doctor."""

from __future__ import annotations

from collections.abc import Mapping


class DiptychError(Exception):
    """Root of every error that Diptych raises on purpose."""


class BadInputError(DiptychError):
    """A file or a message from outside cannot be used."""


class RefusedError(DiptychError):
    """A rule forbids the act (exit code 4).

    Parameters
    ----------
    rule : short stable name of the rule, e.g. "finding-undecided", "final-is-final", "locked-by-other".
    message : what is refused and what to do.
    details : lines that list what is missing, each a sentence.
    values : what fills the blanks of the text "refused.<rule>", for who says it in another language.
    """

    def __init__(
        self, rule: str, message: str, details: tuple[str, ...] = (), values: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.details = details
        self.values = dict(values or {})


class StoreError(DiptychError):
    """The store could not keep or find something; nothing was acknowledged.

    Parameters
    ----------
    message : begins with "not saved" when something was to be kept.
    why : names the text "store.<why>", which says what to do in both languages.
    """

    def __init__(self, message: str, *, why: str = "unknown") -> None:
        super().__init__(message)
        self.why = why


class WorkerError(DiptychError):
    """A worker process failed, ran out of time or memory, or was killed."""


class CancelledError(DiptychError):
    """The user cancelled a job."""


class UsageError(DiptychError):
    """The command line or a script file is not as documented (exit code 2)."""
