"""Whether two headers name one patient: tolerant of how a name is written, never of another identity (S1, R2)."""

from __future__ import annotations

import unicodedata

from workstation.model.identity import Patient


def differences(one: Patient, study: Patient, what: str = "result") -> tuple[str, ...]:
    """What speaks against one and the same patient; () when nothing does.

    Patient IDs must be equal; where both are absent, the names must be equal. Issuer, birth date and sex speak against
    it when both state one and they differ. Names are compared without regard to case, spacing and empty components.

    Parameters
    ----------
    what : what names the patient `one`, for the sentences.
    """
    found = []
    if one.patient_id != study.patient_id:
        found.append(_differ("patient ID", one.patient_id, study.patient_id, what))
    for named, of_one, of_study in (
        ("issuer of the patient ID", one.issuer, study.issuer),
        ("birth date", one.birth_date, study.birth_date),
        ("sex", one.sex, study.sex),
    ):
        if of_one is not None and of_study is not None and of_one != of_study:
            found.append(_differ(named, of_one, of_study, what))
    name_counts = bool(one.name and study.name) or not (one.patient_id and study.patient_id)
    if name_counts and plain_name(one.name) != plain_name(study.name):
        found.append(_differ("patient's name", one.name, study.name, what))
    return tuple(found)


def is_named(patient: Patient) -> bool:
    """Whether anything says who this is."""
    return bool(patient.patient_id or patient.name)


def plain_name(name: str) -> str:
    """The name in one way of writing: case, spacing, composed letters and empty trailing components set aside."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    components = [" ".join(component.split()) for component in composed.split("^")]
    return "^".join(components).rstrip("^")


def _differ(named: str, of_one: object, of_study: object, what: str) -> str:
    return f"the {named} differs: {of_one or 'none'} in the {what}, {of_study or 'none'} in the study"
