"""A spike in words: what the banner, its page and the list say."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.incidents import fits, raising, spikes
from support.incidents.spark import Spark, spark
from support.incidents.spike_records import Spike
from support.incidents.spikes import DEMANDS, Sensitivity
from support.incidents.vocabulary import Kind
from support.web.language import zone
from support.web.replies.schedule import FIELD

KINDS: dict[str, Any] = {
    Kind.TROUBLE: _l("困りごとのことば"),
    Kind.PRODUCT: _l("製品・サービス名"),
    Kind.REGION: _l("地域名"),
    Kind.TAG: _l("タグ"),
    Kind.FOUND: _l("自動で見つけたことば"),
    Kind.ANY: _l("困りごと全般"),
}
SENSITIVITIES: dict[Sensitivity, tuple[Any, Any]] = {
    Sensitivity.KEEN: (
        _l("敏感"),
        _l("小さな急増も知らせます。誤検知は3か月に数回まで見込みます。"),
    ),
    Sensitivity.NORMAL: (_l("ふつう"), _l("誤検知は3か月に1、2回までを目安にします。")),
    Sensitivity.CALM: (
        _l("控えめ"),
        _l("はっきりした急増だけを知らせます。誤検知は年に1、2回が目安です。"),
    ),
}
STATES: dict[str, tuple[Any, str]] = {
    "open": (_l("未対応"), "danger"),
    "snoozed": (_l("様子見"), "warn"),
    "dismissed": (_l("誤検知"), ""),
    "taken": (_l("障害として対応"), "accent"),
}


@dataclass(frozen=True)
class Shown:
    """A spike as it is drawn."""

    spike: Spike
    title: str
    detail: str
    beside: list[str]
    """Other words that rose with it."""
    small: Spark
    state: Any
    tone: str

    @property
    def new_incident(self) -> str:
        """Where an incident is opened with its words filled in."""
        if "incidents.new" not in current_app.view_functions:
            return ""
        return url_for("incidents.new", spike=self.spike.id)

    @property
    def large(self) -> Spark:
        it = self.spike
        return spark(it.course, it.begun_at, it.ended_at, width=640, height=120)


def shown(spike: Spike) -> Shown:
    state, tone = STATES[spike.state]
    return Shown(
        spike,
        title_of(spike),
        usual_of(spike),
        beside(spike),
        spark(spike.course, spike.begun_at, spike.ended_at, width=120, height=32, last=15),
        state,
        tone,
    )


def title_of(spike: Spike) -> str:
    values = {"word": spike.word, "minutes": spike.minutes, "people": spike.people}
    if spike.kind == Kind.ANY:
        return str(gettext("困りごとの投稿が%(minutes)s分で%(people)s人", **values))
    if spike.kind == Kind.TAG:
        return str(gettext("タグ「%(word)s」の困りごとが%(minutes)s分で%(people)s人", **values))
    if spike.kind in (Kind.REGION, Kind.PRODUCT):
        return str(gettext("「%(word)s」の困りごとが%(minutes)s分で%(people)s人", **values))
    return str(gettext("「%(word)s」を含む投稿が%(minutes)s分で%(people)s人", **values))


def proposed(spike: Spike) -> dict[str, str]:
    """The form of an incident, filled in from what rises."""
    keys = raising.keys_of(spike)
    rule = fits.proposed(raising.naming(spike), keys)
    return {
        "spike": str(spike.id),
        "account": str(spike.account_id),
        "title": _named(spike),
        "area": "、".join(it.word for it in keys if it.kind == Kind.REGION),
        "begun": f"{spike.begun_at.astimezone(zone()):{FIELD}}",
        "words": fits.shown(rule.words),
        "tags": fits.shown(rule.tags),
    }


def _named(spike: Spike) -> str:
    """A name for it that may be read by customers."""
    if spike.kind == Kind.REGION:
        return str(gettext("%(word)sでの不具合", word=spike.word))
    if spike.kind == Kind.PRODUCT:
        return str(gettext("%(word)sの不具合", word=spike.word))
    if spike.kind in (Kind.ANY, Kind.TAG):
        return str(gettext("サービスの不具合"))
    return str(gettext("「%(word)s」の件", word=spike.word))


def usual_of(spike: Spike) -> str:
    """What is usual then, and how many times that it is."""
    if spike.usual < 1:
        return str(gettext("通常は%(minutes)s分に1人未満", minutes=spike.minutes))
    return str(
        gettext(
            "通常は%(minutes)s分に%(usual)s人（%(times)s倍）",
            minutes=spike.minutes,
            usual=round(spike.usual),
            times=round(spike.times, 1),
        )
    )


def beside(spike: Spike) -> list[str]:
    """Words that rose with what names it; of direct messages they are words a lead chose."""
    named = raising.naming(spike)
    return [key.word for key in raising.keys_of(spike) if key.word and key != named][:6]


def stricter(sensitivity: Sensitivity) -> int:
    """People a word needs that was dismissed twice."""
    return round(DEMANDS[sensitivity].people * spikes.STRICTER)
