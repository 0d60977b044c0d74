"""Which results count: the newest of each service; older ones stay reachable (R8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from workstation.model.identity import StudyUID
from workstation.model.result import AIResult, Author

EARLIEST = datetime.min


def current_results(results: Iterable[AIResult]) -> tuple[AIResult, ...]:
    """The newest result of every service on every study, in the order in which the services first appear.

    Versions of one service replace each other; results of different services, and reports of people, never do. A
    result that names no service replaces only one with the same reader, vendor and no name either. With equal times
    the greater SOP Instance UID wins, so that every station shows the same one.
    """
    by_service: defaultdict[tuple[object, ...], list[AIResult]] = defaultdict(list)
    for result in results:
        by_service[_service_key(result)].append(result)
    return tuple(max(same, key=_age) for same in by_service.values())


def _service_key(result: AIResult) -> tuple[object, ...]:
    study: StudyUID = result.study_uid
    if result.author is Author.PERSON:
        return (study, result.sr_uid)
    name, vendor = result.service.name, result.service.vendor
    return (study, (name or "").casefold(), (vendor or "").casefold(), None if name else result.reader)


def _age(result: AIResult) -> tuple[datetime, str]:
    created = result.created_at or EARLIEST
    return created.replace(tzinfo=None), result.sr_uid
