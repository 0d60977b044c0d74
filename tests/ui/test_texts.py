"""Both languages say the same things, and say everything that the window asks for."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import ui
from workstation.base.i18n import catalogue
from workstation.model.problem import ProblemKind
from workstation.model.result import Density, RunStatus, Triage
from workstation.model.verdict import Opinion
from workstation.reading.worklist import ChipState, ReadingProgress

SOURCES = sorted(Path(ui.__file__).parent.rglob("*.py"))
ASKED = re.compile(r"""\b(?:say|_say|word_of|text)\(\s*(f?)(["'])([\w.\-{}\[\]()' ]+?)\2""")


def placeholders(words: str) -> set[str]:
    return {name for _text, name, _form, _conversion in Formatter().parse(words) if name}


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    english, russian = catalogue("en"), catalogue("ru")
    assert english.keys() == russian.keys()
    assert [key for key in english if placeholders(english[key]) != placeholders(russian[key])] == []


def test_every_text_that_the_window_asks_for_is_there() -> None:
    known, asked = catalogue("en"), 0
    for source in SOURCES:
        for is_formula, _quote, key in ASKED.findall(source.read_text(encoding="utf-8")):
            pattern = re.sub(r"\\\{.*?\\\}", r"[\\w.-]+", re.escape(key)) if is_formula else re.escape(key)
            assert any(re.fullmatch(pattern, name) for name in known), f"{source.name} asks for {key}"
            asked += 1
    assert asked > 100


def test_every_kind_and_state_has_its_word() -> None:
    names = [
        *(f"problem.{kind.value}.{part}" for kind in ProblemKind for part in ("title", "advice")),
        *(f"chip.{state.value}" for state in ChipState),
        *(f"reading_state.{state.value}" for state in ReadingProgress),
        *(f"triage.{triage.value}" for triage in Triage),
        *(f"density.{density.value}" for density in Density),
        *(f"opinion.{opinion.value}" for opinion in Opinion),
        *(f"result.{status.value}" for status in RunStatus if status is not RunStatus.SUCCEEDED),
    ]
    assert [name for name in names if name not in catalogue("en")] == []


def test_no_text_of_the_window_stands_in_the_code() -> None:
    shown = re.compile(
        r"""(?:setText|plain_label|setPlaceholderText|setToolTip)\(\s*f?["']([^"'{]*[A-Za-zА-я]{3,}[^"']*)["']"""
    )
    found = [
        (source.name, words)
        for source in SOURCES
        for words in shown.findall(source.read_text(encoding="utf-8"))
        if words != "Diptych"
    ]
    assert found == []
