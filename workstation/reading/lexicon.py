"""The reader's vocabulary: kinds of findings, reasons of rejection, BI-RADS categories, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from workstation.base import codec, resources
from workstation.model.codes import Code
from workstation.model.verdict import BiRads


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of finding. `gender` is the Russian noun's: what agrees with it depends on it."""

    code: Code
    en: str
    ru: str
    gender: Literal["m", "f", "n", "pl"]

    def name(self, language: str) -> str:
        """The kind as a radiologist says it, nominative, lower case."""
        return self.ru if language == "ru" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a finding is rejected."""

    code: Code
    en: str
    ru: str

    def name(self, language: str) -> str:
        """The reason in words."""
        return self.ru if language == "ru" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A BI-RADS category; `rank` orders by urgency: 1, 2, 3, 6, 0, 4A, 4B, 4C, 5 (5th edition, overall assessment)."""

    rank: int
    en: str
    ru: str

    def name(self, language: str) -> str:
        """What the category means, in words."""
        return self.ru if language == "ru" else self.en


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of findings by key (resources/lexicon/kinds.json)."""
    return codec.load(dict[str, Kind], resources.load("lexicon", "kinds.json"))


@cache
def reasons() -> dict[str, Reason]:
    """Reasons of rejection by key (resources/lexicon/reasons.json)."""
    return codec.load(dict[str, Reason], resources.load("lexicon", "reasons.json"))


@cache
def categories() -> dict[BiRads, Category]:
    """BI-RADS categories (resources/lexicon/birads.json)."""
    return codec.load(dict[BiRads, Category], resources.load("lexicon", "birads.json"))


def kind_of(code: Code) -> Kind | None:
    """The kind with this code; None for a code that the lexicon does not know."""
    return next((kind for kind in kinds().values() if kind.code == code), None)


def kind_name(code: Code, language: str) -> str:
    """The kind in words; the code's own meaning where the lexicon does not know it."""
    kind = kind_of(code)
    return kind.name(language) if kind else (code.meaning or code.value)


def highest(given: tuple[BiRads, ...]) -> BiRads | None:
    """The most urgent of the given categories; None of none."""
    return max(given, key=lambda category: categories()[category].rank, default=None)
