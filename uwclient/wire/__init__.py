"""The platform's session API over HTTP; no other package knows its protocol."""
