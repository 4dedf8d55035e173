"""`python -m engine`: the command line without the web."""

import sys

from engine.command_line import main

sys.exit(main())
