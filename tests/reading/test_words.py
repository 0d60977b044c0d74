"""The vocabulary and the messages are whole in both languages."""

from __future__ import annotations

import json
import string

import pytest

from workstation.base import resources
from workstation.base.i18n import catalogue
from workstation.model import lexicon as codes
from workstation.model.verdict import BiRads
from workstation.reading import lexicon
from workstation.reading.policy import PROGRAMMES, programme


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_message_is_in_both_languages_with_the_same_places() -> None:
    english, russian = (
        json.loads(resources.path("translations", f"core.{x}.json").read_text("utf-8")) for x in ("en", "ru")
    )
    assert english.keys() == russian.keys()
    assert {key: fields(english[key]) for key in english} == {key: fields(russian[key]) for key in russian}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_catalogues_are_merged(language: str) -> None:
    assert "missing.finding-undecided" in catalogue(language)


def test_every_kind_that_we_write_has_words_in_both_languages() -> None:
    for code in (*codes.MAMMOGRAPHY_KINDS, *codes.CHEST_KINDS):
        kind = lexicon.kind_of(code)
        assert kind is not None
        assert kind.name("en") != kind.name("ru")


def test_every_category_has_a_meaning_and_a_place_in_the_order() -> None:
    assert lexicon.categories().keys() == set(BiRads)
    assert len({category.rank for category in lexicon.categories().values()}) == len(BiRads)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((BiRads.B2, BiRads.B0), BiRads.B0),
        ((BiRads.B0, BiRads.B4A), BiRads.B4A),
        ((BiRads.B3, BiRads.B6), BiRads.B6),
        ((BiRads.B4C, BiRads.B5), BiRads.B5),
        ((), None),
    ],
)
def test_the_most_urgent_category_is_the_highest(given: tuple[BiRads, ...], expected: BiRads | None) -> None:
    assert lexicon.highest(given) is expected


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_offers_kinds_and_reasons_by_digit(name: str) -> None:
    chosen = programme(name)
    assert chosen.kind_choices()
    assert 0 < len(chosen.reason_choices()) <= 9
