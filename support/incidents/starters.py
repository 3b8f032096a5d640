"""Wordings a wave may begin with, where no template of the desk's own says better ones."""

from collections.abc import Mapping

STARTERS: Mapping[str, tuple[str, ...]] = {
    "first": (
        "{customer_name}様、ご不便をおかけし申し訳ございません。「{incident}」について、"
        "ただいま原因を調べております。分かり次第、こちらからお知らせいたします。",
        "ご連絡ありがとうございます、{customer_name}様。お知らせの症状は「{incident}」によるもので、"
        "復旧に向けて対応を進めております。今しばらくお待ちください。",
        "{customer_name}様、お待たせしております。現在「{incident}」が起きており、"
        "設備の担当が確認中です。ご迷惑をおかけし、心よりお詫び申し上げます。",
    ),
    "update": (
        "{customer_name}様、その後の状況をお知らせいたします。「{incident}」は原因が分かり、"
        "復旧の作業を続けております。",
        "お待たせしております、{customer_name}様。「{incident}」の作業を進めているところです。"
        "ご不便が続き、申し訳ございません。",
        "「{incident}」の続報です。{customer_name}様にはご迷惑をおかけしております。"
        "担当の者が引き続き対応しております。",
    ),
    "restored": (
        "{customer_name}様、「{incident}」は復旧いたしました。"
        "まだ症状が残る場合は、このままご返信ください。ご不便をおかけしました。",
        "お待たせいたしました、{customer_name}様。「{incident}」の作業が終わり、"
        "ご利用いただける状態に戻っております。ご迷惑をおかけし、申し訳ございませんでした。",
        "「{incident}」が復旧したことをご報告いたします。{customer_name}様、"
        "ご辛抱くださりありがとうございました。お気づきの点はご返信でお聞かせください。",
    ),
}
