"""Fetch a web page: with a time limit, a size limit and redirects, and not from inside the own network.

An address that a page or a colleague gave must not make geoloc read what only this machine can reach: a router,
a database, the metadata service of a cloud. So the address that is really connected to is checked, after
name resolution and again on each redirect.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geoloc.errors import SourceError
from geoloc.reading.limits import MOST_BYTES

CONNECT_SECONDS = 20
"""The longest wait for a connection, and for the next bytes."""
TOTAL_SECONDS = 60
_CHUNK = 1 << 16
_ACCEPT = "text/html, application/xhtml+xml, text/plain, application/rss+xml, application/atom+xml, */*;q=0.5"
Connect = Callable[..., socket.socket]


class _PrivateAddress(OSError):
    """The host is not on the public internet."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave.

    Attributes
    ----------
    data : bytes
    charset, media_type : str or None
        As the server declares them.
    url : str
        Where the redirects led.
    """

    data: bytes
    charset: str | None
    media_type: str | None
    url: str


def fetch(url: str, *, allow_private: bool = False) -> Fetched:
    """Fetch an http(s) address.

    Parameters
    ----------
    url : str
    allow_private : bool
        Let it lie on this machine or in a private network.

    Raises
    ------
    SourceError
        If there is no answer in time, it is an error or too large, or the address is private.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.parse import quote
    from urllib.request import Request

    url = quote(url, safe="!#$%&'()*+,/:;=?@[]~")
    headers = {"User-Agent": "geoloc (text geoparser)", "Accept": _ACCEPT, "Accept-Encoding": "identity"}
    end = time.monotonic() + TOTAL_SECONDS
    try:
        opener = _opener(allow_private)
        with opener.open(Request(url, headers=headers), timeout=CONNECT_SECONDS) as response:
            chunks, size, promised = [], 0, _promised(response.headers)
            while chunk := response.read1(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise SourceError(f"{url} is larger than {MOST_BYTES // 1_000_000} MB; download it and cut it up")
                if time.monotonic() > end:
                    raise TimeoutError(f"not done after {TOTAL_SECONDS} seconds")
                if size == promised:
                    break  # some servers leave the connection open
            if promised is not None and size < promised:
                raise SourceError(f"{url} came only in part, {size} of {promised} bytes; try again")
            content = response.headers
            return Fetched(
                b"".join(chunks),
                content.get_content_charset(),
                content.get_content_type() if "Content-Type" in content else None,
                response.geturl(),
            )
    except SourceError:
        raise
    except HTTPError as error:
        error.close()
        answer = " ".join(str(error.reason).split())
        raise SourceError(
            f"{url} cannot be fetched: the server says {error.code} {answer}; save the page and name the file"
        ) from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, _PrivateAddress):
            raise SourceError(f"{url} is not fetched: {reason}; if you mean it, add --allow-private") from None
        why = getattr(reason, "strerror", None) or reason or type(error).__name__
        raise SourceError(f"{url} cannot be fetched: {why}; save the page and name the file") from None


def _promised(headers: Any) -> int | None:
    """Return how many bytes the server says that it sends, None if it does not say it."""
    length = (headers.get("Content-Length") or "").strip()
    if "Transfer-Encoding" in headers or not (length.isascii() and length.isdigit()):
        return None
    return int(length)


def _opener(allow_private: bool) -> Any:
    from http.client import HTTPConnection, HTTPSConnection
    from urllib import request

    proxies = {_host_and_port(address) for address in request.getproxies().values()}
    connect: Connect = socket.create_connection if allow_private else _public_connection(proxies)

    class Plain(HTTPConnection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._create_connection = connect

    class Secure(HTTPSConnection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._create_connection = connect

    class PlainHandler(request.HTTPHandler):
        def http_open(self, req: Any) -> Any:
            return self.do_open(Plain, req)

    class SecureHandler(request.HTTPSHandler):
        def https_open(self, req: Any) -> Any:
            return self.do_open(Secure, req)

    opener = request.OpenerDirector()  # without the handlers of file:, ftp: and data:
    for handler in (
        request.ProxyHandler(),
        request.UnknownHandler(),
        PlainHandler(),
        SecureHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _host_and_port(address: str) -> tuple[str, int | None]:
    """Return host and port of the address of a proxy, with or without a scheme.

    Examples
    --------
    >>> _host_and_port("http://proxy:3128/"), _host_and_port("proxy:3128")
    (('proxy', 3128), ('proxy', 3128))
    """
    from urllib.parse import urlsplit

    parts = urlsplit(address if "//" in address else f"//{address}")
    return parts.hostname or "", parts.port


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast


def _public_connection(proxies: set[tuple[str, int | None]]) -> Connect:
    """Return a `create_connection` that refuses addresses which are not public; the user's proxies are his choice."""

    def connect(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        host, port = address
        if (host, port) in proxies:
            return socket.create_connection(address, *args, **options)
        failure: OSError | None = None
        for *_, target in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            ip = ipaddress.ip_address(str(target[0]).partition("%")[0])
            if not _is_public(ip):
                raise _PrivateAddress(f"{host} is the private address {ip}")
            try:
                return socket.create_connection((str(target[0]), port), *args, **options)
            except OSError as error:
                failure = error
        raise failure or OSError(f"{host} has no address")

    return connect
