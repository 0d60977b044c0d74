"""Worker processes for everything that reads foreign bytes: killable, limited in time and memory, replaced when lost.

A function that runs in a worker has the form `f(argument: JSON) -> JSON`; arrays travel by `put_array`, `take_array`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from workstation.base import scratch, wire
from workstation.base.errors import BadInputError, WorkerError
from workstation.base.scratch import put_array, take_array

__all__ = ["Json", "WorkerPool", "put_array", "take_array"]

Json = Any
"""None, bool, int, float, str, and lists and dicts of them."""
T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_OWN_PREFIX = "workstation."


class WorkerPool:
    """Up to `size` worker processes, started on demand. Safe to use from any thread.

    Parameters
    ----------
    size : processes at most; None: one per processor core, at least 2 and at most 4.
    memory_limit_bytes : address space of one process; more is a MemoryError there.
    time_limit_s : default limit of one call; a process that needs longer is killed and replaced.
    """

    def __init__(
        self,
        size: int | None = None,
        memory_limit_bytes: int = 4 * 1024**3,
        time_limit_s: float = 30.0,
    ) -> None:
        self.size = size or max(2, min(4, os.cpu_count() or 2))
        self._memory_limit_bytes = memory_limit_bytes
        self._time_limit_s = time_limit_s
        self._allowed: frozenset[str] = frozenset()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(self.size)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="diptych-worker")
        self._closed = False

    def allow(self, module: str) -> None:
        """Let functions of `module` (a plugin's, registered by name) and of the modules below it be called."""
        with self._lock:
            self._allowed |= {module}

    def call(self, function: str, argument: Json, *, time_limit_s: float | None = None) -> Json:
        """Run `function` ("module.path:name") on `argument` in a worker and wait for its answer.

        Raises
        ------
        BadInputError
            When the function says so, or needed more memory or a deeper stack than one file may use.
        WorkerError
            When the worker crashed, hung, or answered nonsense; or the function is not one that may be called.
        """
        self._check(function)
        with self._places:
            worker = self._take_worker()
            try:
                reply, reusable = worker.ask(function, argument, time_limit_s or self._time_limit_s)
            except BaseException:
                self._drop(worker)
                raise
            if reusable:
                self._give_back(worker)
            else:
                self._drop(worker)
        return _result_of(function, reply)

    def submit(
        self,
        function: str,
        argument: Json,
        *,
        time_limit_s: float | None = None,
        convert: Callable[[Json], T] = lambda reply: reply,
    ) -> Future[T]:
        """As `call`, without waiting; `convert` makes the future's result of the reply (and takes its arrays)."""
        self._check(function)
        return self._threads.submit(
            lambda: convert(self.call(function, argument, time_limit_s=time_limit_s)),
        )

    def close(self) -> None:
        """End all processes; calls under way fail with `WorkerError`, waiting futures are cancelled."""
        with self._lock:
            self._closed = True
            workers = tuple(self._all)
        for worker in workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            self._drop(worker)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, function: str) -> None:
        module = function.partition(":")[0]
        allowed = module.startswith(_OWN_PREFIX) or any(
            module == name or module.startswith(f"{name}.") for name in self._allowed
        )
        if not allowed or not _NAME.fullmatch(function):
            raise WorkerError(f"{function} is not a function that workers may run")

    def _take_worker(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise WorkerError("the program is closing")
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return worker
                self._all.discard(worker)
                worker.kill()
            worker = _Worker(self._memory_limit_bytes)
            self._all.add(worker)
            return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)

    def _drop(self, worker: _Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.kill()


class _Worker:
    """One process and its two pipes; used by one thread at a time."""

    def __init__(self, memory_limit_bytes: int) -> None:
        search_path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
        command = [sys.executable, "-P", "-m", "workstation.base.worker_main", str(memory_limit_bytes)]
        try:
            self._process = subprocess.Popen(
                [*command, str(scratch.folder())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what libraries complain about may hold names
                env={**os.environ, "PYTHONPATH": search_path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise WorkerError(f"no worker process could be started: {error}") from error
        self._closing = threading.Lock()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, function: str, argument: Json, time_limit_s: float) -> tuple[dict[str, Json], bool]:
        """The reply, and whether the process can be used again."""
        if self._process.stdin is None or self._process.stdout is None:
            raise WorkerError("a worker has no pipes")
        prefix = scratch.new_prefix()
        request = {"function": function, "argument": argument, "prefix": prefix, "time_limit_s": time_limit_s}
        late = threading.Event()
        timer = threading.Timer(time_limit_s, self._end_late, [late])
        timer.daemon = True
        timer.start()
        try:
            wire.send(self._process.stdin, request)
            reply = wire.receive(self._process.stdout)
        except (OSError, ValueError, wire.WireError) as error:
            self.kill()
            scratch.forget(prefix)
            reason = f"took longer than {time_limit_s:g} s" if late.is_set() else f"was lost ({error})"
            raise WorkerError(f"the process that ran {function} {reason}; it was replaced") from error
        finally:
            timer.cancel()
        if "result" not in reply:
            scratch.forget(prefix)
        return reply, not late.is_set() and "worn" not in reply

    def kill(self) -> None:
        """End the process at once and wait for its end; harmless when it has ended."""
        self._process.kill()
        with self._closing:
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    _close_quietly(pipe)

    def _end_late(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


def _close_quietly(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        return  # unsent bytes of a request whose reader is gone


def _result_of(function: str, reply: dict[str, Json]) -> Json:
    if "result" in reply:
        return reply["result"]
    if isinstance(reply.get("bad_input"), str):
        raise BadInputError(reply["bad_input"])
    error = WorkerError(f"{function} failed: {reply.get('failed', 'no reason given')}")
    if isinstance(reply.get("trace"), str):
        error.add_note(reply["trace"])
    raise error
