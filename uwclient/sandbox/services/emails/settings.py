"""Who the app's e-mails come from, and what they are wrapped in (section Email Settings)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.resource import NEVER, Field, Resource, Warn
from uwclient.sandbox.services.emails.addresses import check_address

BODY = "{{body}}"
"""Where a template has the text of an e-mail."""
_ID = "email settings"
_DOMAIN = "sandbox.example"


def _check_template(value: str) -> None:
    if BODY not in value:
        raise ValueError(f"there is no {BODY} in it: write it where the text of an e-mail belongs")


def _check_domain(value: str) -> None:
    if "." not in value.strip(".") or any(letter.isspace() or letter in "@/" for letter in value):
        raise ValueError(f"{value[:60]!r} is no domain: write one such as mail.example.com")


EMAIL_SETTINGS = Resource(
    "email settings",
    "email_settings",
    (
        Field("sender_domain", "text", "The domain that e-mails come from.", check=_check_domain),
        Field("sender_domain_verification_state", "text", "Whether the domain is proven to be yours.", when=NEVER),
        Field("sender_domain_dkim_tokens", "texts", "The tokens to publish in its DNS.", default=[], when=NEVER),
        Field("sender_email", "text", "The address that e-mails come from.", check=check_address),
        Field("sender_email_verification_state", "text", "Whether the address is proven to be yours.", when=NEVER),
        Field("template", "text", f"What e-mails are wrapped in, with {BODY} in it.", check=_check_template),
    ),
    hidden=(Field("id", "text", "There is one row."),),
)


class EmailSettings:
    """The settings of the app; a new sandbox has a sender of its own, which is verified."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._crud = Crud(backend, EMAIL_SETTINGS)

    def get(self) -> Row:
        """The settings."""
        found = self._crud.find(_ID)
        return {**self._first(), **(found or {})}

    def update(self, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Replace settings; a new sender has to be confirmed. FieldError when one is wrong."""
        with self._backend.lock:
            old = self.get()
            self._crud.put(_ID, {name: value for name, value in old.items() if name not in ("id", "number")})
            row = self._crud.update(_ID, given, warn)
            changed = {name for name in ("sender_domain", "sender_email") if row[name] != old[name]}
            return self._crud.put(_ID, _pending(row, changed)) if changed else row

    def confirm(self) -> Row:
        """Take the sender for verified, as whoever owns the domain and reads the mails would."""
        with self._backend.lock:
            states = ("sender_domain_verification_state", "sender_email_verification_state")
            return self._crud.put(_ID, {**self.get(), **{name: self._first()[name] for name in states}})

    @staticmethod
    def _first() -> Row:
        return {
            "sender_domain": _DOMAIN,
            "sender_domain_verification_state": "domain_verification_success",
            "sender_domain_dkim_tokens": _tokens(_DOMAIN),
            "sender_email": f"no-reply@{_DOMAIN}",
            "sender_email_verification_state": "email_verification_success",
            "template": f"<html><body>{BODY}</body></html>",
        }


def _pending(row: Row, changed: set[str]) -> Row:
    values: Row = {}
    if "sender_domain" in changed:
        values["sender_domain_verification_state"] = "domain_verification_pending"
        values["sender_domain_dkim_tokens"] = _tokens(row["sender_domain"])
    if "sender_email" in changed:
        values["sender_email_verification_state"] = "email_verification_pending"
    return values


def _tokens(domain: str) -> list[str]:
    return [hashlib.sha256(f"{domain} {number}".encode()).hexdigest()[:32] for number in (1, 2, 3)]
