"""The patient, always visible and the largest text on the screen; beside it the warning of the AI result (S3)."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from ui.bridge.catalogue import Catalogue
from ui.panes.parts import ElidedLabel, plain_label, row
from ui.theme import set_role
from workstation.model.study import Study
from workstation.reading.context import ReadingContext


class Banner(QFrame):
    """Who and what is being read."""

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        set_role(self, role="banner")
        self.patient = plain_label(role="patient")
        self.facts = plain_label(role="fact")
        self.patient_id = plain_label(role="fact")
        self.study = ElidedLabel("dim")
        self.warning = plain_label(role="pill")
        self.reader = plain_label(role="dim")
        self.position = plain_label(role="dim")
        line = row(self.patient, self.facts, self.patient_id, spacing=18, margins=(16, 9, 16, 9))
        line.addWidget(self.study, 1)
        for label in (self.warning, self.reader, self.position):
            line.addWidget(label)
        self.setLayout(line)

    def show_context(self, context: ReadingContext, reader: str, position: tuple[int, int] | None) -> None:
        """Show the context's patient and nobody else's."""
        patient, study = context.study.patient, context.study
        self.patient.setText(patient.display_name)
        self.facts.setText(person_facts(study, self._say))
        self.patient_id.setText(self._say("banner.id", id=patient.patient_id) if patient.patient_id else "")
        self.study.show_text(" · ".join(study_facts(study, self._say)))
        warnings = ai_warnings(context, self._say)
        self.warning.setText(" · ".join(warnings))
        self.warning.setVisible(bool(warnings))
        self.reader.setText(reader)
        self.position.setText(f"{position[0]} / {position[1]}" if position else "")

    def forget(self) -> None:
        """Name nobody."""
        for label in (self.patient, self.facts, self.patient_id, self.warning, self.position):
            label.clear()
        self.study.show_text("")
        self.warning.hide()


def ai_warnings(context: ReadingContext, say: Catalogue) -> tuple[str, ...]:
    """The warning of every AI result that is shown, each once; our own where the result states none."""
    stated = [result.warning or say("scene.research_only") for result in context.matched]
    return tuple(dict.fromkeys(say("warning.pill", warning=words) for words in stated))


def person_facts(study: Study, say: Catalogue) -> str:
    """Sex, birth date and age, as far as known: "F · 12.03.1968 (58 y)"."""
    patient = study.patient
    parts = [say(f"sex.{patient.sex.value}.short")] if patient.sex else []
    if patient.birth_date is not None:
        age = patient.age_on(study.performed_at.date()) if study.performed_at else None
        born = f"{patient.birth_date:%d.%m.%Y}"
        parts.append(f"{born} ({say('banner.age', age=age)})" if age is not None else born)
    return " · ".join(parts)


def study_facts(study: Study, say: Catalogue) -> tuple[str, ...]:
    """Description, date and accession number."""
    parts = [study.description or study.modality]
    if study.performed_at is not None:
        parts.append(f"{study.performed_at:%d.%m.%Y %H:%M}")
    if study.accession:
        parts.append(say("banner.accession", number=study.accession))
    return tuple(part for part in parts if part)
