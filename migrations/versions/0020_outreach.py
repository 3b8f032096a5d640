"""outreach: what is listened for, whom it found, what is offered, the switch and the manners

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None
UNDER_WAY = sa.text("state IN ('approved', 'handed')")


def upgrade() -> None:
    with op.batch_alter_table('contact_wishes', schema=None) as batch_op:
        batch_op.alter_column('agent_id', existing_type=sa.Integer(), nullable=True)
    op.create_table('outreach_policies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_outreach_policies_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_policies'))
    )
    op.create_table('outreach_switches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_outreach_switches_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_switches'))
    )
    op.create_table('lexicon_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('text', sa.String(length=80), nullable=False),
    sa.Column('stands_for', sa.String(length=80), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_lexicon_words_account_id_accounts')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_lexicon_words_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lexicon_words'))
    )
    op.create_index('ix_lexicon_words_retired_at', 'lexicon_words', ['retired_at'])
    op.create_table('offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_offers_account_id_accounts')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_offers_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers'))
    )
    op.create_table('listenings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=512), nullable=False),
    sa.Column('built', sa.JSON(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=True),
    sa.Column('every_minutes', sa.Integer(), nullable=False),
    sa.Column('most_per_day', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('paused_at', UtcDateTime(), nullable=True),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.Column('since_id', sa.String(length=19), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('rests_until', UtcDateTime(), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('missed_from_at', UtcDateTime(), nullable=True),
    sa.Column('missed_until_at', UtcDateTime(), nullable=True),
    sa.Column('missed_why', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_listenings_account_id_accounts')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_listenings_made_by_id_agents')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_listenings_offer_id_offers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listenings'))
    )
    op.create_index(op.f('ix_listenings_account_id'), 'listenings', ['account_id'])
    op.create_table('offer_wordings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_offer_wordings_made_by_id_agents')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_offer_wordings_offer_id_offers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_wordings'))
    )
    op.create_index(op.f('ix_offer_wordings_offer_id'), 'offer_wordings', ['offer_id'])
    op.create_table('listening_reads',
    sa.Column('listening_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['listening_id'], ['listenings.id'], name=op.f('fk_listening_reads_listening_id_listenings')),
    sa.PrimaryKeyConstraint('listening_id', 'day', name=op.f('pk_listening_reads'))
    )
    op.create_table('prospects',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('listening_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('post_x_id', sa.String(length=19), nullable=False),
    sa.Column('author_x_id', sa.String(length=19), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('followers', sa.BigInteger(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('thread_x_id', sa.String(length=60), nullable=False),
    sa.Column('in_reply_to_x_id', sa.String(length=19), nullable=False),
    sa.Column('posted_at', UtcDateTime(), nullable=False),
    sa.Column('found_at', UtcDateTime(), nullable=False),
    sa.Column('raw', sa.JSON(), nullable=False),
    sa.Column('emptied_at', UtcDateTime(), nullable=True),
    sa.Column('emptied_reason', sa.String(length=12), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('phrase', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('skip_reason', sa.String(length=40), nullable=False),
    sa.Column('wording_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('handed_by_id', sa.Integer(), nullable=True),
    sa.Column('handed_at', UtcDateTime(), nullable=True),
    sa.Column('sent_x_id', sa.String(length=19), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('sent_text', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_prospects_account_id_accounts')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['agents.id'], name=op.f('fk_prospects_decided_by_id_agents')),
    sa.ForeignKeyConstraint(['handed_by_id'], ['agents.id'], name=op.f('fk_prospects_handed_by_id_agents')),
    sa.ForeignKeyConstraint(['listening_id'], ['listenings.id'], name=op.f('fk_prospects_listening_id_listenings')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_prospects_ticket_id_tickets')),
    sa.ForeignKeyConstraint(['wording_id'], ['offer_wordings.id'], name=op.f('fk_prospects_wording_id_offer_wordings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prospects')),
    sa.UniqueConstraint('post_x_id', name=op.f('uq_prospects_post_x_id')),
    sa.UniqueConstraint('sent_x_id', name=op.f('uq_prospects_sent_x_id'))
    )
    op.create_index('ix_prospects_author_x_id', 'prospects', ['author_x_id'])
    op.create_index('ix_prospects_handed_at', 'prospects', ['handed_at'])
    op.create_index('ix_prospects_found_at', 'prospects', ['found_at'])
    op.create_index('ix_prospects_listening_id', 'prospects', ['listening_id', 'found_at'])
    op.create_index('ix_prospects_state', 'prospects', ['state', 'account_id', 'score'])
    op.create_index(op.f('ix_prospects_thread_x_id'), 'prospects', ['thread_x_id'])
    op.create_index(op.f('ix_prospects_ticket_id'), 'prospects', ['ticket_id'])
    op.create_index('uq_prospects_under_way', 'prospects', ['author_x_id'], unique=True, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
    op.create_table('prospect_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('prospect_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_prospect_events_agent_id_agents')),
    sa.ForeignKeyConstraint(['prospect_id'], ['prospects.id'], name=op.f('fk_prospect_events_prospect_id_prospects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prospect_events'))
    )
    op.create_index(op.f('ix_prospect_events_prospect_id'), 'prospect_events', ['prospect_id'])


def downgrade() -> None:
    op.drop_table('prospect_events')
    op.drop_table('prospects')
    op.drop_table('listening_reads')
    op.drop_table('offer_wordings')
    op.drop_table('listenings')
    op.drop_table('offers')
    op.drop_table('lexicon_words')
    op.drop_table('outreach_switches')
    op.drop_table('outreach_policies')
    op.execute('DELETE FROM contact_wishes WHERE agent_id IS NULL')  # customers keep that it holds
    with op.batch_alter_table('contact_wishes', schema=None) as batch_op:
        batch_op.alter_column('agent_id', existing_type=sa.Integer(), nullable=False)
