"""drafts: what agents began to write is kept for them

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=5), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('answer_id', sa.String(length=200), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_kept_drafts_agent_id_agents')),
    sa.ForeignKeyConstraint(['answers_id'], ['messages.id'], name=op.f('fk_kept_drafts_answers_id_messages')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_kept_drafts_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_drafts')),
    sa.UniqueConstraint('agent_id', 'ticket_id', 'mode', name=op.f('uq_kept_drafts_agent_id_ticket_id_mode'))
    )
    op.create_index(op.f('ix_kept_drafts_ticket_id'), 'kept_drafts', ['ticket_id'])
    op.create_index('ix_kept_drafts_updated_at', 'kept_drafts', ['updated_at'])


def downgrade() -> None:
    op.drop_index('ix_kept_drafts_updated_at', table_name='kept_drafts')
    op.drop_index(op.f('ix_kept_drafts_ticket_id'), table_name='kept_drafts')
    op.drop_table('kept_drafts')
