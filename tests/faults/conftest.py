"""What the tests of this folder share: which of them need a server beside them."""

import os

collect_ignore = [] if "JUSHOU_TEST_DATABASE_URL" in os.environ else ["test_waiting.py"]
