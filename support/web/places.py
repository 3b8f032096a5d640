"""Where the command palette leads: pages with their names, and how these are read."""

from dataclasses import dataclass

from support.agents.access import Deed
from support.errors import N_


@dataclass(frozen=True)
class Place:
    """A page; `words` are other names one may type for it: how it is read, in Latin letters too."""

    endpoint: str
    icon: str
    title: str
    words: str
    view: str | None = None
    keys: str = ""
    deed: Deed | None = None


PLACES = (
    Place(
        "tickets.queue",
        "all",
        N_("すべての未解決"),
        "inbox じゅしんばこ jushinbako mikaiketsu",
        keys="G I",
    ),
    Place(
        "tickets.queue",
        "mine",
        N_("自分の担当"),
        "mine じぶんのたんとう jibun tantou",
        "mine",
        "G M",
    ),
    Place(
        "tickets.queue", "unassigned", N_("未割当"), "unassigned みわりあて miwariate", "unassigned"
    ),
    Place("tickets.queue", "hourglass", N_("期限間近"), "due きげんまぢか kigen", "due"),
    Place(
        "tickets.queue",
        "waiting",
        N_("返信待ち（顧客）"),
        "waiting へんしんまち henshinmachi",
        "waiting",
    ),
    Place("tickets.queue", "pause-circle", N_("保留"), "held hold ほりゅう horyuu", "held"),
    Place(
        "tickets.queue", "resolved", N_("解決済み"), "resolved かいけつずみ kaiketsu", "resolved"
    ),
    Place("search.show", "search", N_("検索"), "search けんさく kensaku", keys="/"),
    Place(
        "canned.shelf",
        "canned",
        N_("定型回答"),
        "canned answers ていけいかいとう teikei kaitou",
        keys="G T",
    ),
    Place("alerts.show", "bell", N_("期限のお知らせ"), "alerts おしらせ oshirase"),
    Place(
        "approvals.queue",
        "shield",
        N_("承認待ち"),
        "approval しょうにん shounin",
        deed=Deed.APPROVE,
    ),
    Place(
        "outreach.show",
        "outreach",
        N_("アウトリーチ"),
        "outreach prospects あうとりーち おこえがけ okoegake",
        keys="G O",
    ),
    Place(
        "outreach.table",
        "outreach",
        N_("アウトリーチの一覧"),
        "outreach table あうとりーち いちらん ichiran",
    ),
    Place("offers.show", "memo", N_("お声がけのひな型"), "offers wording ひながた hinagata"),
    Place(
        "outreach_results.show",
        "report",
        N_("アウトリーチの結果"),
        "outreach results あうとりーち けっか kekka",
        deed=Deed.RUN_OUTREACH,
    ),
    Place("handover.show", "arrow-right", N_("引き継ぎ"), "handover shift ひきつぎ hikitsugi"),
    Place(
        "incidents.show_all",
        "incident",
        N_("障害・インシデント"),
        "incident outage しょうがい shougai いんしでんと",
    ),
    Place("house.show", "memo", N_("運用ルール"), "house rules うんようるーる unyou ruuru"),
    Place(
        "crisis.show",
        "alert",
        N_("炎上対応"),
        "crisis stop えんじょうたいおう enjou taiou ていし teishi",
    ),
    Place("reports.show", "report", N_("レポート"), "reports repooto", deed=Deed.SEE_REPORTS),
    Place(
        "review.show",
        "watch",
        N_("見守り"),
        "review みまもり mimamori",
        deed=Deed.REVIEW,
    ),
    Place(
        "coverage.show",
        "report",
        N_("見守りの状況"),
        "coverage agreement みまもりのじょうきょう mimamori joukyou",
        deed=Deed.REVIEW,
    ),
    Place(
        "typed_on_x.show",
        "external",
        N_("x.comで直接書いたもの"),
        "typed x.com ちょくせつかいたもの chokusetsu kaita",
        deed=Deed.REVIEW,
    ),
    Place(
        "reviewed.show",
        "star",
        N_("もらった見守り"),
        "feedback もらったみまもり moratta mimamori",
    ),
    Place(
        "report_mail.show",
        "send",
        N_("週次メール"),
        "weekly report mail しゅうじめーる shuuji meeru",
        deed=Deed.SEE_REPORTS,
    ),
    Place(
        "incident_reports.kept",
        "incident",
        N_("障害のテンプレート"),
        "incident templates しょうがいのてんぷれーと shougai tenpureeto",
    ),
    Place(
        "outreach_rules.read",
        "shield",
        N_("送る前の約束"),
        "manners outreach おくるまえのやくそく okurumae yakusoku こえかけ koekake",
        deed=Deed.OFFER_HELP,
    ),
    Place(
        "never_contact.show",
        "ban",
        N_("今後連絡しない方"),
        "never contact opt out こんごれんらくしない kongo renraku",
        deed=Deed.RUN_OUTREACH,
    ),
    Place(
        "listenings.show",
        "search",
        N_("見つける条件"),
        "listening saved search みつけるじょうけん mitsukeru jouken",
    ),
    Place(
        "listening_words.show",
        "outreach",
        N_("アウトリーチの言葉"),
        "outreach words あうとりーちのことば kotoba",
    ),
    Place(
        "research.show",
        "report",
        N_("調査する"),
        "research ちょうさする chousa",
        deed=Deed.RUN_OUTREACH,
    ),
    Place(
        "spikes.show",
        "pulse",
        N_("急増の記録"),
        "spikes きゅうぞう kyuuzou",
        deed=Deed.RUN_INCIDENTS,
    ),
    Place("agents.profile", "mine", N_("自分の設定"), "profile me じぶんのせってい jibun settei"),
)
READINGS = {
    "hours.show": "hours holidays えいぎょうじかん きゅうぎょうび eigyou jikan",
    "levels.show": "service level sla さーびすれべる",
    "alert_rules.show": "alert rules きげんのおしらせ oshirase",
    "spike_rules.show": "spikes きゅうぞう kyuuzou けんち kenchi",
    "teams.show": "team ちーむ",
    "accounts.show": "connection account せつぞく setsuzoku",
    "sending.show": "sending そうしん soushin",
    "deliveries.show": "deliveries webhook つうち tsuuchi",
    "takedowns.show": "deletion さくじょ sakujo",
    "spending.show": "spending cost りょうきん ryoukin",
    "guard_words.show": "words ことば kotoba",
    "intake.rules": "intake rules とりこみ torikomi",
    "approval_rules.show": "approval rules しょうにんのきまり shounin",
    "people.show": "people invite たんとうしゃ tantousha しょうたい shoutai",
    "sharing.show": "sharing assign じどうわりあて jidou wariate",
    "outreach_rules.show": "outreach manners こえかけ おこまりですか koekake okomari",
    "translating.show": "translation ほんやく honyaku",
    "retention.show": "retention ほぞんきかん hozonkikan しょうきょ shoukyo",
    "audit.show": "audit log かんさ kansa",
}
