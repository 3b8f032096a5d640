"""Choosing pictures for a reply: with and without script, refused, taken back, shown."""

import io
import re

import pytest

from tests.replies.test_images import SECRET, noted, picture
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says()
    return talk


def file(data=None, name="plan.jpg"):
    return (io.BytesIO(picture() if data is None else data), name)


def stored(talk):
    return [(it.position, it.mime, it.alt) for reply in talk.replies() for it in reply.images]


def test_pictures_are_stored_with_the_reply_cleaned_and_in_order(talk, misaki):
    photo = picture(exif=noted())
    answer = send(
        misaki,
        talk.ticket,
        "こちらです",
        image1=file(photo),
        alt1="料金プランの表",
        image2=file(picture("PNG"), "b.png"),
    )
    assert answer.status_code == 303
    assert stored(talk) == [(1, "image/jpeg", "料金プランの表"), (2, "image/png", "")]
    page = misaki.get(path(talk.ticket)).text
    address = re.search(r'<img src="(/replies/images/\d+)" alt="料金プランの表"', page)[1]
    shown = misaki.get(address)
    assert shown.content_type == "image/jpeg"
    assert SECRET not in shown.data
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_shown_to_nobody_who_is_not_signed_in(talk, misaki, client):
    send(misaki, talk.ticket, "こちらです", image1=file())
    assert client.get("/replies/images/1").status_code == 303
    assert misaki.get("/replies/images/999").status_code == 404
    assert misaki.get(f"/replies/images/{2**40}").status_code == 404


def test_a_form_without_pictures_sends_as_before(talk, misaki):
    assert send(misaki, talk.ticket, "承知しました").status_code == 303
    assert stored(talk) == []


@pytest.mark.parametrize("part", [False, True])
def test_a_file_that_is_no_picture_keeps_the_words_and_the_form(talk, misaki, part):
    before = hidden(misaki.get(path(talk.ticket)).text)["key"]
    answer = send(
        misaki, talk.ticket, "こちらです", part=part, key=before, image1=file(b"no", "plan.pdf")
    )
    assert answer.status_code == 422
    assert "「plan.pdf」は画像として読めません" in answer.text
    assert "こちらです</textarea>" in answer.text
    assert f'id="images-{before}" hx-preserve' in answer.text, "chosen files stay where they are"
    assert ("もう一度選んでください" in answer.text) is not part
    assert talk.replies() == []


def test_a_megabyte_is_enough_for_every_other_form(talk, misaki):
    large = b"\0" * 1_500_000
    refused = forms.post(misaki, path(talk.ticket, "notes"), {"body": large})
    assert refused.status_code == 413
    taken = send(misaki, talk.ticket, "こちらです", image1=file(large))
    assert taken.status_code == 422, "read, and found to be no picture"


def test_a_form_larger_than_its_pictures_may_be_is_refused(talk, misaki):
    assert send(misaki, talk.ticket, "x", image1=file(b"\0" * 25_000_000)).status_code == 413
    assert talk.replies() == []


def test_pictures_of_a_reply_that_was_taken_back_return_to_the_form(talk, misaki):
    send(misaki, talk.ticket, "こちらです", image1=file(), alt1="表")
    (reply,) = talk.replies()
    page = misaki.get(path(talk.ticket)).text
    assert "画像1" in page
    answer = forms.post(misaki, f"/replies/{reply.id}/undo")
    page = misaki.get(answer.headers["Location"]).text
    (kept,) = re.findall(r'name="keep" value="(\d+)" checked', page)
    again = {**hidden(page), "body": "こちらでした", "keep": kept, f"alt_of_{kept}": "料金の表"}
    sent = misaki.post(path(talk.ticket, "replies"), data=again, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert stored(talk) == [(1, "image/jpeg", "表"), (1, "image/jpeg", "料金の表")]


def test_pictures_of_a_reply_that_is_on_its_way_are_not_taken_from_it(talk, misaki):
    send(misaki, talk.ticket, "こちらです", image1=file())
    number = talk.replies()[0].images[0].id
    talk.says("@hikari_care もう一つ", number=3)
    send(misaki, talk.ticket, "はい", keep=str(number), image2=file(picture("PNG"), "b.png"))
    assert stored(talk) == [(1, "image/jpeg", ""), (1, "image/png", "")]


def test_the_preview_is_asked_without_the_files(talk, misaki):
    page = misaki.get(path(talk.ticket)).text
    assert 'enctype="multipart/form-data"' in page
    area = re.search(r"<textarea id=\"body\"[^>]*>", page)[0]
    assert 'hx-encoding="application/x-www-form-urlencoded"' in area
