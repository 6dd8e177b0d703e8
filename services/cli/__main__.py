"""`python -m services.cli` is `yishi`."""

import sys

from services.cli import main

sys.exit(main())
