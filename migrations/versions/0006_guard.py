"""guard: the desk's own word lists, and reasons given for sending in spite of a finding

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guard_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('level', sa.String(length=6), nullable=False),
    sa.Column('text', sa.String(length=80), nullable=False),
    sa.Column('is_pattern', sa.Boolean(), nullable=False),
    sa.Column('instead', sa.String(length=80), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_by_id', sa.Integer(), nullable=True),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_guard_words_made_by_id_agents')),
    sa.ForeignKeyConstraint(['retired_by_id'], ['agents.id'], name=op.f('fk_guard_words_retired_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guard_words'))
    )
    op.create_index('ix_guard_words_retired_at', 'guard_words', ['retired_at'])
    op.create_table('guard_overrides',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_guard_overrides_agent_id_agents')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_guard_overrides_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guard_overrides'))
    )
    op.create_index(op.f('ix_guard_overrides_reply_id'), 'guard_overrides', ['reply_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_guard_overrides_reply_id'), table_name='guard_overrides')
    op.drop_table('guard_overrides')
    op.drop_index('ix_guard_words_retired_at', table_name='guard_words')
    op.drop_table('guard_words')
