from .models import Base

import no_such_module
