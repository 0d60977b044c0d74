"""The words of a protocol: a template per kind of study and language (`resources/protocol`), and phrases from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from workstation.base import codec, resources
from workstation.model.protocol import SectionName
from workstation.model.result import Density
from workstation.model.study import Calibration, Laterality
from workstation.model.verdict import BiRads, Opinion
from workstation.reading.sizes import Size

Gender = Literal["m", "f", "n", "pl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueWords:
    """Parts of the technique sentence, each used when the header has its value."""

    what: str
    what_undated: str
    views: str
    kvp: str
    thickness: str
    dose: str
    unsided: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """All words of a protocol in one language.

    Attributes
    ----------
    sides, whole : how a sentence starts that is about a side, or about none (None: it just starts).
    seen, seen_only : in several views, in one view; by the grammatical gender of the finding.
    calibration : how a size was calibrated (S12); "none" where the image is not.
    """

    title: str
    headings: dict[SectionName, str]
    decimal_mark: str
    date: str
    """With {day}, {month} (a name of `months`), {number} (of the month), {year}; the machine's locale has no say."""
    and_: str
    sides: dict[Laterality, str]
    whole: str | None
    indication: str
    technique: TechniqueWords
    composition: dict[Density, str]
    size: str
    calibration: dict[Calibration | Literal["none"], str]
    seen: dict[Gender, str]
    seen_only: dict[Gender, str]
    category: str
    clear: str
    clear_study: str
    compared: str
    compared_many: str
    compared_undated: str
    not_compared: str
    assessment: str
    opinion: dict[Opinion, str]
    recommendation: dict[BiRads, str]
    unsided_recommendations: tuple[BiRads, ...]
    ai_statement: str
    ai_service: str
    ai_none: str
    ai_unnamed: str
    ai_no_version: str
    ai_warning: str
    ai_failed: str
    ai_stale: str
    months: tuple[str, ...] = ()

    def on_side(self, laterality: Laterality | None, words: str) -> str:
        """The words, said of a side."""
        start = self.whole if laterality is None else self.sides[laterality]
        return f"{start}: {words}" if start else capitalised(words)

    def day(self, moment: datetime) -> str:
        """A date as the language writes it."""
        month = self.months[moment.month - 1] if self.months else ""
        return self.date.format(day=moment.day, number=moment.month, month=month, year=moment.year)

    def listed(self, words: Sequence[str]) -> str:
        """a, b and c."""
        return ", ".join(words[:-1]) + self.and_ + words[-1] if len(words) > 1 else "".join(words)

    def spread(self, values: Iterable[float], *, digits: int) -> str | None:
        """The least and the greatest of the values, "28–31"; one number when they are the same, None of none."""
        texts = [f"{value:.{digits}f}".replace(".", self.decimal_mark) for value in sorted(values)]
        return "–".join(dict.fromkeys((texts[0], texts[-1]))) if texts else None

    def sized(self, size: Size) -> str:
        """A size in whole millimetres with its calibration."""
        how = self.calibration[size.calibration or "none"]
        return self.size.format(mm=max(1, int(size.mm + 0.5)), how=how)

    def seen_in(self, views: Sequence[str], gender: Gender) -> str | None:
        """In which views a finding is seen; None when no view is known."""
        if not views:
            return None
        pattern = self.seen_only if len(views) == 1 else self.seen
        return pattern[gender].format(views=self.listed(views))


def capitalised(words: str) -> str:
    """The words with a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


@cache
def template(name: str, language: str) -> Template:
    """The template of this name ("mammography", "chest") in this language ("en", "ru")."""
    return codec.load(Template, resources.load("protocol", f"{name}.{language}.json"))
