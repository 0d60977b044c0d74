"""A home that is not there, or that cannot be opened: said plainly, and nothing is made or changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workstation.app import Workstation
from workstation.base.errors import DiptychError, RefusedError
from workstation.cli.main import main
from workstation.cli.ports import Ports

LOOKING = (["verify"], ["worklist"], ["export", "2.25.1", "--out", "o"], ["render", "2.25.1", "--step", "cc"])


def nothing(*_arguments: object, **_options: object) -> Any:
    raise AssertionError("nothing is opened, drawn or written")


def ports(told: list[tuple[DiptychError, str]]) -> Ports:
    return Ports(write_pdf=nothing, render_step=nothing, open_window=nothing, tour=nothing,
                 show_failure=lambda error, language: told.append((error, language)))  # fmt: skip


@pytest.mark.parametrize("command", LOOKING, ids=lambda command: command[0])
def test_a_command_that_only_looks_makes_no_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    home = tmp_path / "mistyped"
    assert main(["--home", str(home), *command], ports([])) == 2
    assert not home.exists()
    told = capsys.readouterr()
    assert str(home) in told.err
    assert told.out == ""


def test_a_folder_of_something_else_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no DICOM")
    assert main(["--home", str(tmp_path), "verify"], ports([])) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_home_in_use_is_told_in_the_windows_place_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[DiptychError, str]] = []
    with Workstation.open(tmp_path / "home", reader="Dr Test", write_pdf=nothing):
        assert main(["--home", str(tmp_path / "home"), "--language", "ru"], ports(told)) == 4
        assert main(["--home", str(tmp_path / "home"), "worklist"], ports(told)) == 4
    ((error, language),) = told
    assert isinstance(error, RefusedError)
    assert (error.rule, language) == ("home-in-use", "ru")
    assert "home-in-use" in capsys.readouterr().err
