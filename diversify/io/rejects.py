"""Rejected rows as lines of JSON, so many and no more."""

import json
import shutil
from pathlib import Path
from typing import TextIO

from diversify.curation.ingest import Reject
from diversify.io.whole import whole
from diversify.io.writers import RARE_LINE_ENDS


class Rejects:
    """Rejected rows as lines of JSON, the first ones; the others are only counted."""

    def __init__(self, stream: TextIO, most: int) -> None:
        """Write to a stream, so many lines and no more."""
        self.stream = stream
        self.room = most

    def add(self, reject: Reject) -> None:
        """Write a reject down while there is room."""
        if self.room:
            self.room -= 1
            self.stream.write(reject_line(reject))


def reject_line(reject: Reject) -> str:
    """Give a reject as one line of JSON."""
    fields = {
        "file": reject.file,
        "line": reject.line,
        "reason": reject.reason,
        "text": reject.text,
    }
    return json.dumps(fields, ensure_ascii=False).translate(RARE_LINE_ENDS) + "\n"


def write_rejects(path: Path, malformed: TextIO, count: int) -> None:
    """Keep the rejects under their name; without any, remove those of an earlier run."""
    if not count:
        path.unlink(missing_ok=True)
        return
    with whole(path) as draft, draft.open("w", encoding="utf-8") as stream:
        shutil.copyfileobj(malformed, stream)
