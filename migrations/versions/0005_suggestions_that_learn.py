"""suggestions that learn: what was shown and kept, edits of prepared answers

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('answer_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.String(length=80), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_answer_edits_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_edits'))
    )
    op.create_index('ix_answer_edits_answer_id', 'answer_edits', ['answer_id'])
    op.create_index('ix_answer_edits_at', 'answer_edits', ['at'])
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('message_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('agent_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('shown', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('kept', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('forgotten_at', UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE picks SET"
        " message_id = (SELECT answers_id FROM replies WHERE replies.id = picks.reply_id),"
        " agent_id = (SELECT agent_id FROM replies WHERE replies.id = picks.reply_id)"
    )
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.alter_column('shown', existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column('message_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('reply_id', existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column('answer_id', existing_type=sa.String(length=80), nullable=True)
        batch_op.create_foreign_key(op.f('fk_picks_message_id_messages'), 'messages', ['message_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_picks_agent_id_agents'), 'agents', ['agent_id'], ['id'])
        batch_op.create_index('ix_picks_message_id', ['message_id'])
        batch_op.create_index('ix_picks_picked_at', ['picked_at'])
        batch_op.create_index('ix_picks_forgotten_at', ['forgotten_at'])


def downgrade() -> None:
    op.execute("DELETE FROM picks WHERE reply_id IS NULL OR answer_id IS NULL")
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.drop_index('ix_picks_forgotten_at')
        batch_op.drop_index('ix_picks_picked_at')
        batch_op.drop_index('ix_picks_message_id')
        batch_op.drop_constraint(op.f('fk_picks_agent_id_agents'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_picks_message_id_messages'), type_='foreignkey')
        batch_op.alter_column('answer_id', existing_type=sa.String(length=80), nullable=False)
        batch_op.alter_column('reply_id', existing_type=sa.Integer(), nullable=False)
        for name in ('forgotten_at', 'kept', 'shown', 'agent_id', 'message_id'):
            batch_op.drop_column(name)
    op.drop_index('ix_answer_edits_at', table_name='answer_edits')
    op.drop_index('ix_answer_edits_answer_id', table_name='answer_edits')
    op.drop_table('answer_edits')
