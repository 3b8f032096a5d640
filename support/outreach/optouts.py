"""Whether an answer to our offer asks us to leave somebody alone, or is displeased with it.

Rules over words, for what people answer to an offer of help. A refusal holds for ever, so it must
be said of being contacted, or stand alone (不要です). One that is mistaken costs an offer that is
never made, and a lead can lift it. Displeasure is told to the leads and bars nobody by itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    REFUSAL = "refusal"
    """They want no more words of ours."""
    DISPLEASED = "displeased"
    """They found it unpleasant: a complaint."""
    NONE = "none"


@dataclass(frozen=True)
class Wish:
    grade: Grade
    words: str = ""
    """What says so, as it reads folded."""


NOTHING = Wish(Grade.NONE)

_AFTER = r"(?=(?:くだ|下さ|ほし|欲し|くれ|もら|貰|いただ|頂|ね|よ|け|[。、,.!?~…w笑(「]|$))"
"""Behind 〜ないで: a wish, not 連絡しないで放置する."""
_START = r"(?:^|[。、,.!?~…\n]|ので|から|んで|けど|どうも|とりあえず|でも|いや)"
_MORE = r"(?:もう|今後|一切|全部|特に|全く|まったく|本当に|ほんとに|別に|結構|いま|今)?(?:は|も)?"
_CONTACT = (
    r"(?:連絡|お?声が?[かが]け|お?返[信事]|リプ(?:ライ)?|リプ欄|メッセージ|メンション|コメント"
    r"|dm|ダイレクトメッセージ"
    r"|お?案内|勧誘|営業|サポート|助け|お?手伝い|手助け|お?気遣い|(?<!の)対応|接触|返答|干渉)"
)
_OF = r"(?:と?か|など|なんて|なら|とかも)?(?:は|も|を|に|が)?、?" + _MORE
_NOT_DOING = (
    r"(?:し|送っ|送ら|飛ばし|飛ばさ|よこし|よこさ|かけ|付け|つけ|入れ|くれ)(?:て)?(?:こ|来)?(?:ないで"
    + _AFTER
    + r"|なくて(?:いい|結構|大丈夫|よい)"
    r"|ないでください)"
)
_NEEDLESS = (
    r"(?:不要|無用|いらない|要らない|いりません|要りません|いらん|要らん|いらね[えー]?"
    r"|必要(?:は)?(?:ない|ありません)|けっこうです|結構です|お断り|ご?遠慮|やめて|止めて|やめろ|するな|勘弁|間に合って)"
)
_NOT_ASKED = r"(?!ですか|でしょうか|なの|な|品|か[?。]|か$|不急|ですよね|に|と|の|って)"
_ALONE = (
    _START
    + r"\s*"
    + _MORE
    + r"\s*(?:(?:不要|無用|結構|けっこう)(?:です|だ|で[すー]|ー|よ|。|!|$)"
    + r"(?!か|ね?\?)|(?:いらない|要らない|いりません|要りません|いらんわ?|要らん)"
    + r"(?:です|よ|わ|。|!|$)(?!か|\?)"
    + r"|間に合って(?:い?ます|る)|お断りします|お構いなく|おかまいなく)"
)

_REFUSALS = (
    _CONTACT + _OF + _NOT_DOING,
    _CONTACT + _OF + _NEEDLESS + _NOT_ASKED,
    r"(?<![てで])(?:話しかけ|はなしかけ|声(?:を)?かけ|絡ん|からん|構わ|かまわ|関わら|かかわら|触れ)(?:て|で)?(?:こ|来)?"
    r"ないで" + _AFTER,
    r"話しかけるな|絡むな|絡んでくんな|構うな|関わるな|連絡(?:して)?(?:く|来)るな|(?:dm|リプ)(?:して)?(?:く|来)[るん]な",
    r"(?:ほっと|放っと|ほうっと|放って|ほって|ほうって|そっとし)て?(?:おい|い)て"
    + r"(?=(?:くだ|下さ|ほし|欲し|くれ|よ|ね|[。、!?…]|$))",
    r"(?:ほっと|放っと|ほうっと)け(?:よ|や|[。!]|$)",
    r"二度と(?:連絡|話しかけ|声|dm|リプ|絡|来|くん|送|返信|メッセージ)",
    r"(?:監視|エゴサ(?:ーチ)?|検索|見張|のぞき見|覗き見)(?:し|する|る)?(?:の|ん)?(?:は|も|を|とか)?(?:やめて|止めて|やめろ|しないで"
    + _AFTER
    + r")",
    r"勝手に(?:見|リプ|返信|話しかけ|絡)(?:る|て(?:く|来)る|んで(?:く|来)る)?(?:する)?(?:の|な)(?:は)?(?:やめて|止めて|やめろ)",
    r"(?<![をがはも])ブロック(?:し(?:ます|ました|とく|ときます|ておき|た(?:わ|よ|から|ので|[。!]|$))|する(?:わ|ね|から|[。!]|$))",
    r"(?<![をがはも])通報(?:し(?:ます|ました|とく|ときます|た(?:わ|よ|から|[。!]|$))|する(?:わ|ね|から|[。!]|$))",
    r"配信停止|自動返信.{0,6}(?:不要|やめ|止め)",
    _ALONE,
    r"\bleave me alone\b|\bgo away\b|\bget lost\b|\bunsubscribe\b|\bopt(?:ing)?[ -]?(?:me )?out\b",
    r"(?:^|[.!?,;]\s*|\b(?:please|pls|plz|just|and|so)\s+)(?:stop|quit)\s+"
    r"(?:contacting|messaging|dming|replying|tagging|tweeting|mentioning|bothering|spamming|following|watching|spying|stalking)\b",
    r"^\s*stop[.!]*\s*$",
    r"(?:^|[.!?,;]\s*|\b(?:please|pls|plz|just|and|so)\s+)(?:do not|don't|dont|never|no need to)\s+"
    r"(?:ever\s+)?(?:contact|message|dm|reply to|tag|tweet at|mention|bother|talk to|write to|@)\b",
    r"\bno more (?:messages|replies|dms|contact)\b|\bnot interested\b|^\s*no,? thanks?(?: you)?\b",
    r"\bi(?:'ll| will|'m| am)?(?: going to)? (?:just )?block(?:ing|ed)? you\b|\breporting you\b",
)
_DISPLEASURES = (
    r"監視(?:され|して|し?てる|社会)|エゴサ|見張|のぞき|覗[きか]|盗み見",
    r"勝手に(?:見|検索|リプ|返信|話しかけ|入って|絡)",
    r"(?:企業|公式|会社|急に|いきなり|突然|bot|ボット|中の人|リプ|返信|見て|見られ|検索|わかった|分かった|来て|きて).{0,12}(?:怖|こわ[いっ])",
    r"^.{0,6}(?:怖|こわ)(?:い|っ|すぎ|。|!|$).{0,6}$",
    r"きも[いっ]|キモ[いッっ]|気持ち悪|きしょ|不快|ストーカー|余計なお世話|大きなお世話"
    r"|おせっかい|お節介|しつこ|うざ[いっ]|ウザ",
    r"迷惑(?!メール|電話|sms|メッセ|料|行為|[をお]{0,2}かけ|[をお]{0,2}掛け)",
    r"(?:誰も|だれも)?(?:聞いて|きいて|頼んで|たのんで|呼んで|よんで)(?:い)?ない(?:です|ん|けど|[。!?…w笑]|$)",
    r"(?:なんで|何で|なぜ|どうして).{0,10}(?:知って|わかった|分かった|見て|見つけ|リプ|話しかけ|声かけ)",
    r"失礼(?:だ|です|な(?!い)|すぎ|極まり)(?!が|けど)",
    r"\bcreepy\b|\bcreeped\b|\bspying\b|\bstalk(?:ing|er|ed)?\b"
    r"|\bsurveillance\b|\bharass(?:ing|ment)?\b|\bintrusive\b",
    r"\b(?:nobody|no one|who) asked\b|\bdid(?:n't| not) ask\b"
    r"|\bmind your own\b|\bhow did you find\b|\bannoying\b",
)
_SAID_BY_OTHERS = r"(?!.{0,8}(?:と|って)(?:言われ|いわれ|書いて|出て|表示|なって))"
_CLEAR = re.compile("(?:" + "|".join(_REFUSALS) + ")" + _SAID_BY_OTHERS)
_UNHAPPY = re.compile("|".join(_DISPLEASURES))
_LINK_OR_NAME = re.compile(r"https?://\S+|@[a-z0-9_]+|#\S+")
LONGEST = 2000
"""More of a text is not looked at."""


def asks_not_to(text: str) -> Wish:
    """What an answer to our offer says of being contacted."""
    plain = _plain(text)
    if (found := _CLEAR.search(plain)) is not None:
        return Wish(Grade.REFUSAL, found[0].strip(" 。、,.!?\n"))
    if (found := _UNHAPPY.search(plain)) is not None:
        return Wish(Grade.DISPLEASED, found[0])
    return NOTHING


_DOUBTFUL = re.compile(r"大丈夫|遠慮|必要(?:ありません|ない)|間に合って|結構です|けっこうです|不要")


def may_mean_no(text: str) -> bool:
    """Whether a person should look: it is displeased, or polite words that may be a refusal."""
    return asks_not_to(text).grade is not Grade.NONE or _DOUBTFUL.search(_plain(text)) is not None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("’", "'")
    return "\n".join(_LINK_OR_NAME.sub(" ", line).strip() for line in folded.splitlines())
