"""`python -m simulator`: see `simulator.commands`."""

import sys

from simulator.commands import main

sys.exit(main())
