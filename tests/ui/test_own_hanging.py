"""A site's own hanging protocol in the home is what the reading room shows."""

from __future__ import annotations

from workstation.model.problem import ProblemKind
from workstation.reading.hanging import steps_for


def test_the_homes_own_protocols_serve_its_readings_and_wrong_ones_are_listed(material, filled_home, tmp_path):
    import shutil

    home = tmp_path / "home"
    shutil.copytree(filled_home, home)
    (home / "hanging").mkdir()
    own = '{"name": "ours", "modalities": ["MG"], "extends": "mammography_screening", "steps": [{"name": "left first", \
"for_each": "study", "columns": 1, "rows": 1, "panes": [{"column": 0, "row": 0, "place": "L CC"}]}]}'
    (home / "hanging" / "ours.json").write_text(own, encoding="utf-8")
    (home / "hanging" / "wrong.json").write_text("{}", encoding="utf-8")
    with material.open_home(home) as workstation:
        uid = next(row.study_uid for row in workstation.worklist() if row.modality == "MG")
        assert "left first" in [step.name for step in steps_for(workstation.look_at(uid))]
        assert "left first" in [step.name for step in steps_for(workstation.open_reading(uid).context)]
        assert [p.kind for p in workstation.problems() if p.kind is ProblemKind.HANGING] == [ProblemKind.HANGING]
