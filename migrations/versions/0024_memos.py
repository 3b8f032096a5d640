"""memos: of which account one tells, so that only who sees that reads it

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

ACCOUNT = 'fk_handover_memos_account_id_accounts'


def upgrade() -> None:
    with op.batch_alter_table('handover_memos') as batch_op:
        batch_op.add_column(sa.Column('account_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('private', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(op.f(ACCOUNT), 'accounts', ['account_id'], ['id'])
    with op.batch_alter_table('handover_memos') as batch_op:
        batch_op.alter_column('private', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('handover_memos') as batch_op:
        batch_op.drop_constraint(op.f(ACCOUNT), type_='foreignkey')
        batch_op.drop_column('private')
        batch_op.drop_column('account_id')
