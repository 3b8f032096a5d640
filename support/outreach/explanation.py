"""Why a post scored as it did, in sentences a page can show beside the marked post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from support.errors import N_
from support.outreach.reading import Span


@dataclass(frozen=True)
class Reason:
    """`sentence` is a key of the catalogue, `values` fill it; `spans` are places in the post."""

    kind: str
    points: int
    spans: tuple[Span, ...] = ()
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return SENTENCES[self.kind]


SENTENCES = {
    "product": N_("商品名「%(words)s」があります"),
    "guessed": N_("商品名に近い「%(words)s」があります"),
    "outage": N_("「%(words)s」：つながらない・使えないという言葉です"),
    "slow": N_("「%(words)s」：遅い・止まるという言葉です"),
    "device": N_("「%(words)s」：機器や品物の不調を言っています"),
    "app": N_("「%(words)s」：アプリや手続きがうまくいかないと言っています"),
    "billing": N_("「%(words)s」：請求や支払いの困りごとです"),
    "support": N_("「%(words)s」：問い合わせ先への困りごとです"),
    "works": N_("「%(words)s」：工事や配送の困りごとです"),
    "help": N_("「%(words)s」：困っている、助けてほしいと言っています"),
    "upset": N_("「%(words)s」：怒りや不満の言葉です"),
    "cannot": N_("「%(words)s」：何かができないと言っています"),
    "hint": N_("「%(words)s」：不調をにおわせる言葉です"),
    "sarcastic": N_("「%(words)s」：ほめ言葉の形をした皮肉です"),
    "denied": N_("「%(words)s」は打ち消されているので数えません"),
    "hypothetical": N_("「%(words)s」は仮定や質問の中なので数えません"),
    "of_others": N_("「%(words)s」はほかの人のことなので数えません"),
    "of_rival": N_("「%(words)s」は他社のことなので数えません"),
    "rival": N_("他社の「%(words)s」について書いています"),
    "lasting": N_("「%(words)s」：続いている、または繰り返しています"),
    "urgent": N_("「%(words)s」：急いでいます"),
    "asks": N_("「%(words)s」：答えや助けを求めています"),
    "tried": N_("「%(words)s」：自分で試しています"),
    "feeling": N_("「%(words)s」：気持ちが強く出ています"),
    "telling": N_("「%(words)s」：いま起きていることとして訴えています"),
    "passing": N_("「%(words)s」：話のついでに触れているだけかもしれません"),
    "sarcasm": N_("「%(words)s」：皮肉の印があります"),
    "giveaway": N_("「%(words)s」：懸賞の投稿です"),
    "advert": N_("「%(words)s」：宣伝や募集の投稿です"),
    "news": N_("「%(words)s」：ニュースやお知らせです"),
    "bot": N_("「%(words)s」：自動投稿です"),
    "helping": N_("「%(words)s」：ほかの人に教えています"),
    "unaffected": N_("「%(words)s」：本人は困っていません"),
    "hearsay": N_("「%(words)s」：人から聞いた話です"),
    "others": N_("「%(words)s」：ほかの人の話です"),
    "solved": N_("「%(words)s」：もう解決しています"),
    "past": N_("「%(words)s」：昔の話です"),
    "if": N_("「%(words)s」：仮定や検討の話です"),
    "asking": N_("「%(words)s」：契約や商品についての質問です"),
    "wish": N_("「%(words)s」：お願いや希望です"),
    "joke": N_("「%(words)s」：冗談やたとえです"),
    "play": N_("「%(words)s」：遊びの中の話です"),
    "praise": N_("「%(words)s」：ほめています"),
    "mild": N_("「%(words)s」：軽く言っています"),
    "fresh": N_("投稿されたばかりです"),
    "old": N_("投稿から時間がたっています"),
    "reach": N_("フォロワーが%(count)s人います"),
    "approved_before": N_("同じような投稿を%(count)s回承認しました"),
    "skipped_before": N_("同じような投稿を%(count)s回見送りました"),
    "no_product": N_("商品名がないので、低く抑えています"),
    "no_trouble": N_("困っている言葉がないので、低く抑えています"),
    "only_rival": N_("困りごとは他社のものなので、低く抑えています"),
}
"""kind → what is said of it."""
