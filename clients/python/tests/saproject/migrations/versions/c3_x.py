print("a banner of a migration")
revision = "c3"
down_revision = 'a1'
branch_labels = None
depends_on = None
