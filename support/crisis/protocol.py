"""The protocol of a crisis before anybody has written it: a text to fill in."""

from support.errors import N_

LONGEST = 20_000
LONGEST_CONTACTS = 2_000
STARTING = N_(
    """# 炎上したときの対応手順

## はじめの15分
1. 何が起きているかを、投稿のアドレスと件数で責任者に知らせる
2. 責任者が炎上対応に切り替え、広報と法務に連絡する
3. 個別の返信は急がない。推測、言い訳、謝罪の約束を書かない

## 返信の決まり
- 公開の返信は、必ず責任者の承認を受ける
- 事実がわかるまでは、広報が決めた文だけを使う
- 個人を責める言葉、相手の投稿の引用、皮肉は使わない
- DMでも、公開の返信と違うことを言わない

## 記録すること
- きっかけになった投稿、始まった時刻、広がり方
- だれが、何を、いつ決めたか

## 終えるとき
1. 新しい投稿が平常時の数に戻ったことを確かめる
2. 止めていた予約を1件ずつ見直す。いまの状況に合わないものは取りやめる
3. 翌営業日までに、よかったことと直すことを書き残す"""
)
STARTING_CONTACTS = N_(
    """広報の当番：（名前と電話番号）
法務：（名前と電話番号）
経営への連絡：（名前と電話番号）
Xの社内の窓口：（名前と電話番号）"""
)


def cleaned(text: str) -> str:
    """Without spaces at the ends of lines, and with one kind of line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def people(contacts: str) -> list[tuple[str, str]]:
    """Whom to reach, line by line: what they are for, and how; the first may be empty."""
    found = []
    for line in contacts.splitlines():
        words = line.strip().lstrip("-・* ").strip()
        at = min((place for mark in "：:" if (place := words.find(mark)) > 0), default=-1)
        if words:
            found.append((words[:at].strip(), words[at + 1 :].strip()) if at > 0 else ("", words))
    return found
