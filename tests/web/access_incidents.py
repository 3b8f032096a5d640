"""The lines of the table of access that are about incidents."""

AGENT = (
    "GET incidents.show",
    "GET incidents.show_all",
    "POST incidents.write_down",
    "POST incident_links.link",
    "POST incident_links.link_one",
    "POST incident_links.link_to_chosen",
    "POST incident_links.undo",
    "POST incident_links.unlink",
    "GET notices.follow",
)

LEAD = (
    "GET incident_links.alike",
    "POST incidents.advance",
    "POST incidents.close",
    "GET incidents.edit",
    "GET incidents.new",
    "POST incidents.open_new",
    "POST incidents.reopen",
    "POST incidents.save",
    "POST incidents.say_next",
    "POST notices.approve",
    "POST notices.drop",
    "POST notices.send_back",
    "POST notices.take_back",
    "POST notices.write",
)
