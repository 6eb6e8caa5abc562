"""URLs, against a server on loopback."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

import geoloc
from geoloc.errors import SourceError
from geoloc.reading import fetching

PAGE = "<!DOCTYPE html><title>Raid</title><p>Обстріляно Козинку та Їжаківку.</p>"


class _Site(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        answers = {
            "/page": (200, {"Content-Type": "text/html; charset=koi8-u"}, PAGE.encode("koi8-u")),
            "/packed": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE.encode())),
            "/notes.md": (200, {"Content-Type": "text/plain"}, b"In *Sumy*."),
            "/moved": (302, {"Location": "/page"}, b""),
            "/away": (302, {"Location": "file:///etc/passwd"}, b""),
            "/inside": (302, {"Location": f"http://127.0.0.1:{self.server.server_port}/page"}, b""),  # type: ignore[attr-defined]
            "/round": (302, {"Location": "/round"}, b""),
            "/part": (200, {"Content-Type": "text/plain"}, b"In Sumy."),
            "/large": (200, {}, b"x" * 3000),
            "/%D0%BA?q=a%20b": (200, {"Content-Type": "text/plain"}, b"In Sumy."),
        }
        if self.path.startswith("/drip"):
            answer = b"HTTP/1.0 200 OK\r\nX: " + b"x" * 100
            try:
                for byte in answer if self.path == "/drip-head" else b"HTTP/1.0 200 OK\r\n\r\n" + answer:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.02)
            except OSError:
                pass
            return
        if self.path == "/slow":
            time.sleep(0.5)
        status, headers, body = answers.get(self.path, (404, {}, b"no"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + 100 * (self.path == "/part")))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for the slow answer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that did not wait."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    server = _Server(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    _Site.seen.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def read(url: str) -> geoloc.Document:
    return geoloc.read(url, allow_private=True)


def test_pages_in_the_charset_of_the_server(site):
    for path in ("/page", "/packed", "/moved", "/inside"):
        document = read(site + path)
        assert document.text.endswith("Обстріляно Козинку та Їжаківку.")
        assert document.source == site + path
        assert document.title == "Raid"


def test_the_extension_in_a_url_counts(site):
    assert read(f"{site}/notes.md").text == "In Sumy."


def test_addresses_with_other_letters(site):
    assert read(f"{site}/к?q=a b").text == "In Sumy."


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/none", "404"),
        ("/round", "redirect"),
        ("/away", "file"),
        ("/large", "larger than"),
        ("/part", "8 of 108 bytes"),
    ],
)
def test_clear_failures(site, path, error, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 2000)
    with pytest.raises(SourceError, match=error) as caught:
        read(site + path)
    assert "\n" not in str(caught.value)


def test_a_slow_server(site, monkeypatch):
    monkeypatch.setattr(fetching, "CONNECT_SECONDS", 0.1)
    with pytest.raises(SourceError, match="timed out"):
        read(f"{site}/slow")


def test_other_kinds_of_addresses():
    with pytest.raises(SourceError, match="only http and https"):
        geoloc.read("ftp://example.org/a.txt")


def test_nobody_answers():
    with pytest.raises(SourceError, match="cannot be fetched"):
        read("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_private_addresses_are_refused(site, host):
    port = site.rpartition(":")[2]
    with pytest.raises(SourceError, match="--allow-private"):
        geoloc.read(f"http://{host}:{port}/page")
    assert _Site.seen == []


def test_a_redirect_into_the_own_network_is_refused(site, monkeypatch):
    """The first host counts as public here, the second does not."""
    truth = fetching._is_public
    asked: list[str] = []

    def once(ip: object) -> bool:
        asked.append(str(ip))
        return len(asked) == 1 or truth(ip)

    monkeypatch.setattr(fetching, "_is_public", once)
    with pytest.raises(SourceError, match="private address"):
        geoloc.read(f"{site}/inside")
    assert _Site.seen == ["/inside"]


@pytest.mark.parametrize("path", ["/drip-head", "/drip-body"])
def test_the_time_limit_holds_for_every_byte(site, path, monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.3)
    with pytest.raises(SourceError, match=r"not done after 0\.3 seconds|timed out"):
        read(site + path)


def test_the_time_limit_holds_over_redirects(site, monkeypatch):
    now = time.monotonic
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now() + 61 * len(_Site.seen))
    with pytest.raises(SourceError, match=r"not done after 60 seconds|timed out"):
        read(f"{site}/moved")
    assert _Site.seen == ["/moved"]


def test_hosts_with_other_letters(site, monkeypatch):
    asked: list[str] = []

    def connection(address: tuple[str, int], *args: object) -> object:
        asked.append(address[0])
        raise OSError("nobody there")

    monkeypatch.setattr(fetching.socket, "create_connection", connection)
    for url in ("http://пример.example/к", "http://пример.example:8080/", "http://a_b.example/"):
        with pytest.raises(SourceError, match="nobody there"):
            read(url)
    assert asked == ["xn--e1afmkfd.example"] * 2 + ["a_b.example"]
    with pytest.raises(SourceError, match="cannot be fetched"):
        read("http://" + "п" * 80 + ".example/")


@pytest.mark.parametrize(
    "address",
    ["::7f00:1", "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "fec0::1", "fe80::1", "ff02::1", "192.168.1.1"],
)
def test_addresses_that_are_not_public(address):
    assert not fetching._is_public(fetching.ipaddress.ip_address(address))
    assert fetching._is_public(fetching.ipaddress.ip_address("2606:4700::1111"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "[::1]", "10.0.0.1", "x.localhost."])
def test_a_proxy_is_not_asked_for_private_addresses(site, host, monkeypatch):
    monkeypatch.setenv("http_proxy", site)
    with pytest.raises(SourceError, match="--allow-private"):
        geoloc.read(f"http://{host}/page")
    assert _Site.seen == []
    with pytest.raises(SourceError, match="404"):  # the proxy is asked for others
        geoloc.read("http://example.org/page")


def test_credentials_in_addresses_are_refused_and_not_repeated(site):
    with pytest.raises(SourceError, match="credentials") as caught:
        read("http://anna:secret@example.org/")
    assert "secret" not in str(caught.value) and "anna" not in str(caught.value)
