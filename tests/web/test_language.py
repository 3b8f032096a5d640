"""Every sentence of the interface has its English."""

import re

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import session
from flask_babel import gettext

from support.web.language import choose_anew, locale
from tests.web.forms import ROOT

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "Refused": (2,),
    "NotAllowed": None,
    "SomeoneWasFirst": None,
}
ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def sentences():
    """Every sentence of templates and code, with the place it stands in."""
    with (ROOT / "babel.cfg").open() as rules:
        methods, options = parse_mapping_cfg(rules)
    for folder in ("support/", "templates/"):
        under = [(p.removeprefix(folder), how) for p, how in methods if p.startswith(folder)]
        chosen = {pattern.removeprefix(folder): values for pattern, values in options.items()}
        found = extract_from_dir(str(ROOT / folder), under, chosen, keywords=KEYWORDS)
        for path, line, message, _comments, _context in found:
            yield forms(message)[0], f"{folder}{path}:{line}"


def forms(words):
    """A sentence, or those for one and for several."""
    return [words] if isinstance(words, str) else list(words)


@pytest.fixture(scope="module")
def english():
    with (ENGLISH / "messages.po").open("rb") as written:
        return read_po(written, locale="en")


@pytest.fixture(scope="module")
def pairs(english):
    """Japanese and English, form by form."""
    return [
        (forms(message.id)[min(number, len(forms(message.id)) - 1)], said)
        for message in english
        if message.id
        for number, said in enumerate(forms(message.string))
    ]


def test_every_sentence_has_its_english(english):
    missing = [
        f"{where} {text}"
        for text, where in sentences()
        if text not in english or not all(forms(english[text].string))
    ]
    assert not missing, "see translations/README.md:\n" + "\n".join(missing)


def test_no_english_is_doubtful_or_left_over(english):
    known = {text for text, _where in sentences()}
    ours = [message for message in english if message.id]
    assert [m.id for m in ours if m.fuzzy or forms(m.id)[0] not in known] == []
    assert not english.obsolete


def test_placeholders_are_the_same_in_both_languages(pairs):
    for japanese, said in pairs:
        assert set(PLACEHOLDER.findall(japanese)) == set(PLACEHOLDER.findall(said)), japanese


def test_english_is_not_japanese(pairs):
    assert [said for _, said in pairs if re.search(r"[぀-ヿ一-鿿]", said)] == []


def test_the_compiled_catalogue_is_that_of_the_written_one(english):
    with (ENGLISH / "messages.mo").open("rb") as compiled:
        assert by_sentence(read_mo(compiled)) == by_sentence(english)


def by_sentence(catalogue):
    return {forms(m.id)[0]: forms(m.string) for m in catalogue if m.id}


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9", "en"), ("ja", "ja"), ("fr", "ja"), ("", "ja"), ("fr,en;q=0.5", "en")],
)
def test_before_the_sign_in_the_browsers_language_counts(client, cast, asked, language):
    page = client.get("/sign-in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{language}">' in page


def test_a_language_chosen_anew_is_spoken_from_there_on(app):
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        assert (gettext("保留"), locale()) == ("保留", "ja")
        session["locale"] = "en"
        choose_anew()
        assert (gettext("保留"), locale()) == ("On hold", "en")
