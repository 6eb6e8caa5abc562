import io
import os
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import settings

from geoloc import Gazetteer, Geoparser

# No deadline: a busy machine is no defect. In CI the same examples every time, so that what lands does not hang on luck.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def gazetteer():
    return Gazetteer.open()


@pytest.fixture(scope="session")
def geoparser(gazetteer):
    return Geoparser(gazetteer=gazetteer)


class Mirror:
    """A server of files on this machine, that can cut a download off and remembers what was asked."""

    @staticmethod
    def archive(text=b"hello " * 5000):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as file:
            file.writestr("RU.txt", text)
        return data.getvalue()

    def __init__(self):
        self.files = {"/RU.zip": (self.archive(), '"one"')}
        self.cut = None
        self.asked, self.sent = [], []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
                mirror.asked.append((self.path, begin))
                if self.path not in mirror.files:
                    return self.send_error(404)
                data, tag = mirror.files[self.path]
                if self.headers.get("If-None-Match") == tag:
                    self.send_response(304)
                    return self.end_headers()
                mirror.sent.append(self.path)
                if self.headers.get("If-Range") not in (None, tag):
                    begin = 0
                self.send_response(206 if begin else 200)
                self.send_header("Content-Length", str(len(data) - begin))
                self.send_header("ETag", tag)
                self.end_headers()
                self.wfile.write(data[begin:][: mirror.cut])

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def mirror():
    mirror = Mirror()
    yield mirror
    mirror.server.shutdown()
    mirror.server.server_close()
