"""The bundles of the front end, as browsers fetch them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.conftest import FlaskClient
from webapp import assets


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A build of one style, in place of the real one."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "citizen.css.gz").write_bytes(b"small")
    (tmp_path / "dist" / "manifest.json").write_text('{"citizen.css": "abc"}')
    monkeypatch.setattr(assets, "_STATIC", tmp_path)
    assets.versions.cache_clear()
    yield
    assets.versions.cache_clear()


@pytest.mark.usefixtures("bundle")
def test_addresses_of_bundles_carry_their_version(client: FlaskClient) -> None:
    assert "/static/dist/citizen.css?v=abc" in client.get("/").text


@pytest.mark.usefixtures("bundle")
def test_a_bundle_comes_compressed_and_may_be_kept_for_a_year(client: FlaskClient) -> None:
    with client.get("/static/dist/citizen.css?v=abc", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.data == b"small"
        assert (answer.headers["Content-Encoding"], answer.mimetype) == ("gzip", "text/css")
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_outside_the_folder_is_sent(client: FlaskClient) -> None:
    for address in ("/static/../config.py", "/static/%2e%2e/config.py", "/static/dist/nothing.css"):
        assert client.get(address, headers={"Accept-Encoding": "gzip"}).status_code == 404
