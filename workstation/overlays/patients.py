"""Whether a result's patient is the study's: tolerant of how a name is written, never of another identity (S1, R2)."""

from __future__ import annotations

import unicodedata

from workstation.model.identity import Patient


def differences(result: Patient, study: Patient) -> tuple[str, ...]:
    """What speaks against one and the same patient; () when nothing does.

    Patient IDs must be equal and present (both absent: then the names must be present and equal). Issuer, birth date
    and sex speak against it when both state one and they differ. Names are compared without regard to case, spacing
    and empty components.
    """
    found = []
    if result.patient_id != study.patient_id:
        found.append(_differ("patient ID", result.patient_id, study.patient_id))
    elif not result.patient_id and not (result.name and study.name):
        found.append("neither the result nor the study names the patient")
    for what, of_result, of_study in (
        ("issuer of the patient ID", result.issuer, study.issuer),
        ("birth date", result.birth_date, study.birth_date),
        ("sex", result.sex, study.sex),
    ):
        if of_result is not None and of_study is not None and of_result != of_study:
            found.append(_differ(what, of_result, of_study))
    if result.name and study.name and plain_name(result.name) != plain_name(study.name):
        found.append(_differ("patient's name", result.name, study.name))
    return tuple(found)


def plain_name(name: str) -> str:
    """The name in one way of writing: case, spacing, composed letters and empty trailing components set aside."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    components = [" ".join(component.split()) for component in composed.split("^")]
    return "^".join(components).rstrip("^")


def _differ(what: str, of_result: object, of_study: object) -> str:
    return f"the {what} differs: {of_result or 'none'} in the result, {of_study or 'none'} in the study"
