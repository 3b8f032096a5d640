"""own words: promises told to customers, mentions among colleagues, holds until something happens

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

HELD_FOR = "state = 'held' AND held_for <> ''"


def upgrade() -> None:
    with op.batch_alter_table('promises') as table:
        table.add_column(sa.Column('told_until', UtcDateTime(), nullable=True))
        table.add_column(sa.Column('told_words', sa.String(length=80), nullable=False, server_default=''))
    with op.batch_alter_table('replies') as table:
        table.add_column(sa.Column('promised_until', UtcDateTime(), nullable=True))
        table.add_column(sa.Column('promised_words', sa.String(length=80), nullable=False, server_default=''))
    with op.batch_alter_table('notes') as table:
        table.add_column(sa.Column('edited_at', UtcDateTime(), nullable=True))
        table.add_column(sa.Column('deleted_at', UtcDateTime(), nullable=True))
    op.create_table('mentions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_mentions_agent_id_agents')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_mentions_note_id_notes')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_mentions_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentions')),
    sa.UniqueConstraint('note_id', 'agent_id', name=op.f('uq_mentions_note_id_agent_id'))
    )
    op.create_index('ix_mentions_agent_id', 'mentions', ['agent_id', 'seen_at'])
    with op.batch_alter_table('tickets') as table:
        table.add_column(sa.Column('held_for', sa.String(length=8), nullable=False, server_default=''))
        table.add_column(sa.Column('held_for_ticket_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_tickets_held_for_ticket_id_tickets'), 'tickets', ['held_for_ticket_id'], ['id'])
    op.create_index('ix_tickets_held_for', 'tickets', ['held_for', 'held_for_ticket_id'],
                    sqlite_where=sa.text(HELD_FOR), postgresql_where=sa.text(HELD_FOR))


def downgrade() -> None:
    op.drop_index('ix_tickets_held_for', table_name='tickets')
    with op.batch_alter_table('tickets') as table:
        table.drop_constraint(op.f('fk_tickets_held_for_ticket_id_tickets'), type_='foreignkey')
        table.drop_column('held_for_ticket_id')
        table.drop_column('held_for')
    op.drop_index('ix_mentions_agent_id', table_name='mentions')
    op.drop_table('mentions')
    for name, columns in (('notes', ('deleted_at', 'edited_at')),
                          ('replies', ('promised_words', 'promised_until')),
                          ('promises', ('told_words', 'told_until'))):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.drop_column(column)
