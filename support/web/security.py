"""What every response says to the browser, and which requests are refused before any page runs.

The Content-Security-Policy takes everything from ourselves only: no inline script or style, nothing
framed, forms sent nowhere else.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf.csrf import CSRFProtect

from support.web import refusals

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
STRICT_TRANSPORT = f"max-age={365 * 24 * 3600}; includeSubDomains"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Refuses what other sites send; puts the headers on every response."""
    app.before_request(refuse_other_sites)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a tab may stay open all day
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)  # refuse_other_sites knows better
    csrf.init_app(app)
    app.after_request(put_headers)


def refuse_other_sites() -> None:
    """Nothing is changed for a form or script of another site; browsers say where it stands."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site is not None and site not in OWN_SITES
    if site is None and origin is not None:
        foreign = urlsplit(origin).netloc != request.host
    if foreign:
        refusals.because("other_site")
        abort(403)


def put_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    response.headers.setdefault("Cache-Control", "no-store")  # customers' words stay off the disk
    if request.endpoint != "static":
        response.vary.add("HX-Request")
    return response
