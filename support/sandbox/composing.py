"""X's own composers, which links open with their text written out: a person sends it by hand.

None of the API's refusals hold here. Whoever is signed in acts; here that is an account of ours.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from support.sandbox import people, play, posting, posts, snowflakes, text
from support.sandbox.ground import ground
from support.sandbox.posting import Draft, Refusal

blueprint = Blueprint("composing", __name__)
blueprint.before_request(play.own_forms_only)
blueprint.after_request(play.guard_page)


@blueprint.get("/intent/tweet")
@blueprint.get("/intent/post")
def compose() -> str:
    return _page(request.args.get("text", ""), request.args.get("in_reply_to", ""))


def _page(words: str, in_reply_to: str, problem: str = "") -> str:
    with ground().store.reading() as db:
        parent = posts.by_id(db, snowflakes.read(in_reply_to))
        author = people.by_id(db, parent.author_id) if parent else None
        accounts = people.own(db)
    return render_template(
        "sandbox/compose.html",
        accounts=accounts,
        parent=None if parent is None or parent.deleted else parent,
        author=author,
        in_reply_to=in_reply_to,
        text=words,
        problem=problem,
    )


@blueprint.post("/sandbox/composed")
def send() -> AnyResponse | tuple[str, int]:
    words = text.clean(request.form.get("text", "").replace("\r\n", "\n"))
    in_reply_to = request.form.get("in_reply_to", "")
    if not words.strip():
        return _page(words, in_reply_to, "本文が空です。"), 422
    draft = Draft(words, in_reply_to=snowflakes.read(in_reply_to) or None)
    try:
        with ground().store.writing() as db:
            account = people.by_username(db, request.form.get("who", ""))
            if account is None or not people.is_own(db, account.id):
                abort(404)
            sent = posting.write(db, account, draft, ground().clock(), ground().weigh)
    except Refusal:
        sentence = "返信先の投稿が見つからないか、本文が長すぎます。"
        return _page(words, in_reply_to, sentence), 422
    address = url_for("play.permalink", username=account.username, post_id=sent.id)
    return redirect(address, 303)


@blueprint.get("/messages")
@blueprint.get("/messages/compose")
def messages() -> AnyResponse:
    """Direct messages are written on the customer's own page here."""
    return redirect(url_for("play.home", _anchor="dm"))
