"""An intruder with files: bombs, disguises, formulas, names with line ends; nothing is gained."""

import ast
import csv
import io
import json
import zipfile

import pytest
import structlog
from PIL import Image

from support.agents.records import Agent
from support.canned import workbook
from tests.replies.test_images import picture
from tests.web.forms import ROOT, Browser
from tests.web.talk import Talk, send
from tests.web.test_canned_files import chosen, files, hidden

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://evil.example")'
BEGINS = ("=", "+", "-", "@", "\t", "\r")
EXPORTS = [
    "/reports.csv",
    "/canned/export/csv",
    "/settings/spending.csv",
    "/settings/compliance.csv",
]
STARTS = {"eval", "exec", "compile", "system", "popen", "Popen", "__import__"}


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says()
    return talk


@pytest.fixture
def lead(ryo, shelf_dir):
    return Browser(ryo)


def bomb():
    """A picture of 400 million dots in some kilobytes."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(SVG, "a.svg", id="a drawing that runs"),
        pytest.param(SVG, "a.png", id="the same under another name"),
        pytest.param(PAGE, "a.jpg", id="a page"),
        pytest.param(b"GIF89a/*" + PAGE, "a.gif", id="a page that begins like a GIF"),
        pytest.param(picture("PNG")[:60], "a.png", id="half a picture"),
        pytest.param(b"%PDF-1.7\n", "a.png", id="a document"),
        pytest.param(b"PK\x03\x04" + b"\0" * 60, "a.webp", id="an archive"),
        pytest.param(bomb(), "a.png", id="a bomb"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\xff" * 99, "a.png", id="lengths that lie"),
    ],
)
def test_what_is_no_picture_gets_nowhere(talk, misaki, data, name):
    answer = send(misaki, talk.ticket, "こちらです", image1=(io.BytesIO(data), name))
    assert answer.status_code == 422
    assert "こちらです</textarea>" in answer.text
    assert talk.replies() == []


def test_what_hides_behind_a_picture_is_left_behind(talk, misaki):
    """One file that is a picture to one reader and a page or an archive to another."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.html", PAGE)
    for tail in (PAGE, archive.getvalue()):
        disguised = picture() + tail
        send(misaki, talk.ticket, "こちらです", image1=(io.BytesIO(disguised), "a.html"))
    images = [image for reply in talk.replies() for image in reply.images]
    assert images
    for number, image in enumerate(images, start=1):
        assert PAGE not in image.data
        assert b"PK\x03\x04" not in image.data
        shown = misaki.get(f"/replies/images/{number}")
        assert shown.content_type == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return out.getvalue()


def sheet(xml):
    """A workbook of ours, its sheet replaced."""
    book = workbook.write_workbook([])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, xml if part.startswith("xl/worksheets/") else old.read(part))
    return out.getvalue()


def laughs():
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "笑"}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE w [{names}]><worksheet>&l9;</worksheet>'


OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<worksheet><sheetData><row><c t='inlineStr'><is><t>&x;</t></is></c></row></sheetData>"
    "</worksheet>"
)
BOMBS = {
    "zeros": lambda: packed(**{"xl/workbook.xml": b"\0" * (workbook.LARGEST_UNPACKED + 1)}),
    "many files": lambda: packed(**{f"xl/{n}.xml": b"" for n in range(workbook.MOST_PARTS + 1)}),
    "laughs": lambda: sheet(laughs()),
    "a file from outside": lambda: sheet(OUTSIDE),
    "no archive at all": lambda: b"PK\x03\x04" + b"\0" * 500,
    "cut off": lambda: workbook.write_workbook([])[:-40],
    "a way up": lambda: packed(**{"../../app.py": b"x", "/etc/passwd": b"x"}),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_workbook_that_is_a_bomb_ends_in_a_sentence(lead, shelf_dir, kind):
    answer = chosen(lead, BOMBS[kind](), "answers.xlsx")
    assert answer.status_code == 200
    assert "Excel のファイル" in answer.text or "1行目に列の名前" in answer.text
    assert "root:" not in answer.text
    assert "/canned/import/confirm" not in answer.text
    assert files(shelf_dir) == []


def test_no_name_of_a_file_adds_a_header(lead, shelf_dir):
    for name in ('a"\r\nSet-Cookie: a=b\r\n.csv', "../../a.csv", "a\x00.csv", "x" * 5_000 + ".csv"):
        answer = chosen(lead, "title,answer\n一,本文\n", name)
        assert answer.status_code == 200
        assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))
    for path in ("/canned/export/csv", "/reports.csv", "/reports.csv?from=2026-01-01%0d%0aX:y"):
        told = str(lead.client.get(path).headers.get("Content-Disposition", ""))
        assert not {"\r", "\n"} & set(told)


def test_no_cell_of_any_table_is_a_formula(session, cast, lead, shelf_dir, talk, clock):
    """Whoever opens an export in a spreadsheet runs nothing of a stranger's."""
    session.rollback()  # what is read so far was read only
    session.connection(execution_options={"readonly": False})
    for agent in session.query(Agent):
        agent.family_name, agent.given_name = FORMULA, "+1"
    talk.ticket.conversation.customer.name = "@SUM(1)"
    session.commit()
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["id", "title", "answer"], ["a", FORMULA, FORMULA]])
    lead.post("/canned/import/confirm", **hidden(chosen(lead, sheet.getvalue()).text))
    seen = []
    for path in EXPORTS:
        answer = lead.client.get(path)
        assert answer.status_code == 200, path
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert cells
        assert [cell for cell in cells if cell.startswith(BEGINS) and len(cell) > 1] == []
        seen += cells
    assert f"'{FORMULA}" in seen, "it was there to be defused"


def test_no_line_of_the_log_can_be_forged(app):
    """What is logged comes out as one line, whatever stands in it."""
    render = structlog.get_config()["processors"][-1]
    line = render(None, "warning", {"event": "tried", "name": 'a\n{"event": "forged"}\r\x00'})
    assert not {"\n", "\r", "\x00"} & set(line)
    assert json.loads(line)["event"] == "tried"


def calls(folder):
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield path, node


def test_no_page_starts_a_program():
    """Neither a shell nor Python made of words; re.compile is another thing."""
    wrong = []
    for path, node in calls("support/web"):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None)
            wrong += [f"{path}: {name}"] if name in STARTS else []
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
            wrong += [
                f"{path}: {it}" for it in names & {"subprocess", "pickle", "marshal", "shelve"}
            ]
    assert wrong == []


def test_secrets_are_drawn_from_the_system():
    """Nothing that opens the desk, or is posted by it, is drawn by a generator one can foresee."""
    drawn = {
        path.relative_to(ROOT).as_posix()
        for path, node in calls("support")
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names)
    }
    assert {path for path in drawn if not path.startswith("support/sandbox/")} <= {
        "support/matching/training.py"
    }
