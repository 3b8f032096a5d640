"""Words of people for whom something does not work, a line each with its other spellings.

The first of a line is what it is called on the pages; a lead may add lines and switch some off.
A line that begins with a space goes on with the one before.
"""

_LINES = """
つながらない 繋がらない つながりません 繋がりません つながらず 繋がらず つながらなく 繋がらなく
 つながらん 繋がらん 繋がんない
圏外 電波がない 電波ない 電波が入らない 電波入らない アンテナ立たない sos表示
不通 音信不通になった 通じない 通じません
通信障害 システム障害 大規模障害 障害発生 障害起き 障害が起き 障害ですか 障害でしょうか 障害中
 障害かな
落ちてる 落ちている 落ちてます 落ちました 落ちた 鯖落ち サーバー落ち サーバーダウン ダウンして
途切れる 途切れ 切断され 接続が切れ 回線が切れ ブツブツ切れ
遅い 遅すぎ 遅くて 遅くな 速度が出ない 速度出ない 速度低下
重い 重すぎ 重くて 激重
ログインできない ログイン出来ない ログインできません ログイン出来ません ログインできず
 入れない 入れません サインインできない
使えない 使えません 使えなく 利用できない 利用できません 使用できない
動かない 動きません 動かなく 起動しない 起動しません
開けない 開けません 開かない 開きません 表示されない 表示されません 真っ白
見れない 見られない 見れません 見られません 映らない 映りません 再生できない 再生されない
送れない 送れません 送信できない 送信できません
届かない 届きません が来ない は来ない も来ない が来ません メール来ない 受信できない 受信できません
エラー エラーコード エラーが出 エラーになる
止まった 止まってる 止まってい 固まる 固まって フリーズ
反映されない 反映されません 更新されない
決済できない 決済できません 支払えない 支払いできない 二重請求 二重に請求
発信できない 着信できない 電話できない 通話できない 通話できません
停電 断線 故障
not_working doesn't_work does_not_work isn't_working can't_connect cannot_connect no_signal
 no_service
outage is_down are_down went_down server_down
"""


def lines() -> list[tuple[str, ...]]:
    """Each line's spellings, its name first. In English ones a low line is a space."""
    joined = _LINES.strip().replace("\n ", " ").splitlines()
    return [tuple(word.replace("_", " ") for word in line.split()) for line in joined]
