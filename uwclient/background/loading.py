"""Loads content from the cache on disk, then from the platform, and keeps the cache up to date.

It runs on the worker; the changes of a load are posted to the game's thread.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from uwclient.background.content_source import ContentSource
from uwclient.disk.cache import Cache, CachedFile
from uwclient.errors import RecordError, ReplyError, StorageError, UserWiseError
from uwclient.http.envelope import read_object
from uwclient.log import logger
from uwclient.models.campaign import Firing
from uwclient.models.content import Kind, Listed
from uwclient.models.notices import (
    CacheLoaded,
    CampaignsLoaded,
    CampaignsRemembered,
    Changes,
    ContentLoaded,
    LoadFailed,
    Notice,
    RecordsLeftOut,
    StorageFailed,
)
from uwclient.models.packed_records import PackedRecords
from uwclient.models.session import Device
from uwclient.version import __version__
from uwclient.wire.campaigns import CampaignParser
from uwclient.wire.parsing import LARGEST_KEPT, ContentParser
from uwclient.wire.session_api import SessionApi

SESSION = "session"
CAMPAIGN_COUNTS = "campaign_counts"

PART = 1000
"""The number of cached records that are shown at once, before the others were read."""

MOST_REASONS = 20
"""The maximum number of unusable records that are reported with a reason."""


class ContentLoader:
    """Holds the records of every kind as of the last load, and saves them on disk."""

    def __init__(
        self,
        api: SessionApi,
        cache: Cache,
        device: Device,
        zone_named: Callable[[str], tzinfo],
        post: Callable[[Notice], None],
        throttle: Callable[[], None],
    ) -> None:
        self._api = api
        self._cache = cache
        self._device = device
        self._zone_named = zone_named
        self._zone = zone_named(device.timezone)
        self._post = post
        self._throttle = throttle
        self._sources = {kind: ContentSource(kind) for kind in Kind}
        self._storage_failed = False
        self._counts: dict[str, bytes] = {}  # each as a member of a JSON object
        self._new_counts: deque[dict[str, Any]] = deque()
        self._counts_are_new = False
        self._reading: Iterator[Kind] = iter(())  # reads the cache
        self._read: set[Kind] = set()  # the kinds of which the cache was read
        self._reported: list[str] = []  # impressions that were reported since the campaigns were loaded

    def session_opened(self) -> None:
        """Start a session: the first load of each kind in it is announced, even if it changes nothing."""
        for source in self._sources.values():
            source.confirmed = False

    def use_device(self, device: Device) -> None:
        """Switch to another language, country or time zone: the next loads get new replies.

        With another time zone, the times of the known records are computed again at once, also offline.
        """
        self._finish_reading()
        has_travelled = device.timezone != self._device.timezone
        self._device = device
        for source in self._sources.values():
            source.etag, source.digest = None, ""
        if has_travelled:
            before, self._zone = self._zone, self._zone_named(device.timezone)
            for kind in Kind:
                if kind is not Kind.CAMPAIGNS:  # what these bring has no times
                    self._read_again(kind, before)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Set up to which moment upcoming records of a kind are loaded, from the next load on."""
        self._sources[kind].starts_before = moment

    @property
    def is_up_to_date(self) -> bool:
        """Whether a reply that is the same as the last one of its kind would change nothing."""
        return all(
            source.confirmed and source.digest and source.starts_before == source.loaded_before
            for source in self._sources.values()
        )

    def load(self, kind: Kind, session_id: str) -> UserWiseError | None:
        """Load one kind from the platform, and post the changes. An error is returned instead of posted."""
        self._finish_reading(kind)
        source = self._sources[kind]
        reply = self._api.content(kind, session_id, source.starts_before, source.etag, self._room(kind))
        if isinstance(reply, UserWiseError):
            return reply
        source.loaded_before = source.starts_before
        if reply.pieces is None or reply.digest == source.digest:
            self._api.accept(reply)
            if kind is Kind.CAMPAIGNS and not source.confirmed:
                self._keep(kind, session_id)  # what is left of their quotas is that of this session now
            self._emit_loaded(_nothing_changed(kind), session_id)
            return None
        parser = self._parser(kind)
        try:
            records = parser.parse(_taken_from(reply.pieces), source.index.id_with)
            changes = source.index.replace(records, self._throttle)
        except ReplyError as error:
            return error
        self._api.accept(reply, parser.note)
        source.weight, source.left_out = parser.weight, parser.left_out
        source.etag, source.digest = reply.etag, reply.digest
        self._keep(kind, session_id)  # before it is posted: after a crash, the cache has what the game has seen
        self._tell_faults(kind, parser)
        self._emit_loaded(changes, session_id)
        return None

    def note_reported(self, impression_ids: Iterable[str]) -> None:
        """Note reported firings: campaigns that are loaded from now on have them in their quotas."""
        self._reported += impression_ids

    def reload_event(self, event_id: str, session_id: str) -> None:
        """Load one event again. If that fails, it goes live as it is known."""
        reply = self._api.event(event_id, session_id)
        try:
            if isinstance(reply, UserWiseError):
                raise reply
            record = self._parser(Kind.EVENTS).parse_one(b"".join(reply.pieces or ()))
        except UserWiseError as error:
            logger().info("The event %s was not loaded again before its start: %s", event_id, error)
            return
        self._api.accept(reply)
        source = self._sources[Kind.EVENTS]
        changes = source.index.update(record, self._throttle)
        if changes.upserts:
            source.etag, source.digest = None, ""  # the known events differ from the last loaded list now
            self._post(ContentLoaded(changes, announce=False))

    def fail(self, kind: Kind, error: UserWiseError) -> None:
        """Report that one kind, or some of its records, could not be loaded."""
        logger().warning("Loading %s: %s", kind.value, error)
        error.with_traceback(None)  # else the error would keep the whole reply in memory
        self._post(LoadFailed(kind, error))

    def begin_reading(self, firings: tuple[tuple[Firing, float], ...] | None) -> None:
        """Get ready to `read_part`.

        `firings` are those of the waiting actions, each with its time; None when they are not known yet.
        """
        self._reading = self._read_parts(firings)

    def read_part(self) -> bool:
        """Post one part of the cached content; False when there is no more."""
        return next(self._reading, None) is not None

    def _finish_reading(self, last: Kind = Kind.CAMPAIGNS) -> None:
        """Post all that the cache has, up to a kind: only then it can be told what a reply changes."""
        while last not in self._read and next(self._reading, None) is not None:
            pass

    def _read_parts(self, firings: tuple[tuple[Firing, float], ...] | None) -> Iterator[Kind]:
        """Post the cached content of every kind part by part, and yield the kind after each."""
        self._cache.delete_unfinished()
        for kind in Kind:
            if kind is Kind.CAMPAIGNS:
                changes = next((changes for changes, _ in self._parts_of(kind)), _nothing_changed(kind))
                session_id = self._sources[kind].session_id
                self._post(CampaignsRemembered(changes, session_id, self._read_counts(), firings))
            else:
                for changes, is_last in self._parts_of(kind):
                    self._post(CacheLoaded(changes, is_last))
                    yield kind
            self._read.add(kind)
            yield kind

    def want_counts(self, counts: dict[str, Any]) -> bool:
        """Set campaign counts that the next `keep_counts` saves with the others; None for those that are gone.

        It is called on the game's thread. Returns whether `keep_counts` has to be requested; it is False when it was
        requested already.
        """
        self._new_counts.append(counts)
        asked, self._counts_are_new = self._counts_are_new, True
        return not asked

    def keep_counts(self) -> None:
        """Save the campaign counts for the next run, if they have changed."""
        if not self._counts_are_new:
            return
        self._counts_are_new = False
        while self._new_counts:
            for name, value in self._new_counts.popleft().items():
                if value is None:
                    self._counts.pop(name, None)
                else:
                    self._counts[name] = f"{json.dumps(name)}:{json.dumps(value)}".encode()
                self._throttle()
        self._save(CAMPAIGN_COUNTS, {}, _as_object(self._counts.values()))

    def last_session(self) -> dict[str, Any]:
        """Load what the last run has saved with `keep_session`; {} when there is nothing."""
        about, _ = self._read_whole(SESSION)
        return about

    def _read_counts(self) -> dict[str, Any]:
        _, text = self._read_whole(CAMPAIGN_COUNTS)
        return read_object(text) or {}

    def _read_whole(self, name: str) -> tuple[dict[str, Any], bytes]:
        """Load the newest intact generation saved under a name: its header and its content."""
        for path in self._cache.generations(name):
            try:
                file = self._cache.open(path)
                return file.about, b"".join(file.pieces)
            except StorageError as error:
                self._cache.set_aside(path)
                logger().warning("%s", error)
                self._post(StorageFailed(error))
        return {}, b""

    def keep_session(self, about: dict[str, Any]) -> None:
        """Save what the next run needs to know about the session."""
        self._save(SESSION, about, ())

    def _parts_of(self, kind: Kind) -> Iterator[tuple[Changes, bool]]:
        """What the newest intact generation of a kind brings, in parts, each with whether it is the last."""
        for path in self._cache.generations(kind.value):
            try:
                self._cache.check(path)  # before anything of it is shown
                yield from self._read_file(kind, self._cache.open(path))
                return
            except UserWiseError as error:
                self._cache.set_aside(path)
                self.fail(kind, error)

    def _read_again(self, kind: Kind, zone_before: tzinfo) -> None:
        """Read once more what is known of a kind, in the time zone of now."""
        index = self._sources[kind].index
        before, now = (ContentParser(kind, zone, self._throttle) for zone in (zone_before, self._zone))
        changes = index.replace(_moved(index.texts(), before, now), self._throttle)
        if changes.upserts or changes.removed:
            self._post(ContentLoaded(changes, announce=False))

    def _read_file(self, kind: Kind, file: CachedFile) -> Iterator[tuple[Changes, bool]]:
        source = self._sources[kind]
        parser = self._parser(kind)
        records = parser.parse(file.pieces, source.index.id_with)
        if kind is Kind.CAMPAIGNS or len(source.index):  # after parts of a file that was no good to its end
            changes = source.index.replace(records, self._throttle)
        else:
            while len((changes := source.index.extend(islice(records, PART), self._throttle)).new) == PART:
                yield changes, False
        source.weight, source.left_out = parser.weight, parser.left_out
        source.session_id = str(file.about.get("session_id"))
        etag, digest = file.about.get("etag"), file.about.get("digest")
        # A reply to another device is not valid for this one; another version may have parsed less of it.
        if (file.about.get("device"), file.about.get("version")) == (list(self._device), __version__):
            source.etag = etag if isinstance(etag, str) else None
            source.digest = digest if isinstance(digest, str) else ""
        self._tell_faults(kind, parser)
        yield changes, True

    def _keep(self, kind: Kind, session_id: str) -> None:
        source = self._sources[kind]
        about = {
            "version": __version__,
            "etag": source.etag,
            "digest": source.digest,
            "session_id": session_id,
            "device": list(self._device),
        }
        self._save(kind.value, about, _as_reply(self._parser(kind).lists[0], source.texts()))

    def _emit_loaded(self, changes: Changes, session_id: str) -> None:
        source = self._sources[changes.kind]
        announce, source.confirmed = not source.confirmed, True
        if changes.kind is Kind.CAMPAIGNS:
            reported, self._reported = tuple(self._reported), []
            if announce or reported or changes.upserts or changes.removed:
                self._post(CampaignsLoaded(changes, announce, session_id, reported))
        elif announce or changes.upserts or changes.removed:
            self._post(ContentLoaded(changes, announce))

    def _parser(self, kind: Kind) -> ContentParser:
        if kind is Kind.CAMPAIGNS:
            return CampaignParser(self._zone, self._throttle, self._room(kind))
        return ContentParser(kind, self._zone, self._throttle, self._room(kind))

    def _room(self, kind: Kind) -> int:
        """The number of bytes that content of a kind may take, given the other kinds."""
        return LARGEST_KEPT - sum(source.weight for other, source in self._sources.items() if other is not kind)

    def _tell_faults(self, kind: Kind, parser: ContentParser) -> None:
        faults, told_before = parser.faults, self._sources[kind].faults
        self._sources[kind].faults = faults
        self._post(RecordsLeftOut(kind, len(faults), tuple(faults[:MOST_REASONS])))
        if faults and faults != told_before:
            shown = "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if len(faults) > 3 else "")
            told = f"{len(faults)} of the {kind.value} cannot be used and were left out: {shown}."
            self.fail(kind, RecordError(told))

    def _save(self, name: str, about: dict[str, Any], content: Iterable[bytes]) -> None:
        """Save a file; a failure is reported once, until saving works again."""
        try:
            self._cache.save(name, about, content)
        except StorageError as error:
            if not self._storage_failed:
                logger().warning("%s", error)
                self._post(StorageFailed(error))
            self._storage_failed = True
        else:
            self._storage_failed = False


def _nothing_changed(kind: Kind) -> Changes:
    return Changes(kind, PackedRecords(kind))


def _moved(texts: Iterable[bytes], before: ContentParser, now: ContentParser) -> Iterator[Listed]:
    """The records of these texts as `now` reads them, those as known that `before` reads in the same way."""
    for text in texts:
        try:
            record = now.parse_one(text)
            is_known = before.parse_one(text) == record
        except RecordError:  # times that make sense in one zone only
            continue
        yield Listed(text, record.id, None if is_known else record)


def _taken_from(pieces: deque[bytes]) -> Iterator[bytes]:
    while pieces:
        yield pieces.popleft()


def _as_reply(name: str, texts: Iterator[bytes]) -> Iterator[bytes]:
    """The records in the form of a reply, so that the same parser loads them again."""
    yield b'{"%s":[' % name.encode()
    separator = b""
    for text in texts:
        yield separator
        yield text
        separator = b",\n"
    yield b"]}"


def _as_object(members: Iterable[bytes]) -> Iterator[bytes]:
    """A JSON object with these members."""
    yield b"{"
    separator = b""
    for member in members:
        yield separator + member
        separator = b",\n"
    yield b"}"
