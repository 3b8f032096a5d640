"""Pages on which a person plays the customer and sees what the desk sent. No script."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from support.sandbox import (
    files,
    media,
    messaging,
    people,
    posting,
    posts,
    problems,
    scenes,
    snowflakes,
    text,
    uploading,
)
from support.sandbox.ground import ground
from support.sandbox.posting import Draft, Refusal
from support.sandbox.world import Media, User

blueprint = Blueprint("play", __name__)
POLICY = "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
TOKYO = ZoneInfo("Asia/Tokyo")
NO_PICTURE = "画像はPNG・JPEG・WebPで5MBまでです。別の画像を選んでください。"
WEEKDAYS = "月火水木金土日"


@blueprint.before_request
def own_forms_only() -> None:
    """Another site's page must not post here behind a visitor's back."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in (
        "none",
        "same-origin",
    ):
        abort(403)


@blueprint.after_request
def guard_page(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.app_template_filter("day_and_time")
def day_and_time(at: datetime) -> str:
    local = at.astimezone(TOKYO)
    return f"{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


@blueprint.get("/")
def home() -> str:
    return _page(request.args.get("who", ""))


def _page(username: str, **kept: Any) -> str:
    """The customer's view; `kept` is what a refused form had, and why it was refused."""
    with ground().store.reading() as db:
        scene = scenes.of_customer(db, ground().account_id, username)
    return render_template("sandbox/home.html", scene=scene, kept=kept)


def _refuse(username: str, sentence: str, **kept: str) -> tuple[str, int]:
    return _page(username, sentence=sentence, **kept), 422


@blueprint.get("/<username>")
def profile(username: str) -> AnyResponse | str:
    with ground().store.reading() as db:
        person = people.by_username(db, username)
        if person is None:
            abort(404)
        if not people.is_own(db, person.id):
            return redirect(url_for("play.home", who=person.username))
        scene = scenes.of_account(db, person)
    return render_template("sandbox/account.html", scene=scene)


@blueprint.get("/<username>/status/<post_id>")
def permalink(username: str, post_id: str) -> str | tuple[str, int]:
    """A post in its conversation. As on X, the id alone decides; the username may be any."""
    with ground().store.reading() as db:
        scene = scenes.of_thread(db, ground().account_id, post_id, request.args.get("who", ""))
    if scene is None:
        return render_template("sandbox/missing.html"), 404
    return render_template("sandbox/thread.html", scene=scene, kept={})


@blueprint.post("/sandbox/people")
def add_person() -> AnyResponse | tuple[str, int]:
    username = request.form.get("username", "").strip().lstrip("@＠")
    if not text.USERNAME.fullmatch(username):
        return _refuse(
            "", "ユーザー名は、半角の英数字と _ で15文字までにしてください。", form="person"
        )
    given = {
        "username": username,
        "name": request.form.get("name", "").strip() or username,
        "accepts_dms": "accepts_dms" in request.form,
    }
    with ground().store.writing() as db:
        if people.by_username(db, username):
            return _refuse(
                "",
                f"@{username} はすでに使われています。別のユーザー名にしてください。",
                form="person",
            )
        posting.introduce(db, given, ground().clock())
    return redirect(url_for("play.home", who=username), 303)


@blueprint.post("/sandbox/posts")
def add_post() -> AnyResponse | tuple[str, int]:
    username, words = request.form.get("who", ""), _words()
    problem = _why_not(words, text.LONG_POST_LIMIT)
    if problem:
        return _refuse(username, problem, form="post", text=words)
    draft = Draft(words, in_reply_to=snowflakes.read(request.form.get("in_reply_to", "")))
    now = ground().clock()
    try:
        with ground().store.writing() as db:
            player = _player(db, username)
            draft = replace(draft, media=_picture(db, player, "tweet_image"))
            posting.write(db, player, draft, now, ground().weigh)
    except problems.Problem:
        return _refuse(username, NO_PICTURE, form="post", text=words)
    except Refusal:
        return _refuse(
            username,
            "返信先の投稿が見つかりません。削除されていないかご確認ください。",
            form="post",
            text=words,
        )
    return _back(username)


@blueprint.post("/sandbox/messages")
def add_message() -> AnyResponse | tuple[str, int]:
    username, words = request.form.get("who", ""), _words()
    problem = _why_not(words, text.DM_LIMIT)
    if problem:
        return _refuse(username, problem, form="message", text=words)
    try:
        with ground().store.writing() as db:
            desk, player = people.by_id(db, ground().account_id), _player(db, username)
            assert desk is not None
            carried = _picture(db, player, "dm_image")
            messaging.message(db, player, desk, words, ground().clock(), media=carried)
    except problems.Problem:
        return _refuse(username, NO_PICTURE, form="message", text=words)
    except Refusal:
        return _refuse(username, "窓口がこのお客様のDMを止めています。", form="message", text=words)
    return redirect(url_for("play.home", who=username, _anchor="dm"), 303)


def _picture(db: Connection, owner: User, category: str) -> tuple[Media, ...]:
    """The picture that came with a form, if one did. Raises Problem."""
    file = request.files.get("picture")
    content = file.read() if file else b""
    if not content:
        return ()
    return (uploading.whole(db, owner, category, content, ground().clock()),)


@blueprint.get("/sandbox/messages/files/<int(max=9223372036854775807):media_id>.<ending>")
def message_file(media_id: int, ending: str) -> Response:
    """What a message carries, for these pages: they show every message to whoever opens them."""
    with ground().store.reading() as db:
        item = media.by_id(db, media_id)
    if item is None:
        abort(404)
    return files.private(item, still=False)


@blueprint.post("/sandbox/posts/<post_id>/edition")
def edit_post(post_id: str) -> AnyResponse | tuple[str, int]:
    username, words = request.form.get("who", ""), _words()
    problem = _why_not(words, text.LONG_POST_LIMIT)
    try:
        with ground().store.writing() as db:
            player = _player(db, username)
            post = posts.by_id(db, snowflakes.read(post_id))
            if post and post.author_id == player.id and problem is None:
                posting.edit(db, post.id, words, ground().clock(), ground().weigh)
    except Refusal:
        problem = "この投稿はもう編集できません。編集できるのは、1時間以内に5回までです。"
    return _refuse(username, problem, form="post", text=words) if problem else _back(username)


@blueprint.post("/sandbox/posts/<post_id>/deletion")
def delete_post(post_id: str) -> AnyResponse:
    username = request.form.get("who", "")
    with ground().store.writing() as db:
        player = _player(db, username)
        post = posts.by_id(db, snowflakes.read(post_id))
        if post and post.author_id == player.id:
            posts.delete(db, post.id)
    return _back(username)


def _player(db: Connection, username: str) -> User:
    """The customer being played: anybody but our own accounts."""
    person = people.by_username(db, username)
    if person is None or people.is_own(db, person.id):
        abort(404)
    return person


def _words() -> str:
    return text.clean(request.form.get("text", "").replace("\r\n", "\n"))


def _why_not(words: str, limit: int) -> str | None:
    if not words.strip():
        return "本文が空です。ひとこと書いてから送ってください。"
    if len(words) > limit:
        return f"{limit:,}文字までにしてください（今は{len(words):,}文字です）。"
    return None


def _back(username: str) -> AnyResponse:
    """To the page the form stood on; only paths of our own."""
    thread = request.form.get("thread", "")
    if snowflakes.read(thread):
        return redirect(
            url_for("play.permalink", username=username, post_id=thread, who=username), 303
        )
    return redirect(url_for("play.home", who=username), 303)
