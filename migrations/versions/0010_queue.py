"""queue: saved views, deeds on several tickets, linked tickets, tickets shared out by load

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('removed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_saved_views_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views'))
    )
    op.create_index('ix_saved_views_agent_id', 'saved_views', ['agent_id'])
    op.create_table('batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=False),
    sa.Column('deed', sa.String(length=8), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_batches_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches'))
    )
    op.create_table('ticket_links',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('ticket_id < other_id', name=op.f('ck_ticket_links_in_order')),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_ticket_links_agent_id_agents')),
    sa.ForeignKeyConstraint(['other_id'], ['tickets.id'], name=op.f('fk_ticket_links_other_id_tickets')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_links_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('ticket_id', 'other_id', name=op.f('pk_ticket_links'))
    )
    op.create_index('ix_ticket_links_other_id', 'ticket_links', ['other_id'])
    op.create_table('sharing_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Boolean(), nullable=False),
    sa.Column('ceiling', sa.Integer(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_sharing_rules_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sharing_rules'))
    )


def downgrade() -> None:
    op.drop_table('sharing_rules')
    op.drop_index('ix_ticket_links_other_id', table_name='ticket_links')
    op.drop_table('ticket_links')
    op.drop_table('batches')
    op.drop_index('ix_saved_views_agent_id', table_name='saved_views')
    op.drop_table('saved_views')
