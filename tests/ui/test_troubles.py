"""What went wrong is said in the reader's language; the particulars stand beneath, as they came."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.overlays.made import image_of, result_with, study_of
from tests.reading import builders
from ui.bridge.catalogue import Catalogue
from ui.bridge.notices import NoticeBook
from ui.main_window import MainWindow
from ui.panes.finding_words import Trouble, finding_text, result_troubles
from ui.panes.problems import ProblemsPane
from workstation.base.errors import BadInputError, RefusedError, StoreError, WorkerError
from workstation.base.i18n import LANGUAGES, catalogue
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import Defect
from workstation.model.study import Laterality
from workstation.overlays.defects import defect
from workstation.overlays.matching import match

LATIN_SENTENCE = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")


def trouble_on_card(*points: tuple[float, float], language: str, **attributes: object) -> Trouble:
    """What the card of a finding with a mark at `points` on a left image says to be wrong."""
    mark = Mark(sop_uid=SOPInstanceUID("2.25.1"), shape=Shape.POINT, points=points)
    study = study_of(image_of("2.25.1", laterality=Laterality.LEFT, rows=80, columns=100))
    (finding,) = match(result_with(mark, **attributes), study).findings
    reading = builders.session(builders.finding(1, "RCC"))
    (trouble,) = finding_text(1, finding, reading.context, reading.state, Catalogue(language)).problems
    return trouble


def test_the_russian_list_of_problems_is_russian_but_for_names_and_particulars(qtbot: QtBot) -> None:
    pane = ProblemsPane(Catalogue("ru"))
    qtbot.addWidget(pane)
    problems = [Problem(kind=kind, where=f"/in/the {kind.value}.dcm", message="What it was exactly.")
                for kind in ProblemKind]  # fmt: skip
    pane.show_problems(problems)
    particulars = {problem.where for problem in problems} | {problem.message for problem in problems}
    assert particulars <= set(pane.words())
    assert [words for words in pane.words() if words not in particulars and LATIN_SENTENCE.search(words)] == []


@pytest.mark.parametrize(
    ("points", "side", "russian", "particulars"),
    [
        (((5.0, 5.0),), Laterality.RIGHT, "Стороны не сходятся.", "image of the left"),
        (((500.0, 5.0),), Laterality.LEFT, "Отметку нельзя показать на снимке.", "outside the image"),
    ],
)
def test_what_the_doctor_must_act_on_reads_in_russian(
    points: tuple[tuple[float, float], ...], side: Laterality, russian: str, particulars: str
) -> None:
    told = trouble_on_card(*points, language="ru", laterality=side)
    assert told.words.startswith(russian)
    assert not LATIN_SENTENCE.search(told.words)
    assert particulars in told.detail


def test_defects_are_told_in_the_windows_language_and_a_plugins_own_in_its_words() -> None:
    own = Defect(code="vendor-says-so", message="The vendor's own words.")
    result = builders.result()
    told = {
        language: [
            trouble.words
            for known in (defect("no-version"), own)
            for trouble in result_troubles(replace(result, defects=(known,)), Catalogue(language))
        ]
        for language in LANGUAGES
    }
    assert told["en"] == ["The result does not state the version of the AI service.", own.message]
    assert told["ru"] == ["В результате не указана версия ИИ-сервиса.", own.message]


@pytest.mark.parametrize(
    ("error", "russian"),
    [
        (StoreError("not saved: the disk is full.", why="disk-full"), "Не сохранено. Диск заполнен."),
        (StoreError("the image 1.2 is not here"), "Данные не прочитаны."),
        (BadInputError("the compressed image is damaged"), "Поступившее нельзя использовать."),
        (WorkerError("decode ran out of time"), "Сбой вспомогательного процесса"),
    ],
)
def test_an_error_is_told_in_russian_and_keeps_its_own_words_beneath(error: Exception, russian: str) -> None:
    book = NoticeBook(Catalogue("ru"))
    book.report(error)
    (notice,) = book.notices
    assert notice.message.startswith(russian)
    assert not LATIN_SENTENCE.search(notice.message)
    assert notice.details == (str(error),)


def test_a_refusal_is_told_in_the_language_that_the_window_has_now() -> None:
    say = Catalogue("en")
    book = NoticeBook(say)
    reading = builders.session(language="en")
    say.choose("ru")
    assert not book.attempt(reading.undo)
    book.report(RefusedError("locked-by-other", "in English", values={"reader": "Петрова"}))
    book.report(RefusedError("of-a-plugin", "A rule without a text."))
    assert [notice.message for notice in book.notices] == [
        catalogue("ru")["refused.nothing-to-undo"],
        catalogue("ru")["refused.locked-by-other"].format(reader="Петрова"),
        "A rule without a text.",
    ]


def test_what_is_missing_is_told_in_the_new_language_at_once(in_room: MainWindow) -> None:
    in_room.switch_language()
    in_room.room.finalise()
    notice = in_room.notices.notices[-1]
    assert notice.details
    assert [line for line in notice.details if LATIN_SENTENCE.search(line.split("(")[0].replace("BI-RADS", ""))] == []
