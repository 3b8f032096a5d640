"""Files of answers come in with row-numbered faults, and go out so that they come back the same."""

import csv
import io
import json
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.canned.columns import bare, guarded
from support.canned.drafts import RESERVED
from support.canned.exchange import plan
from support.canned.exports import FORMATS, as_csv, as_jsonl
from support.canned.foreign import plain_text
from support.canned.imports import read
from support.canned.replies import CHANNELS, CannedReply
from support.matching.text import normalise

FULL = CannedReply(
    id="001",
    title='=題, "引用" と\'',
    questions=("+一つ目", "二つ目, 続き"),
    answer="=1+1\n\n二行目;\tタブ",
    tags=("速度", "a,b"),
    channel="dm",
    language="en",
    category="接続/夜",
    valid_from=date(2026, 1, 2),
    valid_until=date(2027, 3, 4),
    owner="@品質",
    review_by=date(2026, 12, 31),
    variants=("別の文\n---\n続き", "-三つ目"),
)
PLAIN = CannedReply("b", "短い", answer="本文")


def planned(name, data, standing=(), folder=""):
    data = data.encode() if isinstance(data, str) else data
    return plan(*read(name, data), {reply.id: reply for reply in standing}, folder)


def replies(found):
    assert found.faults == []
    return [row.reply for row in found.rows]


def faults(found):
    return [(fault.number, fault.field) for fault in found.faults]


@pytest.mark.parametrize("ending", FORMATS)
def test_what_goes_out_comes_back_the_same(ending):
    data = FORMATS[ending][0]([FULL, PLAIN])
    assert replies(planned(f"a.{ending}", data)) == [FULL, PLAIN]
    again = planned(f"a.{ending}", data, [FULL, PLAIN])
    assert [row.kind for row in again.rows] == ["same", "same"]


readable = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]))
line = (readable | st.sampled_from(["=1", "'=1", "''+", "@x", '"', ";", "'", "_x000D_"])).map(
    lambda text: " ".join(text.replace("{", "(").replace("\ufeff", "").split())
)
named = line.filter(bool).map(lambda text: text[:80])
tags = st.lists(named, max_size=3, unique=True).map(tuple)
told = st.lists(line.filter(normalise), max_size=3, unique=True).map(tuple)
wording = st.lists(named, min_size=1, max_size=3).map("\n".join).map(lambda t: t.replace("｛", "("))
answers = st.builds(
    CannedReply,
    id=st.from_regex(r"[a-z0-9][\w.-]{0,20}", fullmatch=True).filter(lambda i: i not in RESERVED),
    title=named,
    questions=told,
    answer=wording,
    tags=tags,
    channel=st.sampled_from(CHANNELS),
    owner=line,
    review_by=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    variants=st.lists(wording, max_size=2).map(tuple),
)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
@given(reply=answers)
def test_any_answer_goes_out_and_comes_back(ending, reply):
    assert replies(planned(f"a.{ending}", FORMATS[ending][0]([reply]))) == [reply]


@settings(max_examples=20, deadline=None)
@given(reply=answers)
def test_any_answer_goes_through_a_workbook(reply):
    assert replies(planned("a.xlsx", FORMATS["xlsx"][0]([reply]))) == [reply]


@given(st.text(max_size=20) | st.sampled_from(["=1", "'=1", "＝1", "''-2", "\t", "'", "x"]))
def test_no_cell_begins_a_formula_and_every_guard_comes_off_again(cell):
    assert not guarded(cell).startswith(tuple("=+-@＝＋－＠\t\r\n"))
    assert bare(guarded(cell)) == cell


def test_a_workbook_of_ours_holds_texts_only():
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"][0]([FULL]))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_csv_has_the_mark_that_excel_wants():
    assert as_csv([PLAIN]).startswith(b"\xef\xbb\xbf")


SHEET = '件名,回答,お客様の言い方,タグ\n遅い,再起動を。,"夜に遅い\n激遅",速度、夜\n'


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_is_read_in_the_codings_of_excel(coding):
    assert replies(planned("表.csv", SHEET.encode(coding))) == [
        CannedReply("遅い", "遅い", ("夜に遅い", "激遅"), "再起動を。", ("速度", "夜"))
    ]


@pytest.mark.parametrize("sign", ["\t", ";"])
def test_tabs_and_semicolons_part_cells_too(sign):
    text = f"id{sign}title{sign}answer\nx{sign}題, 一{sign}本文\n"
    assert replies(planned("a.csv", text)) == [CannedReply("x", "題, 一", answer="本文")]


def test_faults_are_named_with_the_row_a_spreadsheet_shows():
    text = (
        'id,title,answer,channel,review_by\na,題,"一\n二",,\n,,無題,,\n\nb,題,,fax,いつか\n'
        "a,題,別,,\nc,題,{who},,\nd,題,本文,,2026/1/5\n"
    )
    found = planned("a.csv", text)
    assert faults(found) == [
        (3, "title"),
        *((5, field) for field in ("channel", "review_by", "answer")),
        (6, "id"),
        (7, "answer"),
    ]
    assert [row.number for row in found.rows] == [2, 8]
    assert found.rows[1].reply.review_by == date(2026, 1, 5)


def test_what_a_file_is_silent_about_stays_as_it_is():
    found = planned("a.csv", "id,title\n001,新しい題\n", [FULL])
    [row] = found.rows
    assert (row.kind, row.reply.title) == ("change", "新しい題")
    assert (row.reply.answer, row.reply.variants) == (FULL.answer, FULL.variants)


def test_a_new_answer_goes_into_the_folder_that_was_asked_for():
    found = planned("a.csv", "title,answer,folder\n一,本文,\n二,本文,別\n", folder="取り込み")
    assert [reply.category for reply in replies(found)] == ["取り込み", "別"]


def test_an_answer_without_an_id_finds_itself_again():
    text = "title,answer\nWi-Fi（夜）,本文\n"
    first = replies(planned("a.csv", text))
    assert first[0].id == "Wi-Fi-夜"
    assert [row.kind for row in planned("a.csv", text, first).rows] == ["same"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("a.csv", b"", id="empty"),
        pytest.param("a.csv", b"x,y\n1,2\n", id="no known column"),
        pytest.param("a.csv", b"\x81\xff\xff\x00", id="no coding"),
        pytest.param("a.csv", b'id,title,answer\na,b,"never ends', id="a quote left open"),
        pytest.param("a.xls", b"\xd0\xcf\x11\xe0", id="old Excel"),
        pytest.param("a.xlsx", b"PK\x03\x04 broken", id="a broken workbook"),
        pytest.param("a.pdf", b"%PDF", id="another kind"),
        pytest.param("a.json", b"[1, 2]", id="a list of numbers"),
        pytest.param("a.jsonl", b"nonsense\n", id="not JSON"),
        pytest.param("a.json", b"[" * 100_000, id="deep"),
        pytest.param("a.jsonl", b'{"id": "a", "title": {"x": 1}}', id="an object for a text"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(name, data):
    found = planned(name, data)
    assert found.rows == []
    assert found.faults
    assert found.faults[0].sentence


@given(st.binary(max_size=200), st.sampled_from(["csv", "xlsx", "json", "jsonl", "exe", ""]))
def test_no_file_breaks_the_reading(data, ending):
    for raw in (data, b"PK\x03\x04" + data, b"title,answer\n" + data, b'{"macros":[' + data):
        plan(*read(f"a.{ending}", raw), {})


def test_a_workbook_of_anyones_is_read():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ID", "Title", "Answer", "Review by", "Variant 1", "Variant 2"])
    sheet.append([7, "題", "本文", datetime(2026, 1, 2), None, "別"])
    sheet.append([None, None, None, None, None, None])
    sheet.append([8, None, "本文", None, None, None])
    written = io.BytesIO()
    book.save(written)
    found = planned("a.xlsx", written.getvalue())
    assert found.rows[0].reply == CannedReply(
        "7", "題", answer="本文", review_by=date(2026, 1, 2), variants=("別",)
    )
    assert faults(found) == [(4, "title")]


def test_lines_of_an_evaluation_are_read_and_their_faults_numbered():
    sound = '{"id": 5, "questions": ["夜に遅い"], "answer": "本文"}'
    lines = f'{sound}\n\nx\n{{"id": "6", "title": "題", "answer": null}}'
    found = planned("a.jsonl", lines)
    assert [row.reply for row in found.rows] == [
        CannedReply("5", "夜に遅い", ("夜に遅い",), "本文")
    ]
    assert [number for number, _ in faults(found)] == [3, 4]


def test_jsonl_keeps_the_keys_of_an_evaluation():
    line = json.loads(as_jsonl([FULL]).decode())
    assert (line["id"], line["questions"][0], line["answer"]) == ("001", "+一つ目", FULL.answer)


def test_macros_of_zendesk_become_answers():
    macros = [
        {
            "id": 11,
            "title": "返金::手続き::ご案内",
            "active": True,
            "actions": [
                {"field": "status", "value": "pending"},
                {
                    "field": "comment_value_html",
                    "value": "<p>{{ticket.requester.name}} 様</p><p>ご案内は"
                    '<a href="https://example.com/x">こちら</a>です。<br>よろしく&amp;</p>',
                },
                {"field": "current_tags", "value": "refund vip"},
            ],
        },
        {"id": 12, "title": "状態だけ", "actions": [{"field": "status", "value": "solved"}]},
        {
            "id": 13,
            "title": "文",
            "actions": [{"field": "comment_value", "value": ["channel:all", "一\n二"]}],
        },
        {"id": 14, "title": "止めた", "active": False, "actions": []},
        {
            "id": 15,
            "title": "番号",
            "actions": [{"field": "comment_value", "value": "#{{ticket.id}} の件"}],
        },
        "nonsense",
    ]
    found = planned("macros.json", json.dumps({"macros": macros}))
    assert [row.reply for row in found.rows] == [
        CannedReply(
            "zendesk-11",
            "ご案内",
            answer="{customer_name} 様\n\nご案内はこちら https://example.com/x です。\nよろしく&",
            tags=("refund", "vip"),
            category="返金/手続き",
        ),
        CannedReply("zendesk-13", "文", answer="一\n二"),
    ]
    assert [number for number, _ in faults(found)] == [2, 4, 5, 6]
    assert found.faults[2].values["name"] == "{{ticket.id}}"


def test_articles_of_a_help_center_become_answers():
    article = {
        "id": 9,
        "title": "返品のしかた",
        "body": "<h2>手順</h2><ul><li>一</li><li><p>二</p></li></ul>",
        "locale": "ja",
        "label_names": ["返品"],
        "draft": False,
    }
    found = planned("a.json", json.dumps({"articles": [article, {**article, "draft": True}]}))
    assert [row.reply for row in found.rows] == [
        CannedReply("article-9", "返品のしかた", ("返品のしかた",), "手順\n\n・一\n・二", ("返品",))
    ]
    assert faults(found) == [(2, "")]


def test_canned_responses_of_chatwoot_become_answers():
    responses = [{"id": 3, "short_code": "hello", "content": "{{contact.name}} 様、こんにちは。"}]
    for data in (responses, {"payload": responses}):
        assert replies(planned("a.json", json.dumps(data))) == [
            CannedReply("hello", "hello", answer="{customer_name} 様、こんにちは。")
        ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>一</div><div>二</div>", "一\n二"),
        ("一<br><br>二", "一\n\n二"),
        ("<p> 一 \n 二 </p>\n<p>三</p>", "一 二\n\n三"),
        ("<script>x()</script><style>a{}</style>文", "文"),
        ('<a href="https://a.example/">https://a.example</a>', "https://a.example"),
        ('<a href="javascript:x()">押す</a>', "押す"),
        ("1 &lt; 2 &nbsp; ok", "1 < 2 ok"),
    ],
)
def test_html_becomes_what_a_reader_would_see(html, text):
    assert plain_text(html) == text


def test_a_csv_of_ours_is_a_csv_to_others():
    rows = list(csv.reader(io.StringIO(as_csv([FULL]).decode("utf-8-sig"))))
    assert rows[1][0] == "001"
    assert rows[1][1].startswith("'=題")


def test_a_plain_list_of_questions_and_answers_needs_no_titles():
    found = plan(*read("qa.csv", "質問,回答\n定休日は？,土日です。\n".encode()), {})
    assert [(row.reply.title, row.reply.answer) for row in found.to_write] == [
        ("定休日は？", "土日です。")
    ]
