"""Mail: one message (EML) or a box of them (MBOX); the subject is the headline."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.decoding import decode
from geoloc.reading.markup import headed, text_of_html

_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):[ \t]", re.M)
_FIELDS = frozenset(
    b"from to cc subject date message-id mime-version received return-path delivered-to reply-to sender content-type "
    b"dkim-signature content-transfer-encoding x-mailer list-id authentication-results arc-seal".split()
)
_TELLTALE = frozenset(b"message-id mime-version received return-path".split())
_SEPARATOR = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]+\r?\n(?=[A-Za-z][A-Za-z0-9-]*: ?)")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)


def is_mbox(data: bytes) -> bool:
    """Tell whether bytes are a box of messages, each after a line that begins with ``From`` and a blank."""
    separator = _SEPARATOR.match(data)
    return separator is not None and is_message(data[separator.end() :])


def is_message(data: bytes) -> bool:
    r"""Tell whether bytes begin with the head of a message.

    Examples
    --------
    >>> is_message(b"From: a@b.c\nMessage-ID: <1>\nSubject: Raid\n\nIn Sumy..."), is_message(b"From: Kyiv\n\nA day.")
    (True, False)
    """
    head = re.split(rb"\r?\n\r?\n", data[:65536], maxsplit=1)[0]
    if not _HEADER.match(head):
        return False
    names = {name.lower() for name in _HEADER.findall(head)}
    return bool(names & _TELLTALE or {b"from", b"date"} <= names) and len(names & _FIELDS) >= 3


def documents_from_mbox(data: bytes, label: str) -> Iterator[Document]:
    """Yield the messages of a box; those that cannot be read are left out, with a warning in the log.

    Raises
    ------
    SourceError
        If none of them can be read.
    """
    starts = [match.end() for match in _SEPARATOR.finditer(data)]
    ends = [*[match.start() for match in _SEPARATOR.finditer(data)][1:], len(data)]
    failures = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        try:
            document = document_from_message(_QUOTED_FROM.sub(rb"\1", data[start:end]), f"{label}, message {number}")
        except SourceError as error:
            failures.append(error)
        else:
            yield document
    if len(failures) == len(starts):
        raise failures[0]
    for failure in failures:  # without a handler the log goes to stderr
        logging.getLogger(__name__).warning("geoloc: %s; the other messages are read", failure)


def document_from_message(data: bytes, label: str) -> Document:
    """Return a message; its plain text if it has one, attachments left out.

    The id is the Message-ID and the outlet the sender's name.

    Raises
    ------
    SourceError
        If its parts are nested deeper than the parser of Python goes.
    """
    try:
        return _document(data, label)
    except RecursionError:
        raise SourceError(f"{label} has parts nested too deeply; save the one with the text as a file") from None


def _document(data: bytes, label: str) -> Document:
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    if body is None:  # forwarded as it was: the text stands in a message in the message
        body = next((part for part in message.walk() if part.get_content_type() in ("text/plain", "text/html")), None)
    text = ""
    if body is not None:
        text = _content(body, label)
        if body.get_content_type() == "text/html":
            text = text_of_html(text)
    subject = _header(message, "Subject")
    return Document(
        text=headed(subject, text.replace("\r\n", "\n").strip()),
        id=_header(message, "Message-ID"),
        title=subject,
        date=iso_date(_header(message, "Date")),
        outlet=_sender(message),
    )


def iso_date(text: str | None) -> str | None:
    """Turn the date of mail and of RSS (RFC 5322) into ISO 8601; others stay as they are.

    Examples
    --------
    >>> iso_date("Mon, 22 May 2023 10:00:00 +0000"), iso_date("2023-05-22"), iso_date(None)
    ('2023-05-22T10:00:00+00:00', '2023-05-22', None)
    """
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).isoformat() if text else None
    except (ValueError, TypeError, IndexError):
        return text


def _content(part: Any, label: str) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown charset, or one that is not what it says
        return decode(part.get_payload(decode=True) or b"", label)[0]


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        return " ".join(str(message.get(name) or "").split()) or None
    except (ValueError, IndexError, AttributeError):  # the parser of addresses and dates falls over odd ones
        return None


def _sender(message: EmailMessage) -> str | None:
    from email.utils import parseaddr

    name, address = parseaddr(_header(message, "From") or "")
    return name or address or None
