"""sending that can be trusted: schedules, looks, attempts, retractions, warnings

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

WISHED = "done_at IS NULL AND refused = ''"
OPEN = "kept_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scheduled', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('seen_message_id', sa.Integer(), nullable=True))
        batch_op.drop_column('rung_at')
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.alter_column('scheduled', server_default=None)

    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('claimed_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('after_x_id', sa.String(length=19), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('absent_at', UtcDateTime(), nullable=True))
        batch_op.drop_column('absent_count')
    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.alter_column('after_x_id', server_default=None)

    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('begun_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('agent_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_attempts_agent_id_agents'), 'agents', ['agent_id'], ['id'])

    op.create_table('retractions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('refused', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_retractions_agent_id_agents')),
    sa.ForeignKeyConstraint(['part_id'], ['reply_parts.id'], name=op.f('fk_retractions_part_id_reply_parts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retractions')),
    sa.UniqueConstraint('part_id', name=op.f('uq_retractions_part_id'))
    )
    with op.batch_alter_table('retractions', schema=None) as batch_op:
        batch_op.create_index('ix_retractions_open', ['not_before'], unique=False, sqlite_where=sa.text(WISHED), postgresql_where=sa.text(WISHED))

    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.add_column(sa.Column('warned_at', UtcDateTime(), nullable=True))
        batch_op.drop_index('ix_promises_open_warn_at', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.create_index('ix_promises_open', ['warned_at', 'warn_at'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))


def downgrade() -> None:
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('ix_promises_open', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
        batch_op.drop_column('warned_at')
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.create_index('ix_promises_open_warn_at', ['warn_at'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))

    op.drop_table('retractions')

    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_attempts_agent_id_agents'), type_='foreignkey')
        batch_op.drop_column('agent_id')
        batch_op.drop_column('begun_at')

    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('absent_count', sa.Integer(), nullable=False, server_default='0'))
        batch_op.drop_column('absent_at')
        batch_op.drop_column('after_x_id')
        batch_op.drop_column('claimed_at')
    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.alter_column('absent_count', server_default=None)

    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rung_at', UtcDateTime(), nullable=True))
        batch_op.drop_column('seen_message_id')
        batch_op.drop_column('scheduled')
