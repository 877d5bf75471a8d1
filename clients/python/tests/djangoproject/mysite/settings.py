import os

print("a banner of the settings")  # as some projects do

SECRET_KEY = "of the tests"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "schema_audit.django",
    "shop",
    "crm",
]
AUTH_USER_MODEL = "crm.Person"  # auth.User is swapped out


def database(name):
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "HOST": os.environ.get("PGHOST", "/nowhere"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "OPTIONS": {"connect_timeout": 5},
    }


DATABASES = {
    "default": database(os.environ.get("DATABASE_DEFAULT", "shop")),
    "reports": database(os.environ.get("DATABASE_REPORTS", "reports")),
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
DATABASE_ROUTERS = ["mysite.router.Router"]
