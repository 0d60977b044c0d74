"""The script of a scripted reading (resources/schemas/script.json): what a reader would do, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workstation.base.codec import load_json
from workstation.base.errors import BadInputError, UsageError
from workstation.model.codes import Code
from workstation.model.geometry import Mark
from workstation.model.protocol import SectionName
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Description, Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedVerdict:
    """A verdict. `reason` is a key of resources/lexicon/reasons.json and needed for a rejection."""

    decision: Decision
    reason: str | None = None
    comment: str = ""
    changes: Description = field(default_factory=Description)
    acknowledged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedFinding:
    """A finding that the AI missed. `kind` is a key of resources/lexicon/kinds.json or a whole code."""

    kind: str | Code
    marks: tuple[Mark, ...]
    laterality: Laterality | None = None
    size_mm: float | None = None
    assessment: BiRads | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedBreast:
    """The reader's assessment of one breast."""

    birads: BiRads | None = None
    density: Density | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedAssessment:
    """Category and density per breast, or the opinion on a chest."""

    right: ScriptedBreast = ScriptedBreast()
    left: ScriptedBreast = ScriptedBreast()
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedEdit:
    """Words of the doctor's own: in place of a drafted sentence, or a new one at the end of a section or after one."""

    text: str
    sentence_id: str | None = None
    section: SectionName | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One reading."""

    reader: str
    language: str | None = None
    verdicts: dict[str, ScriptedVerdict | Decision] | None = None
    added: tuple[ScriptedFinding, ...] = ()
    assessment: ScriptedAssessment = ScriptedAssessment()
    edits: tuple[ScriptedEdit, ...] = ()
    finalise: bool = False


def read_script(path: Path) -> Script:
    """The script in a file.

    Raises
    ------
    UsageError
        When it cannot be read or is not of the form of resources/schemas/script.json.
    """
    try:
        return load_json(Script, path.read_bytes())
    except OSError as error:
        raise UsageError(f"the script {path} cannot be read: {error.strerror}") from error
    except BadInputError as error:
        raise UsageError(f"the script {path} is {error} (see resources/schemas/script.json)") from error
