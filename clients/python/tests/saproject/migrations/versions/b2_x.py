print("a banner of a migration")
revision = "b2"
down_revision = 'a1'
branch_labels = None
depends_on = None
