"""house rules, words for the next shift, drafts that are handed on

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

OWN = 'writer_id IS NULL'


def upgrade() -> None:
    op.create_table('house_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('asks', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_house_rules_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_house_rules')),
    sa.UniqueConstraint('version', name=op.f('uq_house_rules_version'))
    )
    op.create_table('rules_confirmations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_rules_confirmations_agent_id_agents')),
    sa.ForeignKeyConstraint(['version'], ['house_rules.version'], name=op.f('fk_rules_confirmations_version_house_rules')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rules_confirmations')),
    sa.UniqueConstraint('agent_id', 'version', name=op.f('uq_rules_confirmations_agent_id_version'))
    )
    op.create_table('handover_memos',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_handover_memos_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_memos'))
    )
    op.create_index('ix_handover_memos_written_at', 'handover_memos', ['written_at'])
    op.create_table('handover_readers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('memo_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_handover_readers_agent_id_agents')),
    sa.ForeignKeyConstraint(['memo_id'], ['handover_memos.id'], name=op.f('fk_handover_readers_memo_id_handover_memos'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_readers')),
    sa.UniqueConstraint('memo_id', 'agent_id', name=op.f('uq_handover_readers_memo_id_agent_id'))
    )
    with op.batch_alter_table('kept_drafts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('writer_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_kept_drafts_writer_id_agents'), 'agents', ['writer_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('uq_kept_drafts_agent_id_ticket_id_mode'), type_='unique')
    op.create_index(op.f('ix_kept_drafts_agent_id'), 'kept_drafts', ['agent_id'])
    op.create_index('uq_kept_drafts_own', 'kept_drafts', ['agent_id', 'ticket_id', 'mode'], unique=True,
                    sqlite_where=sa.text(OWN), postgresql_where=sa.text(OWN))


def downgrade() -> None:
    op.execute("DELETE FROM kept_drafts WHERE writer_id IS NOT NULL")
    op.drop_index(op.f('ix_kept_drafts_agent_id'), table_name='kept_drafts')
    op.drop_index('uq_kept_drafts_own', table_name='kept_drafts')
    with op.batch_alter_table('kept_drafts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_kept_drafts_writer_id_agents'), type_='foreignkey')
        batch_op.drop_column('writer_id')
        batch_op.create_unique_constraint(batch_op.f('uq_kept_drafts_agent_id_ticket_id_mode'), ['agent_id', 'ticket_id', 'mode'])
    for table in ('handover_readers', 'handover_memos', 'rules_confirmations', 'house_rules'):
        op.drop_table(table)
