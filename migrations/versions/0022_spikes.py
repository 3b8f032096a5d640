"""spikes: what is watched, what was counted, what was proposed

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None
RUNNING = sa.text("ended_at IS NULL")
UNSEEN = sa.text("seen_at IS NULL")
UNSENT = sa.text("done_at IS NULL AND given_up_at IS NULL")


def upgrade() -> None:
    op.create_table('spike_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Boolean(), nullable=False),
    sa.Column('sensitivity', sa.String(length=6), nullable=False),
    sa.Column('tells_webhooks', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_spike_rules_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spike_rules'))
    )
    op.create_table('watched_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('spellings', sa.JSON(), nullable=False),
    sa.Column('off', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_watched_words_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watched_words'))
    )
    op.create_table('spike_counts',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('slot_at', UtcDateTime(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_spike_counts_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'kind', 'word', 'slot_at', name=op.f('pk_spike_counts'))
    )
    op.create_index('ix_spike_counts_slot_at', 'spike_counts', ['slot_at', 'account_id'])
    op.create_table('spike_watches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seen_message_id', sa.Integer(), nullable=False),
    sa.Column('seen_event_id', sa.Integer(), nullable=False),
    sa.Column('filled_from', UtcDateTime(), nullable=True),
    sa.Column('vocabulary', sa.String(length=16), nullable=False),
    sa.Column('looked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spike_watches'))
    )
    op.create_table('spikes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('usual', sa.Double(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('peak', sa.Integer(), nullable=False),
    sa.Column('course', sa.JSON(), nullable=False),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('quiet_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('teaches', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_spikes_account_id_accounts')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['agents.id'], name=op.f('fk_spikes_decided_by_id_agents')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_spikes_incident_id_incidents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spikes'))
    )
    op.create_index('ix_spikes_running', 'spikes', ['account_id'], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_index(op.f('ix_spikes_incident_id'), 'spikes', ['incident_id'])
    op.create_index('ix_spikes_seen_at', 'spikes', ['seen_at'])
    op.create_table('spike_posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('spike_id', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('given_up_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['spike_id'], ['spikes.id'], name=op.f('fk_spike_posts_spike_id_spikes')),
    sa.ForeignKeyConstraint(['webhook_id'], ['alert_webhooks.id'], name=op.f('fk_spike_posts_webhook_id_alert_webhooks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spike_posts')),
    sa.UniqueConstraint('spike_id', 'webhook_id', name=op.f('uq_spike_posts_spike_id_webhook_id'))
    )
    op.create_index('ix_spike_posts_unsent', 'spike_posts', ['not_before'], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_table('spike_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('spike_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_spike_notices_agent_id_agents')),
    sa.ForeignKeyConstraint(['spike_id'], ['spikes.id'], name=op.f('fk_spike_notices_spike_id_spikes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spike_notices')),
    sa.UniqueConstraint('spike_id', 'agent_id', name=op.f('uq_spike_notices_spike_id_agent_id'))
    )
    op.create_index('ix_spike_notices_unseen', 'spike_notices', ['agent_id'], sqlite_where=UNSEEN, postgresql_where=UNSEEN)


def downgrade() -> None:
    for table in ('spike_notices', 'spike_posts', 'spikes', 'spike_watches', 'spike_counts', 'watched_words', 'spike_rules'):
        op.drop_table(table)
