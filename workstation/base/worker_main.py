"""The worker's side: `python -P -m workstation.base.worker_main MEMORY_LIMIT FOLDER` answers calls until EOF.

Standard input and output are the host's pipes. They are taken away from the rest of the process first, so that what a
library prints cannot get between the messages.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from workstation.base import scratch, wire
from workstation.base.errors import BadInputError

GRACE_S = 5.0
"""The host kills a late worker; when the host itself is gone, the kernel does so this much later."""


def main(memory_limit_bytes: int, folder: Path) -> None:
    """Answer calls until the host closes the pipe."""
    requests, replies = _private_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the host, which ends its workers
    _limit_memory(memory_limit_bytes)
    while True:
        try:
            request = wire.receive(requests)
        except wire.WireError:
            return
        _arm_alarm(request["time_limit_s"] + GRACE_S)
        scratch.write_to(folder, request["prefix"])
        reply = _answer(request)
        try:
            wire.send(replies, reply)
        except wire.WireError as error:
            wire.send(replies, {"failed": f"its reply cannot be sent: {error}"})
        _arm_alarm(0)
        if "worn" in reply:
            return


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": _function(request["function"])(request["argument"])}
    except BadInputError as error:
        return {"bad_input": str(error)}
    except RecursionError:
        return {"bad_input": "it is nested too deeply to be read"}
    except MemoryError:
        return {"bad_input": "it needs more memory than one file may use", "worn": True}
    except Exception as error:  # whatever a reader of foreign bytes raises goes to the host
        return {"failed": f"{type(error).__name__}: {error}", "trace": traceback.format_exc(limit=-8)}


def _function(name: str) -> Callable[[Any], Any]:
    module, _, attribute = name.partition(":")
    function: Callable[[Any], Any] = getattr(importlib.import_module(module), attribute)
    return function


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return requests, replies


def _limit_memory(limit_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _arm_alarm(seconds: float) -> None:
    """Let the kernel end this process after `seconds` (0: never), even inside a C loop."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
