class Router:
    """Model crm.Report lives in the database reports, everything else in default."""

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        if model_name is None:
            return db == "default" or app_label == "crm"
        return (db == "reports") == (model_name == "report")
