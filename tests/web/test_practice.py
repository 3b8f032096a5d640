"""A desk to practise on cannot be taken for the real one."""

from dataclasses import replace


def practise(app):
    desk = app.extensions["desk"]
    settings = desk.settings.model_copy(update={"practice": True})
    app.extensions["desk"] = replace(desk, settings=settings)


def test_every_page_of_a_practice_desk_says_that_nothing_reaches_x(app, misaki):
    assert "練習モード" not in misaki.get("/tickets").text
    practise(app)
    assert "練習モード" in misaki.get("/tickets").text
    assert "Xには送信されません" in app.test_client().get("/sign-in").text
