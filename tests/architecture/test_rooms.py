"""What the import contracts of pyproject.toml cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOFT_CAP = 400


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("file", sorted((ROOT / "ui" / "scene").glob("*.py")), ids=lambda path: path.name)
def test_the_scene_is_drawn_without_widgets(file: Path) -> None:
    assert "PySide6.QtWidgets" not in _imports(file)


def test_files_can_be_read_in_one_sitting() -> None:
    sources = [path for room in ("workstation", "ui", "plugins") for path in (ROOT / room).rglob("*.py")]
    long = {str(path.relative_to(ROOT)) for path in sources if len(path.read_text().splitlines()) > SOFT_CAP}
    assert long == set()


def test_the_wheel_has_two_packages_and_brings_its_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    top = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert top == {"workstation", "ui"}
    assert "workstation/resources/translations/ru.json" in names
    assert "workstation/resources/reference_detector/diptych_reference_detector/__main__.py" in names
    assert "workstation/store/migrations/env.py" in names


def test_the_readme_teaches_the_keys_that_work() -> None:
    from ui.actions import key_table

    assert key_table("en") in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_command() -> None:
    from workstation.cli.registry import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`diptych {name}" not in readme] == []
