"""A worker may do anything: the host survives, says what happened, and goes on."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import numpy as np
import pytest

from workstation.base import scratch
from workstation.base.errors import BadInputError, WorkerError
from workstation.base.workers import WorkerPool, take_array


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerPool]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with WorkerPool(size=2, memory_limit_bytes=2 * 1024**3, time_limit_s=20) as made:
        made.allow("faulty_functions")
        yield made


def test_a_function_is_answered_with_its_json(pool: WorkerPool) -> None:
    argument = {"names": ["Иванова^Анна", None], "sizes": [1, 2.5, True]}
    assert pool.call("faulty_functions:echo", argument) == argument


def test_what_a_function_refuses_comes_back_as_bad_input(pool: WorkerPool) -> None:
    with pytest.raises(BadInputError, match="cannot use this"):
        pool.call("faulty_functions:refuse", "this")


def test_an_unforeseen_error_names_itself_and_its_place(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError, match=r"KeyError: 'rows'") as caught:
        pool.call("faulty_functions:fail", None)
    assert "faulty_functions.py" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("function", ["recurse", "allocate"])
def test_too_deep_or_too_large_is_bad_input(pool: WorkerPool, function: str) -> None:
    with pytest.raises(BadInputError):
        pool.call(f"faulty_functions:{function}", 10**12)
    assert pool.call("faulty_functions:echo", "alive") == "alive"


@pytest.mark.parametrize("function", ["segfault", "leave", "close_every_file", "not_json"])
def test_a_lost_worker_costs_one_call(pool: WorkerPool, function: str) -> None:
    with pytest.raises(WorkerError):
        pool.call(f"faulty_functions:{function}", None)
    assert pool.call("faulty_functions:echo", "alive") == "alive"


@pytest.mark.parametrize("function", ["sleep", "spin"])
def test_a_hanging_call_is_ended_at_its_limit(pool: WorkerPool, function: str) -> None:
    with pytest.raises(WorkerError, match=r"longer than 0\.5 s"):
        pool.call(f"faulty_functions:{function}", 600, time_limit_s=0.5)
    assert pool.call("faulty_functions:echo", "alive") == "alive"


def test_an_absurdly_long_reply_is_refused(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError, match="200 MB"):
        pool.call("faulty_functions:long_text", 200 * 1024**2)
    assert pool.call("faulty_functions:echo", "alive") == "alive"


def test_what_a_library_prints_does_not_disturb_the_answer(pool: WorkerPool) -> None:
    assert pool.call("faulty_functions:chatter", [1, 2]) == [1, 2]
    assert pool.call("faulty_functions:read_standard_input", None) == ""


def test_only_functions_of_the_program_and_of_registered_plugins_run(pool: WorkerPool) -> None:
    for function in ("os:getpid", "faulty_functions_too:echo", "workstation.base.clock", "workstation.x:a.b"):
        with pytest.raises(WorkerError, match="not a function that workers may run"):
            pool.call(function, None)


def test_an_argument_that_is_not_json_is_refused(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError):
        pool.call("faulty_functions:echo", object())


def test_a_process_is_used_again(pool: WorkerPool) -> None:
    assert pool.call("faulty_functions:process_id", None) == pool.call("faulty_functions:process_id", None)


def test_no_more_processes_than_the_size_run_at_once(pool: WorkerPool) -> None:
    futures = [pool.submit("faulty_functions:process_id", None) for _ in range(12)]
    assert 1 <= len({future.result() for future in futures}) <= pool.size


def test_an_array_arrives_whole_and_its_file_goes(pool: WorkerPool) -> None:
    reply = pool.call("faulty_functions:gradient", [30, 40])
    array = take_array(reply["array"])
    np.testing.assert_array_equal(array, np.arange(1200, dtype=np.uint16).reshape(30, 40))
    assert not (scratch.folder() / reply["array"]["name"]).exists()
    with pytest.raises(WorkerError, match="not there"):
        take_array(reply["array"])


def test_a_failed_call_leaves_no_array_behind(pool: WorkerPool) -> None:
    before = set(scratch.folder().iterdir())
    with pytest.raises(WorkerError):
        pool.call("faulty_functions:put_and_fail", None)
    assert set(scratch.folder().iterdir()) == before


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {"name": "../../etc/passwd", "dtype": "|u1", "shape": [1]},
        {"name": "0" * 32 + "-0", "dtype": "|O8", "shape": [1]},
        {"name": "0" * 32 + "-0", "dtype": "<u2", "shape": [-1]},
        {"name": "0" * 32 + "-0", "dtype": "<u2", "shape": [2**40]},
        {"name": "0" * 32 + "-0", "dtype": "<u2", "shape": [1]},
    ],
)
def test_a_reply_that_lies_about_its_array_is_refused(reply: object) -> None:
    with pytest.raises(WorkerError):
        take_array(reply)


def test_an_array_whose_file_has_another_size_is_refused() -> None:
    reply = scratch.put_array(np.zeros((2, 2), dtype=np.uint16))
    with pytest.raises(WorkerError, match="size"):
        take_array({**reply, "shape": [2, 3]})


def test_the_scratch_folder_is_private() -> None:
    assert scratch.folder().stat().st_mode & 0o777 == 0o700


def test_a_converted_future_gives_what_the_reader_wants(pool: WorkerPool) -> None:
    future = pool.submit("faulty_functions:gradient", [2, 3], convert=lambda reply: take_array(reply["array"]))
    assert future.result().shape == (2, 3)


def test_many_threads_get_their_own_answers(pool: WorkerPool) -> None:
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        answers[number] = pool.call("faulty_functions:echo", number)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number for number in range(20)}


def test_closing_ends_calls_under_way(pool: WorkerPool) -> None:
    future = pool.submit("faulty_functions:sleep", 600)
    waiting = [pool.submit("faulty_functions:sleep", 600) for _ in range(5)]
    wait([future], timeout=0.3)
    pool.close()
    assert isinstance(future.exception(), WorkerError)
    assert all(other.cancelled() or isinstance(other.exception(), WorkerError) for other in waiting)
    with pytest.raises(WorkerError):
        pool.call("faulty_functions:echo", 1)


def test_what_a_killed_program_left_in_memory_is_removed_by_the_next(tmp_path: Path) -> None:
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    orphan, alive = tmp_path / f"diptych-{ended.pid}-abc", tmp_path / f"diptych-{os.getpid()}-abc"
    for folder in (orphan, alive):
        folder.mkdir()
        (folder / "array").touch()
    scratch.remove_orphans(tmp_path)
    assert sorted(tmp_path.iterdir()) == [alive]
