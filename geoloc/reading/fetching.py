"""Fetch a web page: with a time limit, a size limit and redirects, and not from inside the own network.

An address that a page or a colleague gave must not make geoloc read what only this machine can reach: a router,
a database, the metadata service of a cloud. So the address that is really connected to is checked, after
name resolution and again on each redirect.
"""

from __future__ import annotations

import io
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
_WRAPPING = tuple(map(ipaddress.IPv6Network, ("::/96", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48")))
"""IPv6 that leads to an IPv4 address: compatible (RFC 4291), 6to4 (RFC 3056) and NAT64 (RFC 6052, RFC 8215)."""
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
    from urllib.request import Request

    headers = {"User-Agent": "geoloc (text geoparser)", "Accept": _ACCEPT, "Accept-Encoding": "identity"}
    end = time.monotonic() + TOTAL_SECONDS
    try:
        url = _ascii(url)
        opener = _opener(allow_private, end)
        with opener.open(Request(url, headers=headers), timeout=CONNECT_SECONDS) as response:
            chunks, size, promised = [], 0, _promised(response.headers)
            while chunk := response.read1(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise SourceError(f"{url} is larger than {MOST_BYTES // 1_000_000} MB; download it and cut it up")
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


def _ascii(url: str) -> str:
    """Return an address as it is sent: the host by IDNA, the rest in percent signs.

    Raises
    ------
    SourceError
        If there are a user and a password in it; they are not repeated.
    ValueError
        If the host cannot be encoded.

    Examples
    --------
    >>> _ascii("https://пример.example/к?q=a b"), _ascii("http://[::1]:8000/a%20b")
    ('https://xn--e1afmkfd.example/%D0%BA?q=a%20b', 'http://[::1]:8000/a%20b')
    """
    from urllib.parse import quote, urlsplit, urlunsplit

    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise SourceError(
            "credentials (user:password@) in addresses are not supported; save the page and name the file"
        )
    netloc = parts.netloc
    if not netloc.isascii():
        host, colon, port = netloc.partition(":")
        netloc = host.encode("idna").decode("ascii") + colon + port
    rest = (quote(part, safe="!$%&'()*+,/:;=?@[]~") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, *rest))


def _seconds_left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"not done after {TOTAL_SECONDS} seconds")
    return min(left, CONNECT_SECONDS)


class _Timed(io.RawIOBase):
    """What a socket gives until the time is over, however slowly it comes."""

    def __init__(self, raw: Any, connection: socket.socket, end: float) -> None:
        self._raw, self._connection, self._end = raw, connection, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(_seconds_left(self._end))
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _opener(allow_private: bool, end: float) -> Any:
    from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
    from urllib import request
    from urllib.parse import urlsplit

    proxies = {_host_and_port(address) for address in request.getproxies().values()}
    reach: Connect = socket.create_connection if allow_private else _public_connection(proxies)

    def connect(address: tuple[str, int], timeout: float | None = None, *args: Any) -> socket.socket:
        return reach(address, _seconds_left(end), *args)

    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
            super().__init__(sock, *args, **options)
            self.fp: Any = io.BufferedReader(_Timed(self.fp.detach(), sock, end))

    class Guard(request.BaseHandler):
        """What a proxy is asked for is not connected to from here, so the name has to tell."""

        def default_open(self, req: Any) -> None:
            host = urlsplit(req.full_url).hostname or ""
            if proxies and not allow_private and _names_private(host):
                raise _PrivateAddress(f"{host} is a private address")

    class Plain(HTTPConnection):
        response_class = Response

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._create_connection = connect

    class Secure(HTTPSConnection):
        response_class = Response

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
        Guard(),
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
    """Tell whether an address is on the public internet; IPv6 that only wraps IPv4 is not."""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or any(ip in network for network in _WRAPPING)):
        return False
    return ip.is_global and not ip.is_multicast


def _names_private(host: str) -> bool:
    """Tell whether a host is this machine or a private address, in any way that IPv4 is written.

    Examples
    --------
    >>> [_names_private(host) for host in ("localhost", "0x7f.1", "::1", "example.org", "8.8.8.8")]
    [True, True, True, False, False]
    """
    from urllib.parse import unquote

    host = unquote(host).rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            ip = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return False
    return not _is_public(ip)


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
