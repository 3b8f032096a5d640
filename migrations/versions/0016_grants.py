"""Which accounts are not everybody's, and who works on them.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from support.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_limits",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("dms_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_limits_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_limits")),
    )
    op.create_table(
        "account_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_grants_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_account_grants_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["agents.id"], name=op.f("fk_account_grants_granted_by_id_agents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grants")),
        sa.UniqueConstraint(
            "agent_id", "account_id", name=op.f("uq_account_grants_agent_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_account_grants_account_id"), "account_grants", ["account_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("account_grants")
    op.drop_table("account_limits")
