"""people: numbers they gave us, whether to write to them, split tickets, what was said around them

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contact_wishes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('unwanted', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_contact_wishes_agent_id_agents')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_contact_wishes_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_wishes'))
    )
    op.create_index(op.f('ix_contact_wishes_customer_id'), 'contact_wishes', ['customer_id'])
    op.create_table('customer_numbers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('folded', sa.String(length=40), nullable=False),
    sa.Column('given_how', sa.String(length=8), nullable=False),
    sa.Column('given_at', UtcDateTime(), nullable=False),
    sa.Column('noted_at', UtcDateTime(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('removed_at', UtcDateTime(), nullable=True),
    sa.Column('removed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_numbers_customer_id_customers')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['agents.id'], name=op.f('fk_customer_numbers_noted_by_id_agents')),
    sa.ForeignKeyConstraint(['removed_by_id'], ['agents.id'], name=op.f('fk_customer_numbers_removed_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_numbers'))
    )
    op.create_index(op.f('ix_customer_numbers_customer_id'), 'customer_numbers', ['customer_id'])
    op.create_index(op.f('ix_customer_numbers_folded'), 'customer_numbers', ['folded'])
    op.create_table('known_accounts',
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_known_accounts_agent_id_agents')),
    sa.PrimaryKeyConstraint('x_id', name=op.f('pk_known_accounts'))
    )
    op.create_table('translators',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('private', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_translators_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translators'))
    )
    op.create_table('thread_fetches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('more', sa.Boolean(), nullable=False),
    sa.Column('problem', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_thread_fetches_agent_id_agents')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_thread_fetches_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_fetches'))
    )
    op.create_index('ix_thread_fetches_ticket', 'thread_fetches', ['ticket_id', 'id'])
    op.create_index('ix_thread_fetches_open', 'thread_fetches', ['id'],
                    sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    with op.batch_alter_table('customers') as table:
        table.add_column(sa.Column('memo_at', UtcDateTime(), nullable=True))
        table.add_column(sa.Column('memo_by_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('unwanted_at', UtcDateTime(), nullable=True))
        table.create_foreign_key(op.f('fk_customers_memo_by_id_agents'), 'agents', ['memo_by_id'], ['id'])
    with op.batch_alter_table('seen_posts') as table:
        table.add_column(sa.Column('thread_x_id', sa.String(length=60), server_default='', nullable=False))
        table.create_index(op.f('ix_seen_posts_thread_x_id'), ['thread_x_id'])
    with op.batch_alter_table('seen_posts') as table:
        table.alter_column('thread_x_id', server_default=None)
    with op.batch_alter_table('tickets') as table:
        table.add_column(sa.Column('split_from_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_tickets_split_from_id_tickets'), 'tickets', ['split_from_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('tickets') as table:
        table.drop_constraint(op.f('fk_tickets_split_from_id_tickets'), type_='foreignkey')
        table.drop_column('split_from_id')
    with op.batch_alter_table('seen_posts') as table:
        table.drop_index(op.f('ix_seen_posts_thread_x_id'))
        table.drop_column('thread_x_id')
    with op.batch_alter_table('customers') as table:
        table.drop_constraint(op.f('fk_customers_memo_by_id_agents'), type_='foreignkey')
        table.drop_column('unwanted_at')
        table.drop_column('memo_by_id')
        table.drop_column('memo_at')
    op.drop_table('thread_fetches')
    op.drop_table('translators')
    op.drop_table('known_accounts')
    op.drop_table('customer_numbers')
    op.drop_table('contact_wishes')
