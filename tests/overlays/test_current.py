"""Of several results of one service the newest counts (R8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.overlays.made import result_with
from workstation.model.identity import SOPInstanceUID
from workstation.model.result import AIResult, Author, Service
from workstation.overlays.current import current_results


def made(uid: str, hour: int | None, service: str | None = "MammoMind", version: str = "1") -> AIResult:
    return replace(
        result_with(),
        sr_uid=SOPInstanceUID(uid),
        created_at=None if hour is None else datetime(2026, 1, 2, hour),
        service=Service(name=service, vendor="Acme", version=version),
    )


@given(order=st.permutations([0, 1, 2]))
def test_the_newest_version_replaces_the_older_ones_whatever_the_order(order: list[int]) -> None:
    results = [made("2.25.1", 10), made("2.25.2", 12, version="2"), made("2.25.3", None)]
    assert [result.sr_uid for result in current_results(results[i] for i in order)] == ["2.25.2"]


def test_services_do_not_replace_each_other() -> None:
    results = (made("2.25.1", 10), made("2.25.2", 12, service="OtherMind"))
    assert current_results(results) == results


@given(order=st.permutations([0, 1]))
def test_of_equal_times_every_station_shows_the_same_one(order: list[int]) -> None:
    results = [made("2.25.1", 10), made("2.25.2", 10)]
    assert [result.sr_uid for result in current_results(results[i] for i in order)] == ["2.25.2"]


def test_reports_of_people_never_replace_each_other() -> None:
    results = tuple(replace(made(uid, 10), author=Author.PERSON) for uid in ("2.25.1", "2.25.2"))
    assert current_results(results) == results
