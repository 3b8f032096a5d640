"""The lines of `access_table` for what is said to everybody in an incident."""

AGENT = (
    "GET incident_reports.kept",
    "GET waves.follow",
    "GET waves.show",
)
LEAD = (
    "GET incident_reports.csv",
    "POST incident_reports.keep",
    "POST incident_reports.retire",
    "GET incident_reports.show",
    "POST waves.approve",
    "POST waves.drop",
    "POST waves.resume",
    "POST waves.save",
    "POST waves.stop",
)
