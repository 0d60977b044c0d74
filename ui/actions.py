"""Every act of the user, as data. Key map, bottom hints, F1 page and README table are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from workstation.base import resources
from workstation.base.i18n import text

Context = Literal["anywhere", "worklist", "reading"]
Group = Literal["program", "worklist", "steps", "findings", "image", "assessment", "protocol"]

GROUPS: tuple[Group, ...] = ("worklist", "steps", "findings", "assessment", "protocol", "image", "program")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act.

    Attributes
    ----------
    run : dotted method below the main window, e.g. "room.accept".
    release : the method for letting go of a key that is held, "" for ordinary keys.
    enabled_when : dotted bool property below the main window; "" is always.
    in_text : whether the key also works while a text field has the focus.
    hint : whether the bottom line teaches it.
    argument : passed to `run` when not None.
    """

    id: str
    context: Context
    group: Group
    run: str
    release: str = ""
    enabled_when: str = ""
    in_text: bool = False
    hint: bool = False
    argument: int | None = None

    @property
    def title_key(self) -> str:
        """Key of the title in the catalogues."""
        return f"action.{self.id}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Portable key names from the keys file, e.g. "Shift+Space"."""
        return key_map()[self.id]


def _worklist(id_: str, run: str, **more: bool) -> Action:
    return Action(id=id_, context="worklist", group="worklist", run=run, **more)  # type: ignore[arg-type]


def _reading(id_: str, group: Group, run: str = "", *, when: str = "", in_text: bool = False, hint: bool = False,
             release: str = "") -> Action:  # fmt: skip
    return Action(id=id_, context="reading", group=group, run=run or f"room.{id_}", enabled_when=when,
                  in_text=in_text, hint=hint, release=release)  # fmt: skip


def _window(number: int) -> Action:
    run = "room.images.choose_window"
    return Action(id=f"window_{number}", context="reading", group="image", run=run, argument=number)


ACTIONS: tuple[Action, ...] = (
    _worklist("open", "open_selected", in_text=True, hint=True),
    _worklist("search", "worklist.focus_search", hint=True),
    _worklist("list_next", "worklist.list_next", in_text=True),
    _worklist("list_previous", "worklist.list_previous", in_text=True),
    _worklist("refresh", "refresh_worklist"),
    _worklist("import_files", "import_files", in_text=True, hint=True),
    _worklist("import_folder", "import_folder", in_text=True),
    _reading("step_next", "steps", hint=True),
    _reading("step_previous", "steps"),
    _reading("finding_next", "findings", hint=True),
    _reading("finding_previous", "findings"),
    _reading("accept", "findings", "room.verdicts.accept", when="room.verdicts.can_decide", hint=True),
    _reading("reject", "findings", "room.verdicts.reject", when="room.verdicts.can_decide", hint=True),
    _reading("modify", "findings", "room.verdicts.modify", when="room.verdicts.can_decide", hint=True),
    _reading("add", "findings", "room.images.draw", hint=True),
    _reading("remove", "findings", "room.verdicts.remove", when="room.verdicts.can_remove"),
    _reading("toggle_optional", "findings"),
    _reading("hold_overlays", "image", "room.images.hold_overlays", release="room.images.release_overlays", hint=True),
    _reading("toggle_overlays", "image", "room.images.toggle_overlays"),
    _reading("invert", "image", "room.images.invert"),
    _reading("fit", "image", "room.images.fit"),
    _reading("one_to_one", "image", "room.images.one_to_one"),
    _reading("true_size", "image", "room.images.true_size"),
    _reading("tour_next", "image", "room.images.tour_next"),
    _reading("tour_previous", "image", "room.images.tour_previous"),
    _reading("magnifier", "image", "room.images.magnifier"),
    _reading("next_detail", "image", "room.images.next_detail"),
    _reading("measure_length", "image", "room.images.measure_length"),
    _reading("measure_angle", "image", "room.images.measure_angle"),
    _reading("measure_ellipse", "image", "room.images.measure_ellipse"),
    _reading("probe", "image", "room.images.probe"),
    *(
        Action(
            id=f"window_{number}", context="reading", group="image", run="room.images.choose_window", argument=number
        )
        for number in range(1, 10)
    ),
    _reading("assess", "assessment", hint=True),
    _reading("assess_normal", "assessment", "room.report.assess_normal"),
    _reading("edit_protocol", "protocol", hint=True),
    _reading("protocol_language", "protocol", "room.report.next_language", in_text=True),
    _reading("preview", "protocol", in_text=True),
    _reading("undo", "protocol", "room.report.undo", when="room.report.can_undo"),
    _reading("finalise", "protocol", in_text=True, hint=True),
    _reading("leave", "program"),
    Action(id="switch_language", context="anywhere", group="program", run="switch_language", in_text=True),
    Action(id="show_problems", context="anywhere", group="program", run="show_problems", in_text=True),
    Action(id="hide_hints", context="anywhere", group="program", run="toggle_hints", in_text=True),
    Action(id="show_keys", context="anywhere", group="program", run="show_keys", in_text=True, hint=True),
)

BY_ID = {action.id: action for action in ACTIONS}


@cache
def key_map() -> dict[str, tuple[str, ...]]:
    """Action id → key names, from `resources/keys/default.json`."""
    return {id_: tuple(keys) for id_, keys in resources.load("keys", "default.json")["keys"].items()}


@cache
def reserved() -> frozenset[str]:
    """Keys that no action may take."""
    return frozenset(resources.load("keys", "default.json")["reserved"])


@cache
def _lookup(context: Context) -> dict[str, Action]:
    return {key: action for action in in_context(context) for key in action.keys}


def in_context(context: Context) -> tuple[Action, ...]:
    """The actions that work in `context`, those of anywhere included."""
    return tuple(action for action in ACTIONS if action.context in (context, "anywhere"))


def action_for(key: str, context: Context) -> Action | None:
    """The action on this key here, or None."""
    return _lookup(context).get(key)


def hints(context: Context) -> tuple[Action, ...]:
    """What the bottom line teaches here."""
    return tuple(action for action in in_context(context) if action.hint)


def shown_keys(action: Action, language: str) -> str:
    """The keys as people write them, e.g. "Ctrl+Enter or /"."""
    return f" {text('keys.or', language)} ".join(_shown(key, language) for key in action.keys)


def grouped() -> Iterable[tuple[Group, tuple[Action, ...]]]:
    """Groups in the order of the help page; windows 2-9 are told by window 1."""
    told = [action for action in ACTIONS if action.argument in (None, 1)]
    return tuple((group, tuple(a for a in told if a.group == group)) for group in GROUPS)


def key_table(language: str) -> str:
    """All keys as a Markdown table: the README and `resources/help` hold exactly this."""
    head = f"| {text('keys.key', language)} | {text('keys.act', language)} |\n| --- | --- |\n"
    rows = [
        f"| {shown_keys(action, language) if action.argument is None else '1-9'} | {text(action.title_key, language)} |"
        for _group, actions in grouped()
        for action in actions
    ]
    return head + "\n".join(rows) + "\n"


def _shown(key: str, language: str) -> str:
    *modifiers, last = key.split("+") if key != "+" else [key]
    names = {"Return": "Enter", "Space": text("keys.space", language)}
    return "+".join([*modifiers, names.get(last, last)])
