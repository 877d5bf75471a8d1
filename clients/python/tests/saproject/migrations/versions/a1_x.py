print("a banner of a migration")
revision = "a1"
down_revision = None
branch_labels = None
depends_on = None
