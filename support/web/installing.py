"""What lets a browser install the desk as an app: its manifest, and a page for when we are away.

The service worker keeps that one page and nothing else: no ticket, no name, no words of anyone.
"""

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask_babel import gettext

from support.web.language import locale

pages = Blueprint("installing", __name__)

LIGHT = "#f4f2ef"
"""The canvas of desk.css; a manifest knows one colour only."""


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Asked for without a sign-in: browsers send no cookie for it."""
    shortcuts = [(gettext("自分の担当"), "mine"), (gettext("未割当"), "unassigned")]
    answer = jsonify(
        id="/",
        name=gettext("窓口"),
        short_name=gettext("窓口"),
        description=gettext("Xのお客様対応"),
        lang=locale(),
        start_url=url_for("tickets.queue"),
        scope="/",
        display="standalone",
        background_color=LIGHT,
        theme_color=LIGHT,
        icons=[icon("icon-192.png", 192), icon("icon-512.png", 512), *maskable(), vector()],
        shortcuts=[
            {"name": name, "url": url_for("tickets.queue", view=view)} for name, view in shortcuts
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


def icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    address = url_for("static", filename=name)
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def maskable() -> list[dict[str, str]]:
    """With room around it, for systems that cut icons to their own shape."""
    return [icon("icon-mask.png", 512, "maskable")]


def vector() -> dict[str, str]:
    address = url_for("static", filename="favicon.svg")
    return {"src": address, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}


@pages.get("/service-worker.js")
def service_worker() -> Response:
    """From the root, since it looks after every page; asked for anew each time."""
    answer = current_app.send_static_file("service-worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/offline")
def offline() -> str:
    return render_template("errors/offline.html")
