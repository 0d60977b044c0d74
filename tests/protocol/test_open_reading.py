"""An open reading as the window works with it."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from tests.protocol.finished import ACCEPTED, Shelf
from tests.reading.builders import session
from workstation.app import OpenReading
from workstation.protocol.draft import draft


def test_the_protocol_is_drafted_once_for_each_act_however_often_the_window_asks(tmp_path: Path) -> None:
    reading = OpenReading(session(ACCEPTED), Shelf(tmp_path))  # type: ignore[arg-type]
    tells = f"finding:{ACCEPTED.finding_id}"
    with patch("workstation.app.draft", wraps=draft) as drafted:
        reading.session.accept(ACCEPTED.finding_id)
        for language in ("en", "ru"):
            reading.missing(language)
            assert tells in [sentence.sentence_id for sentence in reading.draft().sentences]
        assert drafted.call_count == 1
        reading.session.undo()
        assert tells not in [sentence.sentence_id for sentence in reading.draft().sentences]
