"""The day everything breaks: spikes, incidents, notices, waves."""
