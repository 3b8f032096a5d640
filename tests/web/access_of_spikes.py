"""Part of `access_table`: what a lead may ask of spikes."""

SPIKES = (
    "POST spike_rules.add_word",
    "POST spike_rules.retire",
    "POST spike_rules.save",
    "GET spike_rules.show",
    "POST spike_rules.switch_off",
    "POST spike_rules.unlearn",
    "GET spikes.banner",
    "POST spikes.dismiss",
    "GET spikes.one",
    "GET spikes.show",
    "POST spikes.snooze",
)
