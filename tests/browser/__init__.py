"""People with browsers walk through the pages of both faces, on a phone and on a desk."""

import pytest

# What a person expects of a page is asserted beside the tests; pytest explains those assertions too.
pytest.register_assert_rewrite("tests.browser.person", "tests.browser.water")
