"""A window on a small real home."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from ui import theme
from ui.main_window import MainWindow
from workstation.app import Workstation


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ui_tests_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def material() -> ModuleType:
    """The builders of `tests/ui/material.py`."""
    return _load("material")


@pytest.fixture(scope="session")
def filled_home(material: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two studies and their AI results, made once; copy it."""
    folder = tmp_path_factory.mktemp("filled")
    material.fill_home(folder / "home", folder / "source")
    return folder / "home"


@pytest.fixture
def workstation(material: ModuleType, filled_home: Path, tmp_path: Path) -> Iterator[Workstation]:
    """A workstation on a fresh copy of the filled home."""
    home = tmp_path / "home"
    shutil.copytree(filled_home, home)
    with material.open_home(home) as opened:
        yield opened


@pytest.fixture(scope="session")
def dressed(qapp: object) -> None:
    """The application in the program's theme."""
    theme.apply(qapp)  # type: ignore[arg-type]


@pytest.fixture
def window(workstation: Workstation, dressed: None, qtbot: QtBot) -> Iterator[MainWindow]:
    """The main window on the worklist; gone for good at the end, so that tests do not slow each other down."""
    made = MainWindow(workstation)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    yield made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def in_room(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The main window with the first study opened."""
    window.open_selected()
    assert window.room.is_open
    return window


@pytest.fixture
def press(window: MainWindow, qtbot: QtBot) -> Callable[..., None]:
    """Presses keys on the window, one after another, as a reader does."""

    def keys(*names: str) -> None:
        for name in names:
            combination = QKeySequence(name)[0]
            qtbot.keyClick(window, combination.key(), combination.keyboardModifiers())

    return keys
