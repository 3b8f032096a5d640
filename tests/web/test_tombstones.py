"""How a message looks that X took back, was edited, carries media or is somebody else's."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from support.compliance.emptying import empty_posts, hide_person
from support.conversations.records import Attachment, Customer, Message, MessageVersion
from support.replies.records import ReplyPart
from tests.cast import YUUKI
from tests.web.talk import Talk, path


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def gone(session, clock, x_id, kind="post"):
    empty_posts(
        session,
        [x_id],
        kind=kind,
        reason="deleted",
        noticed_by="webhook",
        noticed_at=clock(),
        now=clock(),
    )
    session.commit()


def thread(page):
    return page[page.index('id="thread"') : page.index('class="reply-zone"')]


def test_a_deleted_post_leaves_a_tombstone_that_says_when(session, talk, clock, misaki):
    talk.says("@hikari_care 秘密です")
    gone(session, clock, talk.ticket.latest_message.x_id)
    page = misaki.get(path(talk.ticket)).text
    assert "秘密" not in page
    assert "この投稿は削除されました" in thread(page)
    assert "に内容を消去" in thread(page)
    assert "/status/" not in thread(page), "there is nothing to see on X"
    assert "対象外（投稿なし）" in page[page.index('id="sla-timers"') :]
    assert "この投稿は削除されました" in misaki.get("/").text


def test_a_deleted_message_is_not_called_a_post(session, talk, clock, misaki):
    talk.says("秘密です", private=True)
    gone(session, clock, talk.ticket.latest_message.x_id, kind="dm")
    page = thread(misaki.get(path(talk.ticket)).text)
    assert "このメッセージは削除されました" in page
    assert "秘密" not in page


def test_nothing_answers_a_tombstone(session, talk, clock, misaki):
    talk.says("@hikari_care 秘密です")
    gone(session, clock, talk.ticket.latest_message.x_id)
    page = misaki.get(path(talk.ticket)).text
    assert 'name="answers"' not in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("protected", "非公開になったため"),
        ("suspended", "凍結されたため"),
        ("gone", "Xからなくなったため"),
        ("purged", "内容は消去しました"),
    ],
)
def test_a_person_out_of_sight_is_named_as_such(session, talk, clock, misaki, reason, words):
    talk.says()
    hide_person(
        session, YUUKI.x_id, reason=reason, noticed_by="check", noticed_at=clock(), now=clock()
    )
    session.commit()
    page = misaki.get(path(talk.ticket)).text
    assert words in thread(page)
    card = page[page.index('id="customer-card"') :]
    assert "消去しました" in card[: card.index("</section>")]
    assert "在宅です。" not in page


def test_our_deleted_post_keeps_its_words_and_says_so(session, talk, clock, misaki):
    talk.says()
    talk.answers("お調べします。")
    gone(session, clock, session.scalars(select(ReplyPart.x_id)).one())
    page = thread(misaki.get(path(talk.ticket)).text)
    assert "お調べします。" in page
    assert "X上では削除済み" in page


def test_an_edited_post_shows_its_earlier_words_on_demand(session, talk, clock, misaki):
    talk.says("@hikari_care 遅いです")
    message = talk.ticket.latest_message
    newest = str(int(message.x_id) + 1)
    message.edited_at, message.latest_x_id = clock(), newest
    for x_id, text in ((message.x_id, "おそい"), (newest, message.text)):
        message.versions.append(
            MessageVersion(x_id=x_id, text=text, written_at=clock(), received_at=clock())
        )
    session.commit()
    page = thread(misaki.get(path(talk.ticket)).text)
    versions = page[page.index('class="versions"') :]
    versions = versions[: versions.index("</details>")]
    assert "編集済み" in versions
    assert re.findall(r"<bdi>([^<]+)</bdi>", versions) == ["おそい"]
    assert f"/status/{newest}" in page


def test_media_are_shown_through_the_desk_only(session, talk, misaki):
    talk.says("@hikari_care これです https://t.co/abc")
    talk.ticket.latest_message.attachments = [
        Attachment(media_key="3_1", kind="photo", url="https://pbs.twimg.com/a", alt="<赤い>灯"),
        Attachment(
            media_key="7_1",
            kind="video",
            url="https://video.twimg.com/a",
            preview_url="https://pbs.twimg.com/b",
        ),
        Attachment(media_key="16_1", kind="animated_gif", url="https://video.twimg.com/b"),
    ]
    session.commit()
    page = misaki.get(path(talk.ticket)).text
    assert "twimg.com" not in page
    assert 'alt="&lt;赤い&gt;灯"' in page
    videos = re.findall(r"<video[^>]*>", page)
    assert all('controls preload="none"' in video for video in videos)
    assert ["loop muted" in video for video in videos] == [False, True]
    assert "t.co" not in thread(page), "the link to the media is drawn as the media"


def test_names_tags_and_times_lead_to_x(session, talk, misaki):
    talk.says("@hikari_care #光回線 が遅い https://example.com/a")
    page = thread(misaki.get(path(talk.ticket)).text)
    x_id = talk.ticket.latest_message.x_id
    for address in (
        "https://x.com/hikari_care",
        "https://x.com/hashtag/%E5%85%89%E5%9B%9E%E7%B7%9A",
        "https://example.com/a",
        "https://x.com/kakuu_yuuki",
    ):
        assert re.search(rf'<a [^>]*href="{re.escape(address)}"[^>]*rel="noopener', page), address
    linked = rf'href="https://x.com/kakuu_yuuki/status/{x_id}"[^>]*><time'
    assert re.search(linked, page)


def test_a_face_is_asked_of_the_desk_and_only_where_there_is_one(session, talk, misaki):
    talk.says()
    assert "/avatars/" not in misaki.get(path(talk.ticket)).text
    session.execute(update(Customer).values(avatar_url="https://pbs.twimg.com/p.jpg"))
    session.commit()
    page = misaki.get(path(talk.ticket)).text
    number = session.scalars(select(Customer.id)).one()
    assert page.count(f'src="/avatars/{number}"') == 2


def test_somebody_else_in_the_thread_is_shown_as_such(session, talk, clock, misaki):
    talk.says()
    other = Customer(x_id="77", username="mihon_taro", name="見本太郎", first_seen_at=clock())
    session.add(
        Message(
            conversation_id=talk.ticket.conversation_id,
            ticket_id=talk.ticket.id,
            x_id="99",
            channel="public",
            author=other,
            text="私もです",
            posted_at=clock() + timedelta(minutes=1),
            received_at=clock(),
            raw={},
        )
    )
    session.commit()
    page = thread(misaki.get(path(talk.ticket)).text)
    assert "見本太郎" in page
    assert page.count("別の方") == 1
