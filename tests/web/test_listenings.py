"""Saved searches on their pages: built, priced, listed, and asked by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.audit.records import AuditEntry
from support.db import engine_for
from support.lexicon.records import LexiconWord
from support.outreach.records import Listening, ListeningRead, OutreachSwitch
from support.x.errors import Meaning, XError
from support.x.records import Account, Charge
from tests.fakes import THURSDAY
from tests.web.forms import PART, Browser, post

LIST, NEW = "/outreach/listenings", "/outreach/listenings/new"
BUILT = {
    "how": "built",
    "name": "遅い",
    "any_of": "ひかり回線\nルーター",
    "trouble": "遅い、つながらない",
    "none_of": "懸賞",
    "without_reposts": "1",
    "without_ours": "1",
    "languages": "ja",
    "every_minutes": "15",
    "most_per_day": "200",
}
QUERY = (
    "(ひかり回線 OR ルーター) (遅い OR つながらない) -懸賞 -@hikari_care -from:hikari_care"
    " -is:retweet lang:ja"
)


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def change(database_url):
    """Writes beside the requests."""
    engine = engine_for(database_url)

    def do(deed):
        with Session(engine) as session:
            deed(session)
            session.commit()

    yield do
    engine.dispose()


def saved(session):
    session.rollback()
    return session.scalars(select(Listening).order_by(Listening.id)).all()


def of_account(cast, **more):
    return BUILT | {"account_id": str(cast.account.id)} | more


class TestBuilding:
    def test_the_fields_make_a_query_and_are_kept(self, lead, cast, session):
        page = lead.post(NEW, **of_account(cast))
        assert "「遅い」を保存しました" in page
        (row,) = saved(session)
        assert row.query == QUERY
        assert row.built["none_of"] == ["懸賞"]
        assert row.made_by_id == cast.ryo.id
        again = lead.get(f"{LIST}/{row.id}")
        assert "つながらない" in again
        assert 'name="without_links" value="1">' in again, "what was not chosen is not"

    def test_the_query_is_shown_as_it_grows_with_its_length(self, ryo, cast):
        answer = post(ryo, f"{LIST}/query", of_account(cast), headers=PART)
        assert f"{len(QUERY)} / 512文字" in answer.text
        assert "<html" not in answer.text
        whole = post(ryo, f"{LIST}/query", of_account(cast))
        assert "<html" in whole.text, "without a script the page comes back"
        assert "ルーター" in whole.text

    def test_one_that_is_too_long_is_not_saved_and_nothing_is_lost(self, lead, cast, session):
        many = "\n".join(f"とても長い言葉その{n}" for n in range(80))
        page = lead.post(NEW, 422, **of_account(cast, any_of=many))
        assert "検索式は512文字までです" in page
        assert "とても長い言葉その79" in page
        assert saved(session) == []

    def test_a_query_by_hand_is_checked_before_x_is_asked(self, lead, cast, session):
        said = {"how": "hand", "query": "ひかり near:東京 -(a b)"}
        page = lead.post(NEW, 422, **of_account(cast, **said))
        assert "「near:」という指定はXにありません" in page
        assert "かっこごと「-」で除外することはできません" in page
        assert "ひかり near:東京" in page
        assert saved(session) == []

    def test_one_by_hand_keeps_no_fields(self, lead, cast, session):
        lead.post(NEW, **of_account(cast, how="hand", query="ひかり  lang:ja"))
        (row,) = saved(session)
        assert (row.query, row.built) == ("ひかり lang:ja", {})

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("name", "", "名前は1文字から60文字まで"),
            ("every_minutes", "1", "5から1440までの数"),
            ("every_minutes", "²", "5から1440までの数"),
            ("most_per_day", "9999999", "10から5000までの数"),
            ("offer_id", "77", "この文面はもう使えません"),
        ],
    )
    def test_what_cannot_be_taken_is_said(self, lead, cast, session, field, value, sentence):
        page = lead.post(NEW, 422, **of_account(cast, **{field: value}))
        assert sentence in page
        assert saved(session) == []

    def test_an_account_that_is_not_there_is_not_found(self, lead, cast, session):
        page = lead.post(NEW, 422, **of_account(cast, account_id="9999"))
        assert "アカウントを選んでください" in page
        assert saved(session) == []

    def test_our_words_and_competitors_go_in(self, lead, cast, session):
        for purpose, text in (("product", "ひかりケア"), ("competitor", "@sora_hikari")):
            lead.post("/outreach/words", purpose=purpose, text=text)
        said = {"products": "1", "without_competitors": "1", "any_of": ""}
        lead.post(NEW, **of_account(cast, **said))
        (row,) = saved(session)
        assert row.query.startswith("ひかりケア (遅い OR つながらない) -懸賞 -from:sora_hikari")


class TestForecast:
    def test_says_what_a_month_would_cost_beside_the_cap(self, lead, cast, counting, change):
        def cap(session):
            session.get_one(Account, cast.account.id).monthly_cap_micros = 10_000_000

        change(cap)
        page = lead.post(f"{LIST}/forecast", **of_account(cast))
        assert counting.asked == [QUERY]
        assert "336件（1日平均48.0件、多い日で48件）" in page
        assert "$7.20" in page
        assert "$30.00" in page, "at the most"
        assert "今月の残り31日で、上限の85%には届かない見込みです" in page
        assert "見積もり" in page

    def test_says_where_searching_would_rest_for_the_month(self, lead, cast, counting, change):
        """Under the cap, and yet it rests: the rest of the cap is kept for answers."""

        def cap(session):
            session.get_one(Account, cast.account.id).monthly_cap_micros = 8_000_000

        change(cap)
        page = lead.post(f"{LIST}/forecast", **of_account(cast))
        assert "今月の残り31日のうちに、上限の85%に届く見込みです" in page
        assert "この検索だけで上限の85%に届きます" in page

    def test_it_is_paid_for(self, lead, cast, counting, session):
        lead.post(f"{LIST}/forecast", **of_account(cast))
        session.rollback()
        assert [it.items for it in session.scalars(select(Charge))] == [1]

    def test_what_it_costs_is_said_before(self, lead, cast):
        assert "費用を見積もる（最大 $0.005）" in lead.get(NEW)

    def test_without_an_apps_token_it_says_what_to_do(self, lead, cast):
        page = lead.post(f"{LIST}/forecast", 422, **of_account(cast))
        assert "アプリのBearer Token" in page
        assert "ルーター" in page

    def test_xs_own_refusal_is_shown(self, lead, cast, counting, session):
        counting.fails = XError(Meaning.REFUSED, 400, "Reference to invalid field 'x'")
        page = lead.post(f"{LIST}/forecast", 422, **of_account(cast))
        assert "Reference to invalid field &#39;x&#39;" in page
        session.rollback()
        assert session.scalars(select(Charge)).all() == [], "what fails is free"

    def test_x_is_not_asked_when_the_month_is_nearly_spent(self, lead, cast, counting, change):
        def cap(session):
            session.get_one(Account, cast.account.id).monthly_cap_micros = 0

        change(cap)
        page = lead.post(f"{LIST}/forecast", 422, **of_account(cast))
        assert "今月の上限に近いため、調べられません" in page
        assert counting.asked == []


class TestList:
    @pytest.fixture
    def row(self, lead, cast, session):
        lead.post(NEW, **of_account(cast))
        return saved(session)[0]

    def test_todays_counts_cost_problem_and_what_was_missed(self, lead, row, change):
        def happened(session):
            it = session.get_one(Listening, row.id)
            it.problem = "Reference to invalid operator"
            it.missed_from_at, it.missed_until_at = THURSDAY, THURSDAY + timedelta(days=1)
            it.missed_why = "window"
            session.add(ListeningRead(listening_id=it.id, day="2026-10-01", shown=40, new=7))
            session.add(ListeningRead(listening_id=it.id, day="2026-09-30", shown=500, new=7))

        change(happened)
        page = lead.get(LIST)
        assert "$0.200" in page
        assert "Reference to invalid operator" in page
        assert "直近7日間だけを探す" in page
        assert "アウトリーチはオフです" in page
        lead.post(f"{LIST}/{row.id}/noted")
        assert "直近7日間だけを探す" not in lead.get(LIST)

    def test_pause_resume_retire(self, lead, row, session):
        assert "停止中" in lead.post(f"{LIST}/{row.id}/pause")
        assert "停止中" not in lead.post(f"{LIST}/{row.id}/resume")
        assert "まだ条件がありません" in lead.post(f"{LIST}/{row.id}/retire")
        lead.get(f"{LIST}/{row.id}", 404)
        session.rollback()
        noted = [it.deed for it in session.scalars(select(AuditEntry))]
        assert noted.count("listening_changed") == 4

    def test_now_rings_only_where_x_may_be_asked(self, lead, row, later, change, cast):
        page = lead.post(f"{LIST}/{row.id}/now")
        assert "アウトリーチがオンになるまで" in page
        assert later.rung == []
        change(lambda s: s.add(OutreachSwitch(is_on=True, agent_id=cast.ryo.id, at=THURSDAY)))
        assert "検索しています" in lead.post(f"{LIST}/{row.id}/now")
        assert later.rung == [("hear", str(row.id))]

    def test_agents_read_and_do_not_change(self, row, signed_in, cast):
        misaki = Browser(signed_in(cast.misaki))
        page = misaki.get(LIST)
        assert "つながらない" in page
        assert "条件を追加" not in page
        misaki.get(NEW, 403)
        misaki.post(f"{LIST}/{row.id}/pause", 403)
        misaki.get("/outreach/research", 403)
        assert "加える" not in misaki.get("/outreach/words")

    def test_another_query_begins_anew(self, lead, row, session, change, cast):
        change(lambda s: setattr(s.get_one(Listening, row.id), "read_at", THURSDAY))
        lead.post(f"{LIST}/{row.id}", **of_account(cast, name="別の名前"))
        assert saved(session)[0].read_at == THURSDAY
        lead.post(f"{LIST}/{row.id}", **of_account(cast, none_of=""))
        assert saved(session)[0].read_at is None


class TestWords:
    def test_a_misspelling_says_what_it_means(self, lead, session):
        lead.post("/outreach/words", purpose="product", text="ひかり回線")
        page = lead.post("/outreach/words", 422, purpose="misspelling", text="ヒカリ回線")
        assert "どの商品名の書き間違いか" in page
        assert 'value="ヒカリ回線"' in page
        page = lead.post(
            "/outreach/words", purpose="misspelling", text="ヒカリ回線", stands_for="ひかり回線"
        )
        assert "→ <bdi>ひかり回線</bdi>" in page

    def test_a_word_is_kept_once_and_can_be_taken_out(self, lead, session):
        lead.post("/outreach/words", purpose="sensitive", text="葬儀")
        assert "もう入っています" in lead.post(
            "/outreach/words", 422, purpose="sensitive", text="葬儀"
        )
        (word,) = session.scalars(select(LexiconWord))
        lead.post(f"/outreach/words/{word.id}/remove")
        assert (
            "葬儀"
            not in lead.get("/outreach/words").split("</header>", 3)[-1].split("外しました")[0]
        )

    def test_another_kind_is_no_kind(self, lead):
        lead.post("/outreach/words", 400, purpose="anything", text="x")


def test_what_a_browser_sends_is_never_a_broken_page(lead, cast):
    odd = {"any_of": "\x00", "query": '"', "how": "hand", "account_id": "1" * 30}
    lead.post(NEW, 422, **odd)
    lead.post(f"{LIST}/query", **of_account(cast, trouble='-(OR)\nlang:xx\n""'))
