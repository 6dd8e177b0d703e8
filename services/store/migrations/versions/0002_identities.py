"""who unnamed people are, beside their cases"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_identities_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_identities")),
        sa.UniqueConstraint("code", name=op.f("uq_identities_code")),
    )


def downgrade() -> None:
    op.drop_table("identities")
