"""What people answer to an offer of help: whether it asks us to leave them alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.outreach.optouts import LONGEST, Grade, asks_not_to

REFUSALS = """
不要です
もう不要です。
不要！
解決したので不要です
自分で直せたので、もういりません
連絡しないで
連絡しないでください
今後一切連絡しないでください。
もう連絡してこないで
連絡は不要です
連絡不要
ご連絡はいりません
連絡はもう結構です
返信は要らないです
返信不要です！
リプしないでもらえますか
リプ送ってこないで
DMしないで
ＤＭ送らないでください
DMは不要です
メッセージ送ってこないでください
声かけやめてください
お声がけは結構です
サポートいらないです
案内はいりません
お気遣いは不要です
結構です
結構です。
もう結構です
間に合ってます
お断りします
お構いなく
ほっといて
ほっといてください
放っておいて
ほっとけ
そっとしておいてください
話しかけないで
話しかけてこないで
話しかけるな
絡んでこないで
構わないでください
関わらないで
二度と連絡してくるな
二度とリプしないで
監視するのやめて
エゴサやめてください
勝手に見るのやめて
勝手にリプするのはやめてください
ブロックします
ブロックしました
うざい、ブロックするわ
通報しました
営業はお断り
勧誘ならいりません
いらない
いりません。
ありがとうございます。でも不要です
@hikari_care 不要です
配信停止してください
stop
Stop contacting me
please stop messaging me
Don't contact me again.
please don't DM me
do not reply to me
Leave me alone!
No thanks
No, thank you
not interested
Go away.
unsubscribe
I'm blocking you
no more messages please
"""
DISPLEASED = """
監視してる？怖い
監視されてるみたい
え、こわい
企業が急に来て怖いんだけど
なんで見てるの
何で知ってるんですか
勝手に検索して話しかけてくるとか
気持ち悪い
きもい
迷惑です
余計なお世話です
しつこいですね
誰も呼んでないです
頼んでないんですけど
不快でした
失礼な会社ですね
エゴサして来たんですか
This is creepy
nobody asked you
are you spying on my tweets?
"""
NOTHING = """
ありがとうございます！助かります
お願いします
不要な請求が来ています
不要な請求はどこに言えばいいですか
不要品の回収について知りたい
この書類は不要ですか？
SIMカードは不要でしょうか
解約したのに連絡がない
返信が来ないのですが
連絡しないで放置するのはどういうことですか
連絡先を教えてください
何度連絡しても返信をもらえません
DMしました
DMで送りますね
明日で結構です
DMで結構です
それで結構です
速度制限やめてください
値上げをやめてほしい
迷惑メールが届きます
ご迷惑をおかけしてすみません
番号をブロックしました
迷惑電話をブロックしたい
ルーターがいらなくなったので返したい
いらないオプションを外したい
もう大丈夫です、直りました
直りました、ありがとうございます
なぜ返信がないのですか
「連絡しないでください」って言われました
障害が怖いので教えてください
お返事ください
失礼ですが、どちらの窓口ですか
監視カメラがつながりません
You don't reply to my emails
why don't you contact me
My internet stopped working
it stops every night
Thanks, please help
How do I opt for paperless bills
"""


def lines(text):
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("text", lines(REFUSALS))
def test_who_wants_no_words_of_ours_is_understood(text):
    assert asks_not_to(text).grade is Grade.REFUSAL


@pytest.mark.parametrize("text", lines(DISPLEASED))
def test_who_found_it_unpleasant_is_a_complaint_and_not_yet_a_refusal(text):
    assert asks_not_to(text).grade is Grade.DISPLEASED


@pytest.mark.parametrize("text", lines(NOTHING))
def test_who_asks_for_help_or_speaks_of_something_else_is_heard(text):
    assert asks_not_to(text).grade is Grade.NONE, asks_not_to(text)


@pytest.mark.parametrize("text", lines(REFUSALS))
def test_what_says_so_is_told(text):
    assert asks_not_to(text).words


@given(st.text(max_size=400))
def test_any_text_has_an_answer_and_is_not_looked_at_for_ever(text):
    assert asks_not_to(text).grade in Grade


def test_a_long_text_is_looked_at_as_far_as_posts_go():
    assert asks_not_to("あ" * LONGEST + "。不要です").grade is Grade.NONE
    assert asks_not_to("連絡" * 5000).grade is Grade.NONE
