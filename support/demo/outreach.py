"""People in trouble who did not call: two searches, whom they found, and what was offered.

Outreach is on here: nothing of a practice desk reaches X.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.demo.loading import HANDLE, Cast
from support.demo.on_x import Said, put_on_x
from support.inbox.receiving import receive
from support.outreach import contacting, offering, switching
from support.outreach.following import follow
from support.outreach.policy import Policy
from support.outreach.records import Listening, OutreachSwitch, Prospect
from support.outreach.scoring import scale
from support.tickets.records import Ticket
from support.x.client import XClient
from support.x.posts import Post

SLOW, ROUTER = "つながらない・遅い", "ルーターの不調"
QUERIES = {
    SLOW: "ひかり回線 (遅い OR つながらない OR 止まる) -is:retweet lang:ja",
    ROUTER: "ひかり ルーター (赤 OR 点滅 OR 再起動) -is:retweet lang:ja",
}
WORDINGS = (
    "ご不便をおかけしております。{account_name}の{agent_name}と申します。よろしければ、"
    "こちらで状況をお調べいたします。このままご返信ください。",
    "お困りのご様子を拝見しました。{account_name}の{agent_name}です。お手伝いできることが"
    "あれば、このままお知らせください。",
    "ご投稿を拝見しました。{account_name}の{agent_name}と申します。原因を一緒に確かめさせて"
    "いただけますか。",
)
FOUND = (
    ("kakuu_yakin", "夜勤明けのパン", 412, 12, SLOW,
     "ひかり回線、もう3日も夜だけ遅い。サポートに電話してもつながらないし、どうすればいいんだろう…"),
    ("mihon_amaoto", "雨音メモ", 1930, 38, SLOW,
     "ひかり回線にしてからオンライン授業が止まる。ルーターの場所が悪いのかな"),
    ("kakuu_mugicha", "麦茶と扇風機", 88, 55, ROUTER,
     "ひかりのルーター、赤のランプが点滅したまま。再起動も3回した。明日テレワークなのに"),
    ("kakuu_kitamado", "北の窓", 240, 90, ROUTER,
     "ルーター再起動したらひかり自体つながらなくなった…説明書どこだっけ"),
    ("sample_sakanoue", "坂の上の自転車", 51, 70, SLOW,
     "今日はひかり回線ちょっと遅い気がする。まあ動画は見られるからいいか"),
    ("kakuu_kasumi", "かすみ草", 320, 200, SLOW,
     "ひかり回線がつながらない。子どもの授業、間に合うかな"),
    ("kakuu_mike", "三毛と暮らす", 77, 240, SLOW,
     "ひかり回線、雨の日だけ遅いのはなぜ。猫も不思議そうに見ている"),
    ("kakuu_koukoku", "回線えらび通信", 15200, 130, SLOW,
     "【比較】ひかり回線が遅いと感じたら？おすすめ5社を紹介します"),
    ("sample_yuunagi", "夕凪", 34, 300, SLOW, "ひかり回線、また止まった。もう慣れた"),
    ("mihon_komugi", "小麦とコーヒー", 156, 215, ROUTER,
     "ひかりのルーター、再起動してもWi-Fiの名前が出てこない。初期化って自分でやっていいの？"),
)  # fmt: skip
"""Username, name, followers, minutes ago, listening, words."""
APPROVED, SENT, SKIPPED = "kakuu_kitamado", "kakuu_kasumi", "kakuu_koukoku"
ANSWERED = "mihon_komugi"
ANSWER = (
    "お声がけありがとうございます。ルーターは白い縦長の機種です。"
    "初期化する前に確かめることはありますか？"
)
NEVER = "sample_yuunagi"
ABOUT = "ルーターの初期化"
AT_ANY_HOUR = Policy(own_hours={day: [("00:00", "24:00")] for day in range(7)})
"""Whoever tries the practice desk at night sees all of it."""


def settle(session: Session, cast: Cast, client: XClient, base_url: str, now: datetime) -> None:
    """Searches, offers and posts: one approved, two posted and seen, of which one was answered."""
    lead, agent, admin = (cast.team[key] for key in ("takahashi", "sato", "ito"))
    began = now - timedelta(days=2)
    why = "練習用のXで試すため"
    session.add(OutreachSwitch(is_on=True, reason=why, agent_id=admin.id, at=began))
    switching.save(session, AT_ANY_HOUR, by=admin, now=began)
    offer = offering.make(session, "お困りですか？", WORDINGS[0], None, by=lead, now=began)
    for words in WORDINGS[1:]:
        offering.add_wording(session, offer, words, by=lead, now=began)
    lists = [
        Listening(
            account_id=cast.account.id, name=name, query=query, built={}, offer_id=offer.id,
            made_by_id=lead.id, made_at=began, read_at=now,
        )
        for name, query in QUERIES.items()
    ]  # fmt: skip
    session.add_all(lists)
    session.flush()
    bodies = [_body(cast, agent, words) for words in WORDINGS]
    ours = {SENT: bodies[0], ANSWERED: bodies[2]}
    ids = _on_x(base_url, ours, now)
    shown = {post.x_id: post for post in client.posts(list(ids.values())).posts}
    found = _find(session, {it.name: it for it in lists}, ids, shown, now)
    order = {SENT: 0, APPROVED: 1, ANSWERED: 2}
    said = {name: (bodies[n], offer.wordings[n].id) for name, n in order.items()}
    _contact(session, agent, found, said, now)
    seen = [shown[ids[_ours(name)]] for name in ours]
    receive(session, cast.account, seen, stream="own", now=now)
    follow(session, now)
    taken = receive(session, cast.account, [shown[ids["answer"]]], stream="mentions", now=now)
    (ticket_id,) = taken.tickets
    session.get_one(Ticket, ticket_id).subject = ABOUT
    follow(session, now)


def _body(cast: Cast, agent: Agent, words: str) -> str:
    values = {"account_name": cast.account.name, "agent_name": agent.family_name}
    return offering.filled(words, values, offering.ending_of(cast.account, agent))


def _ours(username: str) -> str:
    """Names what we said to them."""
    return f"to {username}"


def _on_x(base_url: str, ours: dict[str, str], now: datetime) -> dict[str, str]:
    """Ids of their posts by username, of ours, and of the answer to one."""
    people = [{"username": it[0], "name": it[1], "followers": it[2]} for it in FOUND]
    said = [Said(it[0], False, it[0], it[5], now - timedelta(minutes=it[3])) for it in FOUND]
    at = now - timedelta(hours=2)
    said += [Said(_ours(it), False, HANDLE, body, at, it) for it, body in ours.items()]
    at = now - timedelta(minutes=34)
    answers = _ours(ANSWERED)
    said.append(Said("answer", False, ANSWERED, ANSWER, at, answers, names_us=True))
    return put_on_x(base_url, people, said, run=f"outreach {now.isoformat()}")


def _find(
    session: Session,
    lists: dict[str, Listening],
    ids: dict[str, str],
    shown: dict[str, Post],
    now: datetime,
) -> dict[str, Prospect]:
    """As a read of each listening leaves them."""
    found = {}
    account = next(iter(lists.values())).account
    judging = scale(session, account)
    for username, name, followers, _, listing, words in FOUND:
        post = shown[ids[username]]
        found_at = min(post.posted_at + timedelta(minutes=5), now)
        trouble = judging.judge(words, found_at - post.posted_at, followers)
        found[username] = Prospect(
            listening_id=lists[listing].id, account_id=lists[listing].account_id,
            post_x_id=post.x_id, author_x_id=post.author_x_id, username=username, name=name,
            followers=followers, text=words, language="ja", thread_x_id=post.thread_x_id,
            posted_at=post.posted_at, score=trouble.score, phrase=trouble.phrase,
            raw=dict(post.raw), found_at=found_at,
        )  # fmt: skip
    session.add_all(found.values())
    session.flush()
    return found


def _contact(
    session: Session,
    agent: Agent,
    found: dict[str, Prospect],
    said: dict[str, tuple[str, int]],
    now: datetime,
) -> None:
    at = now - timedelta(hours=2, minutes=1)
    for username, (body, wording_id) in said.items():
        it = found[username]
        contacting.approve(session, it, body, by=agent, now=at, wording_id=wording_id)
    for username in (SENT, ANSWERED):
        contacting.hand_over(session, found[username], by=agent, now=at)
    contacting.skip(session, found[SKIPPED], "joke", by=agent, now=at)
    contacting.never(session, found[NEVER], "お電話でのお申し出", by=agent, now=at)
