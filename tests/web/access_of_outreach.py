"""Who may ask for the pages of outreach; see access_table.py."""

AGENT = (
    "GET listening_words.show",
    "GET listenings.show",
)
LEAD = (
    "POST listening_words.add",
    "POST listening_words.remove",
    "POST listenings.add",
    "POST listenings.change",
    "GET listenings.edit",
    "POST listenings.forecast",
    "POST listenings.hear_now",
    "GET listenings.new",
    "POST listenings.note_missed",
    "POST listenings.pause",
    "POST listenings.query",
    "POST listenings.resume",
    "POST listenings.retire",
    "POST research.ask",
    "GET research.show",
)
