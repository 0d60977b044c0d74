"""Every act is in one table; keys, titles and methods hang together."""

from __future__ import annotations

import itertools
import json
from operator import attrgetter

import pytest

from ui.actions import ACTIONS, BY_ID, Context, hints, in_context, key_map, key_table, reserved
from ui.main_window import MainWindow
from workstation.base import resources
from workstation.base.i18n import LANGUAGES, text


@pytest.mark.parametrize("context", ["worklist", "reading"])
def test_no_key_means_two_things_in_one_place(context: Context) -> None:
    keys = [key for action in in_context(context) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_every_action_has_a_key_and_every_key_an_action() -> None:
    assert set(key_map()) == set(BY_ID)
    assert all(action.keys for action in ACTIONS)


def test_reserved_keys_are_free() -> None:
    assert not reserved() & set(itertools.chain.from_iterable(key_map().values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_title_and_every_hint_its_word(language: str) -> None:
    assert all(text(action.title_key, language) for action in ACTIONS)
    assert all(text(f"hint.{action.id}", language) for context in ("worklist", "reading") for action in hints(context))


def test_every_action_runs_a_method_that_exists(in_room: MainWindow) -> None:
    for action in ACTIONS:
        assert callable(attrgetter(action.run)(in_room)), action.id
        if action.release:
            assert callable(attrgetter(action.release)(in_room)), action.id
        if action.enabled_when:
            assert isinstance(attrgetter(action.enabled_when)(in_room), bool), action.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_holds_the_key_table_as_the_actions_make_it(language: str) -> None:
    page = resources.path("help", f"keys.{language}.md").read_text(encoding="utf-8")
    assert key_table(language) in page


def test_the_keys_file_is_as_its_schema_says() -> None:
    keys = json.loads(resources.path("keys", "default.json").read_text(encoding="utf-8"))
    assert set(keys) == {"keys", "reserved"}
    assert all(isinstance(name, str) for names in keys["keys"].values() for name in names)
