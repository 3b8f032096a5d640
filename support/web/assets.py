"""Static files with the mark of their content in the address, so that browsers keep them."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

KEPT = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", mark_of(folder / values["filename"]))

    @app.after_request
    def keep(response: Response) -> Response:
        """What was asked for without a mark, as modules ask for each other, is asked for again."""
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = KEPT
        return response


def mark_of(path: Path) -> str | None:
    """Eight letters that change with the file; None where there is no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return _mark(path, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _mark(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
