"""Signs in a post that speak for or against somebody being in trouble just now."""

from __future__ import annotations

import re
from dataclasses import dataclass

from support.outreach.reading import pattern

AGAINST: dict[str, tuple[int, re.Pattern[str]]] = {
    "giveaway": (
        -60,
        pattern(
            r"フォロー?(?:&|して|と|\+|、)?(?:rt|リポスト|リツイート|拡散)|当たりますように|当てた[いく]|当てよう|応募|抽選で|プレゼント企画"
            r"|キャンペーンに?参加|当選|ギフト(?:券|カード)|名様|が当たる|で当たる|giveaway|\bto win\b|rt to"
        ),
    ),
    "advert": (
        -55,
        pattern(
            r"#pr\b|#ad\b|【pr】|\[pr\]|はこちら|プロフ(?:ィール)?の?(?:リンク|url|固)|dm(?:ください|下さい|待って|お待ち)|line(?:登録|追加)|初月無料"
            r"|月額[0-9,]+円[!~]|紹介コード|招待コード|募集中|募集!|バイト募集|時給|ませんか[?。!]|ませんか$|売ります|譲ります|送料込|無料相談"
            r"|徹底解説|対処法[0-9]|[0-9]選|ブログに|ブログ\N{LINK SYMBOL}|まとめました|浮きます|当店|当社|弊社|クーポン配布|円クーポン|セール中|1位】"
            r"|今なら|キャッシュバック[^が。]{0,6}(?:\W|プロフ|中|実施)|還元|最短即日|お悩みは|そんなあなた|購入はこちら|中継機プレゼント|案件"
            r"|and save|sign up|use my code|promo code|is hiring|we're hiring|\bad\b|discount code|link in bio|公式サイトへ|無料診断|相談室|サービス始めました|件[0-9]+円|おさらば|選ばれる理由|裏技"
        ),
    ),
    "news": (
        -45,
        pattern(
            r"【速報|【復旧|【障害|【メンテ|【お知らせ|【ニュース|ニュース|のお知らせ:|によると|と発表|を発表|決算|上方修正|下方修正|株価|値上げへ"
            r"|提供開始|影響\N{LINK SYMBOL}?|に影響|総務省|消費者庁|相次ぐ|トレンド入り|国民生活センター|新聞|売り優勢|値上げ\s?\N{LINK SYMBOL}|ご注意ください"
            r"|ご利用いただけません|に復旧しました|各社が|shares (?:rise|fall|drop)|earnings|according to|announces|論文|研究|事例|調査結果|会見|解説\(|お詫び】|へ返金|円返金へ|quarterly"
        ),
    ),
    "bot": (
        -60,
        pattern(
            r"【自動】|\[bot\]|【bot】|bot:|自動投稿|自動集計|自動配信|#speedtest|#[^ ]*bot\b|現在の報告数|[0-9]:[0-9]{2}更新|混雑予報|ランキング ?1位"
        ),
    ),
    "helping": (
        -45,
        pattern(
            r"てみて(?!も|る|い[るた]|み|、?だめ|、?ダメ|たけど|たら)|たら(?:直り|直る|治り|治る)ます|たら直るかも|方がいい|方が良い|ほうがいい|といいよ|といいです(?!か)|すると(?:早|いい)|(?:言う?て|ゆうて|言って)る人、"
            r"|[るい](?:人|方|かた|みなさん|皆さん)(?:へ|は[^?]{0,25}(?:てみて|方がい|といい|ください|早い))|エラーです。|見られますよ|使えます!"
            r"|try (?:reboot|restart|turning|unplug|reset)|worked for me|you should|have you tried"
        ),
    ),
    "unaffected": (
        -60,
        pattern(
            r"(?:うち|俺|私|僕|自分|こっち|我が家|わたし|おれ)(?:の(?:とこ(?:ろ)?|家|回線))?(?:は|ん?ち?は?)(?:[^。!?]{0,12})(?:平気|無事|なんともな|何ともな|大丈夫|普通|問題な)"
            r"|普通に(?:使え|動|買え|見れ|見られ|つなが)|契約して(?:い)?ない(?:民|から)|高みの見物|一度も|問題な(?:し|く|い)|ぜんぜん普通|全然普通|気づかん|気付かん|気づかな|気付かな|普通に[0-9]|やったぜ|おつかれさま|お疲れ様です|mine is fine|no problems? here|works fine|never had"
        ),
    ),
    "hearsay": (
        -40,
        pattern(
            r"(?<![晴ば愛])(?:らしい|らしくて)|って聞い|と聞い|って噂|んだって[。!\s]|とのことで|いわく|曰く|って言って(?:た|る(?!そば)|まし|心配|会議)|て文句言って|人(?:tl|タイムライン)に多|阿鼻叫喚|の声相次"
            r"|障害なの\?|って(?:マジ|まじ|ほんと|本当)\?|アンチ|トレンド|大変そう|かわいそう|可哀想|気の毒|同情|\bsays (?:his|her|their|that)\b|apparently|i heard"
        ),
    ),
    "others": (
        -30,
        pattern(
            r"(?:友達|友人|推し(?!の?(?:配信|ライブ|番組|動画))|隣の人|お隣|隣|上司|先輩|後輩|同僚|フォロワー(?:さん)?|知り合い|兄|弟|姉|妹|彼氏|彼女|バイト先|店長)(?:の|が|は|も|、|「|いわく|んち|ん家)"
            r"|my (?:friend|boss|neighbou?r|roommate|brother|sister|coworker)"
        ),
    ),
    "solved": (
        -50,
        pattern(
            r"(?:直っ|治っ|なおっ)(?:た(?!か?と思|かと)|て(?:る|た|い))|復旧し(?:た(?!って)|まし)|復旧[!。]|復活|解決(?:し(?:た|まし)|済|$|[。!])|できた[!~]|(?:つながっ|繋がっ)た(?!り|まま|と思|かと|の?に)"
            r"|改善(?:し|され)|元に戻っ|もとに戻っ|無事に|やっと[^。!?]{0,10}(?:決ま|来た|きた|届い|終わ)|返金(?:して(?:くれ|もら|頂|いただ)|済|も済|され(?:た|まし))|消えて快適"
            r"|(?:だけ|せい)(?:でした|だった)|お騒がせ|疑ってごめ|さんごめん|快適になった|(?:昨日|前|さっき)まで[^。!?]{0,24}(?:今日は|今は)|もう(?:.{0,8})入ってた|勘違い|(?:設定|交換|手続き|工事)(?:を)?完了"
            r"|back up|is back|fixed now|all good now|sorted|resolved|working again|was unplugged|turns out"
        ),
    ),
    "past": (
        -40,
        pattern(r"昔|今では笑|当時|数年前|[0-9]年前(?:は|に)|学生(?:の)?(?:頃|時代)|以前は|前は[^。!?]{0,20}(?:かった|だった)|years ago|used to"),
    ),
    "if": (
        -40,
        pattern(
            r"もし[^。!?]{0,20}(?:たら|れば)|ませんように|(?:落ち|切れ|止まっ|遅かっ)た?らどうしよ|検討中|(?:とか|こと)(?:って)?(?:あり|ある)(?:ます)?(?:か|の)?\?|遅いって(?:本当|ほんと|マジ)"
            r"|契約前|(?:変え|乗り換え)ようか(?:な|と)|thinking of switching|should i (?:switch|get)"
        ),
    ),
    "asking": (
        -20,
        pattern(
            r"評判|口コミ|使用感|学割|どっちがい|っていくら|いくら\?|対応して(?:る|ます|いる)(?:か)?\?|必要(?:です|ある)?(?:か)?\?|引けるのか|何人から|使える\?|できますか\?*$|見られますか|だけですか|ありますか$"
            r"|って(?:どう|どこ)(?:\?|なの)|any good|does .{1,30} (?:offer|support)|which is better|希望(?:です|します|しています)|を探し|検討いただけ|when will|will you|when is the"
        ),
    ),
    "joke": (
        -35,
        pattern(
            r"より(?:俺|私|僕|わたし|うちの|自分)|やる気は|人生(?:も|の|が)|恋の|恋が|好きな人|擬人化|大喜利|異世界|必殺技|ような名前|みたいな名前|みたいな(?:もん|もの)|くらいの速さ|速く走|の歌|♪"
            r"|尊さ|(?:頭|脳|心|胃|財布|体)が[^。]{0,8}(?:回線|ルーター|みたい)|電話切るの|猫が|1時間溶けた|頭から離れ|夢に出"
        ),
    ),
    "praise": (
        -15,
        pattern(
            r"爆速|快適|サクサク|安定して|満足|助かった|助かり|神対応|対応早|丁寧|便利|文句なし|最高|好き|すき$|すき[!。]|えらい|すごい|早すぎ|早っ|速い|はやい|速すぎ|よかった|良かった|ありがと"
            r"|お世話になって|感謝|優しかった|安心|わくわく|楽しみ|かわいい|おすすめ|オススメ|嬉しい|うれしい|さすが|神[!回業]|素晴らし|えらすぎ|勝ち|当たりだった|ヌルヌル|ぬるぬる|バリ3|楽すぎ|[🎉✨😊🥰😆👍🙌💕]"
            r"|\b(?:so fast|love|great|best|shoutout|thank|thanks|awesome|amazing|well done|nice job)\b"
        ),
    ),
    "mild": (
        -12,
        pattern(r"気がする|まあいい|まぁいい|別にいい|ちょっとだけ|若干|少しだけ|たまに|気のせい|a bit|sometimes"),
    ),
}
"""kind → its points, once a post, and what shows it."""

FOR: dict[str, tuple[int, re.Pattern[str]]] = {
    "lasting": (
        8,
        pattern(
            r"(?:もう|かれこれ|丸|まる)?[0-9一二三四五六七八九十半数何]+(?:日|週間|[ヶヵか箇カケ]月|時間|年|晩)(?:間|目|以上|も|経|たっ|前から|待|ぐらい|くらい|で)*|(?:昨日|今朝|朝|夕方|昼|先週|先月|一昨日|おととい|さっき|昨夜|夜中|月曜|深夜)から"
            r"|ずっと|毎[日晩朝回]|何[回度](?:も|目|やっても)|[0-9]+(?:回|度|人)目|また|いつも|一向に|いつまで|いつになったら|まだ|最近"
            r"|since (?:yesterday|monday|last|this)|all day|for (?:days|hours|weeks|[0-9]+)|[0-9]+ (?:days|hours|weeks|minutes|times)|again|keeps"
        ),
    ),
    "urgent": (
        8,
        pattern(
            r"至急|急ぎ|急いで|今すぐ|すぐに|今日中|明日まで|明日(?:誕生日|締|提出)|締め?切|仕事に(?:なら|支障)|会議|授業|テレワーク|リモート(?:ワーク)?|在宅勤務|試験|面接|緊急|取引先|期限|提出|配信でき|来週引っ越し"
            r"|ログイン戦|半休|授業|asap|urgent|meetings?|deadline|work from home|day off"
        ),
    ),
    "asks": (
        8,
        pattern(
            r"誰か|だれか|助けて|たすけて|教えて(?:ほし|欲し|くださ|くれ)|(?:わかる|分かる|詳しい)(?:人|方)|どうすれば|どうしたら|どこに聞け|誰に言え|どうにかして|何とかして|早く直|直して|返して|ですか\?"
            r"|お願いします|頼む|よ\?|ください(?:$|。)|help|how do i|anyone|please"
        ),
    ),
    "tried": (
        6,
        pattern(r"再起動(?:して|した|しても)|(?:何|なに)(?:し|やっ)ても|何度やっ(?:て|た)|初期化|やり直し|入れ直し|問い合わせ(?:た|て)|電話し(?:て|た)|試した|(?:tried|rebooted|restarted|reset)"),
    ),
    "feeling": (
        5,
        pattern(r"[😭😢😇😡💢😤😠😩😫🤬😱😞😔🥲]|\([;´][^)]{0,6}[;`)]|!!|マジ|まじ|ほんと|ほんま|全然|ぜんぜん|イライラ|最悪|泣|草も生え|めちゃ|\?\?|unreal|seriously|ugh"),
    ),
    "sarcasm": (
        5,
        pattern(
            r"さすが|神(?:回線|業|対応)?(?:の[^。]{0,12})?\(笑|\(笑\)|w{2,}|👏|🙃|なお実測|とは$|とは[?。]|の定義|ありがとう[^。]{0,14}おかげで|素晴らしいですね|息してる|←|くんさあ|健康的な|世界遺産|紙飛行機|wow great|love it|great job"
        ),
    ),
}

SARCASTIC = pattern(
    r"(?:神|爆速|高速|最強|優秀|素晴らし|最高|快適|さすが)[^。]{0,16}(?:\(笑|笑\)|w{2,}|👏|🙃|とは|の定義)|紙飛行機|なお実測|息してる|さんさあ|くんさあ|おかげで[^。]{0,20}なれまし|本日もお休み"
    r"|(?:wow|great job|love it)[^.]{0,40}🙃"
)
"""Praise that means its opposite; it counts as a phrasing of its own."""

_NOT = r"(?:ない|なく|なかった|なし(?!で)|無し|無い|ねえ|ません|なら(?:ない|なく|なかった|ん)|思わ(?:ない|ん|なかった)|思いません)"
DENIED = pattern(
    rf"(?:い|く|る|れる|ら|て|た|って)?(?:という|っていう|って|と|とか)?(?:わけ|訳|こと|事|気配|様子|の)?(?:では|じゃ|でも|は|も|が|に(?:は)?|とは)?(?:全然|全く)?{_NOT}"
    r"(?!(?:です|の)?(?:か)?\?|か[?。]|んだが\?|のに?もう)"
)
"""Right after a phrasing: it is said not to be so. With a question mark it is a complaint again."""
DISPROVED = pattern(
    r"(?:って|と)(?:聞|言わ|思っ)[^。!?]{0,12}(?:けど|のに|が|たら)[^。!?]{0,12}(?:そんなこと|なかった|快適|速い|普通|大丈夫|平気)"
    r"|(?:くて|くても)?(?:も)?(?:問題|支障)な"
)
HYPOTHETICAL = pattern(
    r"(?:なかっ|かっ|ちゃっ|っ)?(?:たら|れば)(?:どう|泣|嫌|いや|困|やだ|終)|と(?:困|嫌|いや|やだ)|(?:時|とき)の(?:直し|対処|原因)|(?:る)?原因と|(?:とか)?(?:あり|ある)(?:ます)?か?\?"
)
OF_OTHERS = pattern(
    r"(?:い|る|て(?:い)?る|って|という|とか)?(?:って)?(?:人|方(?!法|が)|みんな言|みんなが言|言うてる人|言ってる人|言うから|皆さん|みなさん|ひと)(?:は(?!い)|へ|に|、|,|が多|多|tl|大丈夫)|[^。!?]{0,6}(?:(?<![晴ば愛])らし[いく]|だそう|って聞い|って言って(?!も|来|こ|るそば))"
)
"""Right after a phrasing: it is others' trouble, or told by others."""
STILL = pattern(r"[!、。]*(?:か)?と思(?:っ|い)|[^。]{0,14}(?:また|まだ|けど(?:うち|まだ|また)|のに)|って(?:お知らせ|出て|言|聞)|かな|の\?|ら(?:また|今度)")
"""After a sign that it is solved: it is not."""


@dataclass(frozen=True)
class Sign:
    """A sign found in a reading, and every place of it."""

    kind: str
    points: int
    places: tuple[tuple[int, int], ...]


def signs(words: str, table: dict[str, tuple[int, re.Pattern[str]]]) -> list[Sign]:
    found = []
    for kind, (points, shown_by) in table.items():
        places = tuple(one.span() for one in shown_by.finditer(words) if one.end() > one.start())
        if kind == "solved":
            places = tuple(place for place in places if not STILL.match(words, place[1]))
        if places:
            found.append(Sign(kind, points, places))
    return found
