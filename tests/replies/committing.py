"""Sentences of support replies, by whether they commit us to a time; one a line.

`JA_NEW` and `EN_NEW` were written after the rules and never used to better them.
"""

JA_OURS = """
本日中にご連絡いたします。
今日中に確認してお返事します。
お調べのうえ、本日中に改めてご案内いたします。
担当部署に確認し、明日までにご回答いたします。
明日の午前中にお電話いたします。
恐れ入りますが、15時までにご連絡いたします。
午後3時ごろに折り返しお電話いたします。
1時間以内に結果をお知らせします。
30分ほどで確認が終わりますので、終わり次第こちらからご連絡いたします。30分以内にご返信します。
今週中に代わりの機器を発送いたします。
月曜日に担当者からご連絡いたします。
12月3日までに返金のお手続きをいたします。
折り返しご連絡いたします。
後ほど改めてご連絡いたします。
調査を続けております。次の更新は15:00ごろの予定です。
次のお知らせは18時ごろです。
次回の更新は16時頃を予定しております。
次の更新は15:00ごろ
確認次第、こちらからお知らせいたします。
原因が分かり次第ご報告いたします。
ただいま調査しております。16時までに状況をお伝えいたします。
明日中には修正いたします。
明後日までに資料をお送りいたします。
２時間以内にご返答いたします。
本日１８時までに必ずご連絡させていただきます。
本日17時ごろ、担当よりお電話を差し上げます。
3営業日以内に返金いたします。
2〜3日以内にお届けいたします。
1週間以内に交換品を送付いたします。
来週月曜日に改めてご連絡いたします。
来週中に調査結果をご報告いたします。
週明けにお返事いたします。
今月中に対応いたします。
月末までに請求書を再送いたします。
明日10時に訪問いたします。
明日の15時半にお伺いします。
金曜日の午前中に技術担当が伺います。
本日中に担当者がお調べします。
少しお時間をいただき、夕方までにお返事いたします。夕方までにお返事します。
正午までにご連絡いたします。
30分ほどお待ちください。
1時間ほどお時間をください。
確認に10分ほどお時間をいただけますか。
15時までお待ちいただけますでしょうか。
明日までお待ちくださいませ。
お調べしますので、5分ほどお待ちいただけますようお願いいたします。
本日中にはご返信できます。
遅くとも明日までには回答いたします。
ご不便をおかけしております。本日中に復旧いたします。
明日までに新しい部品を手配いたします。
今日の夕方までにDMでご案内いたします。
あと1時間で確認いたします。
これから30分以内にお電話いたします。
三時間以内にお返事いたします。
十五分ほどお待ちください。
翌営業日にご連絡いたします。
本日は担当が不在のため、明日ご連絡いたします。
ご連絡ありがとうございます。今週金曜日までにお返事いたします。
お問い合わせの件、10/5までにご回答します。
5日までに発送いたします。
本日20:00までに送信いたします。
お手数ですがこのままお待ちください。20分以内にご案内いたします。
明日の朝一番でご連絡いたします。
夜までに結果を共有いたします。
確認のうえ、ご連絡いたします。
状況が分かり次第お知らせします。
追ってご連絡いたします。
のちほどDMをお送りいたします。
本日中にご対応できるようにいたします。
担当より明日お電話する予定です。
明日の昼までに対応する予定でございます。
今週いっぱいで調査を完了いたします。
明日15時に技術の者が参ります。
請求の内訳は本日中に担当が確認し、DMでお送りいたします。
早急に確認いたしまして、午前中にお返事いたします。
原因が判明しましたら、本日中にご報告いたします。
いただいた画像を確認し、明日までにお見積もりをお送りします。
ご迷惑をおかけしました。明日には交換品を発送いたします。
本日中に設定を変更いたしますので、少々お待ちください。
担当者に伝え、15時30分までにお電話いたします。
"""

JA_NOT = """
次の更新は15:00ごろでしょうか？
前回の更新は15時ごろです。
次の更新は15:00からです。
次の更新は15時ごろと伺っております。
15時まで営業しております。
本日中にお申し込みください。
平日9時から18時まで受け付けております。
本日の受付は18時までです。
明日までにご返信をお願いいたします。
昨日15時にご連絡いたしました。
本日中のご連絡はいたしかねます。
明日のご案内はできません。
本日中に確認できませんでした。
今週中に届くとは限りません。
お客様が「明日までに連絡します」とおっしゃっていた件です。
「本日中に対応します」とのことでした。
> 本日中に返事をください
15時までにお電話ください。
明日までにお手続きいただけますか。
本日中にご入金いただければ、明日発送いたします。
15時までにご注文いただいた場合、本日中に発送いたします。
本日はお電話をいただき、ありがとうございました。
明日から新しいプランを開始いたします。
明日より設定を変更いたします。
今週は混み合っております。
月曜日は定休日です。
土曜日は10時から12時まで開いております。
12月3日に工事が完了しました。
キャンペーンは12月31日までです。
お支払い期限は今月末です。
お支払いは15日までにお願いいたします。
30分ほどで再起動が終わります。
1時間ほど電源を抜いてください。
5分ほど待ってから電源を入れ直してください。
初期化には10分ほどかかります。
24時間いつでもご利用いただけます。
24時間以内にメールのリンクを押してください。
3日以内に届かない場合は、ご連絡ください。
明日までに届かない場合は、再送いたします。
本日中にお返事がない場合は、解決とさせていただきます。
明日お電話してもよろしいでしょうか。
15時ごろにお伺いしてもよろしいですか。
明日の午前と午後、どちらがよろしいですか。
本日中のご連絡をご希望ですか。
先ほど確認いたしました。
本日、修正が完了いたしました。
昨日より障害が発生しております。
15時現在、復旧しております。
16時ごろから通信が不安定な状態です。
今日の15時にお送りいただいたDMを拝見しました。
本日付で解約の手続きが済んでおります。
明日のお天気は晴れの予報です。
営業時間は月曜日から金曜日の9時から18時です。
本日は18時で終了いたします。
年内は12月28日まで営業いたします。
今週中にご都合のよい日はありますか。
後ほどお試しください。
確認次第ご返信ください。
折り返しのお電話はしておりません。
後ほどご確認ください。
改めてお詫び申し上げます。
30分ほどお待ちいただき、ありがとうございました。
1時間ほどお待ちいただきました。
明日までに直ると伺っております。
配達は明日の予定です。
お客様から15時までにご連絡いただく予定です。
明日の15時までにお客様にてご確認ください。
本日中に届くはずです。
明日には届くと思います。
今月中のお申し込みが対象です。
3営業日ほどかかります。
1週間以内の返品を承ります。
本日15時までのお申し込みで翌日から使えます。
2時間以内であれば取り消せます。
ご希望でしたら、明日お電話いたします。
よろしければ、15時ごろにご連絡いたします。
明日までにご連絡をいただけますと幸いです。
本日中にご連絡しますとお伝えしておりましたが、遅くなり申し訳ございません。
先日は折り返しご連絡いたしましたがお出になりませんでした。
担当は本日お休みをいただいております。
"""

EN_OURS = """
We will get back to you by end of day.
We'll reply by tomorrow.
I'll check and get back to you within 2 hours.
We will call you by 3pm.
We'll send you an update on Monday.
I will let you know by tomorrow morning.
You'll hear from us by Friday.
You can expect a reply within 24 hours.
Please give us 30 minutes to look into this.
Please allow up to 2 hours.
We will ship the replacement by Wednesday.
Your refund will be processed within 3 business days.
We'll follow up later this week.
I'll get back to you shortly.
We will update you as soon as we know more.
Our technician will visit tomorrow at 10am.
We're going to fix this by the end of the week.
We'll be in touch before 5:30 p.m. today.
Thank you for waiting, we will respond within the next hour.
We'll email you the form by 12 December.
I am going to check this and reply in 20 minutes.
We aim to resolve this by end of business tomorrow.
Sorry about that! We'll send a new router on December 3.
We'll get back to you by next Tuesday.
We will report back this afternoon.
Bear with us for 10 minutes.
I'll have an answer for you by noon tomorrow.
We'll get this sorted by Thursday and let you know.
"""

EN_NOT = """
We are open until 5pm.
Our office closes at 6pm today.
Please reply by tomorrow.
Please send us the photo within 2 hours.
We replied to you on Monday.
We can't promise a reply by tomorrow.
We won't be able to call you today.
If you order by 3pm, we'll ship today.
Would you like us to call you at 3pm?
Can we call you tomorrow?
You said you would call us on Monday.
The sale ends on Friday.
You need to pay by 15 December.
Restarting takes about 10 minutes.
Unplug the router for 5 minutes.
It has been down since 3pm.
The carrier told us it will be delivered tomorrow.
We are closed on Saturday.
Once you send us the form, we'll reply within 2 hours.
Your contract ends by the end of the month.
You can cancel within 7 days.
We sent it yesterday at 3pm.
"We will call you by 3pm"
Thanks for your message on Monday.
Support hours are 9am to 6pm.
We never call after 6pm.
Our shop in Osaka opens on Monday.
Please don't reply before tomorrow.
"""

JA_NEW = """
+ ご不明点は本日中に担当からDMでお答えいたします。
+ 社内で確認し、あすの夕方までにお返事を差し上げます。
+ お急ぎのところ恐縮ですが、1時間以内に折り返します。
+ 発送は明日いたします。明日中に発送手続きを行います。
+ 明日12時までに請求金額を修正いたします。
+ 確認が取れ次第、ご連絡差し上げます。
+ 今週の木曜日までに調査結果をお知らせいたします。
+ あいにく担当が外出しておりますので、16時以降に戻り次第お電話いたします。
+ お時間をいただき恐れ入りますが、2日ほどお待ちください。
+ 来週水曜の午前中にお届けする予定です。
+ お預かりした機器は3日以内に返送いたします。
+ ただいま確認中ですので、15分ほどお待ちくださいませ。
- 本日21時までチャットで受け付けています。
- 12月10日までに機器をご返却ください。
- 明日は祝日のため、お休みをいただきます。
- 今週中のご返送をお願いしております。
- 先週金曜日に発送いたしました。
- 本日中のお届けはお約束できません。
- 1時間以上つながらない場合は、再起動をお試しください。
- 明日になっても直らないようでしたら、ご連絡ください。
- 「今日中に直します」と言われたとのこと、承知しました。
- 修理には2〜3日かかる見込みです。
- 15時に再起動していただいたあとの様子はいかがですか。
- 本日お送りいただいた写真は担当に共有済みです。
"""

EN_NEW = """
+ We'll refund the second charge by Thursday.
+ We will reach out to you within one business day.
+ Our team will investigate and update you by 4 pm.
+ I will look into it and write to you by 11 am.
+ Please wait 15 minutes while we check.
+ We will confirm the date tomorrow.
- We're available until 8pm on weekdays.
- You should receive the code within 5 minutes.
- Let us know by Friday which day suits you.
- We fixed this on Tuesday.
- If it still fails tomorrow, contact us again.
- We're unable to refund within 24 hours.
"""


def lines(block: str) -> list[str]:
    return [line for line in block.strip().splitlines() if line]


def labelled(block: str) -> list[tuple[str, bool]]:
    return [(line[2:], line.startswith("+")) for line in lines(block)]


JA = [(it, True) for it in lines(JA_OURS)] + [(it, False) for it in lines(JA_NOT)]
EN = [(it, True) for it in lines(EN_OURS)] + [(it, False) for it in lines(EN_NOT)]
