"""The page that shows what X pushes to the desk, and makes it go wrong on request."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from support.sandbox import people
from support.sandbox.ground import ground
from support.sandbox.play import blueprint
from support.sandbox.push import accounts, mishaps, queue, subscriptions, webhooks
from support.sandbox.push.mishaps import Mishaps
from support.sandbox.push.office import office

SHOWN = 50
SUBSCRIPTIONS_SHOWN = 200
RATE_NAMES = {
    "duplicate": "二重に届く",
    "late": "遅れて届く",
    "reorder": "順番が入れ替わる",
    "lose": "届かない",
    "bad_signature": "署名が壊れている",
    "wrong_secret": "署名の鍵が違う",
    "cut": "途中で切れる",
}
STATES = {
    "waiting": "配信待ち",
    "delivered": "配信済み",
    "given_up": "配信できず",
    "lost": "わざと失った",
}
ORIGINS = {"event": "", "duplicate": "重複", "replay": "再送"}


@blueprint.get("/sandbox/webhooks")
def pushing() -> str:
    return _page()


def _page(refusal: str = "") -> str:
    with ground().store.reading() as db:
        watched = subscriptions.after(db, 0, SUBSCRIPTIONS_SHOWN)
        hooks = webhooks.every(db)
        whole = [(hook, accounts.of_webhook(db, hook.id)) for hook in hooks]
        ids = {item.user_id for item in watched} | {user for _, users in whole for user in users}
        names = people.by_ids(db, [number for number in ids if number])
        shown = queue.recent(db, SHOWN)
        counts = queue.counts(db)
    return render_template(
        "sandbox/webhooks.html",
        hooks=whole,
        watched=watched,
        names=names,
        deliveries=shown,
        counts=counts,
        office=office(),
        rate_names=RATE_NAMES,
        states=STATES,
        origins=ORIGINS,
        refusal=refusal,
    )


def _back() -> AnyResponse:
    return redirect(url_for("play.pushing"), 303)


@blueprint.post("/sandbox/webhooks/check")
def check_webhooks() -> AnyResponse:
    office().challenge_all()
    return _back()


@blueprint.post("/sandbox/webhooks/flush")
def flush_webhooks() -> AnyResponse:
    office().flush()
    return _back()


@blueprint.post("/sandbox/webhooks/pause")
def pause_webhooks() -> AnyResponse:
    office().paused, office().downtime = True, "downtime" in request.form
    return _back()


@blueprint.post("/sandbox/webhooks/resume")
def resume_webhooks() -> AnyResponse:
    office().resume()
    return _back()


@blueprint.post("/sandbox/webhooks/faults")
def set_webhook_faults() -> AnyResponse | tuple[str, int]:
    found = _mishaps()
    if found is None:
        return _page("割合は0から100まで、秒数は0以上の数、種は整数で入力してください。"), 422
    office().set_mishaps(found)
    return _back()


def _mishaps() -> Mishaps | None:
    """What the form says, in percent; None when it is none of this."""
    try:
        rates = {name: float(request.form.get(name) or 0) / 100 for name in mishaps.RATES}
        seconds = float(request.form.get("late_seconds") or 3)
        seed = int(request.form.get("seed") or 0)
    except ValueError:
        return None
    if not all(0 <= rate <= 1 for rate in rates.values()):
        return None
    if not 0 <= seconds <= mishaps.LARGEST_DELAY:
        return None
    return replace(Mishaps(), **rates, late_seconds=seconds, seed=seed)
