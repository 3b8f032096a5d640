"""Subjects that are no occasion for an offer: what the lists find, and what they leave alone."""

import pytest

from support.outreach import topics
from support.outreach.policy import Policy

POLICY = Policy()
SUBJECTS = {
    "friend died yesterday": "death",
    "もう死にたい": "self_harm",
    "地震でネットが切れた": "disaster",
    "a burglar was arrested next door": "crime",
    "入院中でWi-Fiがない": "health",
    "選挙カーがうるさくて電話が聞こえない": "politics",
    "中学校の回線が遅い": "minors",
    "高校２年だけどスマホ壊れた": "minors",
    "小学四年の私には早いと言われた": "minors",
    "期末テスト前にネットが落ちた": "minors",
    "JKだけどスマホ壊れた": "minors",
    "ＤＶ被害で番号を変えたい": "crime",
}
NO_SUBJECT = (
    "ネットが遅すぎて困る",
    "がんばって設定したのに",
    "my studies need wifi",
    "the warranty is over",
    "5歳の息子が壊した",
    "150歳まで使いたい",
    "高校時代から10年使ってる",
    "ガンガン使いたい",
)


@pytest.mark.parametrize(("text", "subject"), SUBJECTS.items())
def test_the_list_of_words_finds_its_subjects(text, subject):
    hit = topics.found(text, POLICY.subjects)
    assert hit is not None
    assert hit[0] == subject
    assert topics.found(text, POLICY.subjects - {subject}) is None


@pytest.mark.parametrize("text", NO_SUBJECT)
def test_words_within_words_are_no_subject(text):
    assert topics.found(text, POLICY.subjects) is None
