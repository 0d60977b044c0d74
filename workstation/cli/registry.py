"""All commands by name."""

from __future__ import annotations

from workstation.cli import demo, inspect, library, read, render
from workstation.cli.commands import Command

COMMANDS: dict[str, Command] = {
    "demo": demo.COMMAND,
    "inspect": inspect.COMMAND,
    "import": library.IMPORT,
    "worklist": library.WORKLIST,
    "render": render.COMMAND,
    "read": read.COMMAND,
    "export": library.EXPORT,
    "verify": library.VERIFY,
    "doctor": library.DOCTOR,
}
