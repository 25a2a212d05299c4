"""The catalogue: what content refers to. It belongs to the app, and no release freezes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.crud import Changed, Crud
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.services.catalogue import resources


class Catalogue:
    """The resources of the catalogue; each attribute is one of them.

    Attributes:
        currencies: what players pay with in the game.
        items: what players own in the game.
        products: what is sold for money.
        bundles: units and a payment that offers share.
        categories: what campaigns are sorted by.
        event_frameworks: the forms of events' data.
        offer_frameworks: the forms of offers' framework_data.
        push_frameworks: the forms of notifications' framework_data.
        message_types: the types of messages.
        templates: content to begin with.
        json_lists: lists that schemas refer to.
        localizations: translations of texts.

    """

    def __init__(self, backend: Backend) -> None:
        self.currencies = Crud(backend, resources.CURRENCY, unique=("external_currency_id",))
        self.items = Crud(backend, resources.ITEM, unique=("external_item_id",))
        self.products = Crud(backend, resources.PRODUCT)
        self.bundles = Crud(backend, resources.BUNDLE)
        self.categories = Crud(backend, resources.CATEGORY)
        self.event_frameworks = Crud(backend, resources.EVENT_FRAMEWORK)
        self.offer_frameworks = Crud(backend, resources.OFFER_FRAMEWORK)
        self.push_frameworks = Crud(backend, resources.PUSH_FRAMEWORK)
        self.message_types = Crud(backend, resources.MESSAGE_TYPE, unique=("name",))
        self.templates = Crud(backend, resources.TEMPLATE)
        self.json_lists = Crud(backend, resources.JSON_LIST, unique=("key",))
        self.localizations = Localizations(Crud(backend, resources.LOCALIZATION))

    def on_change(self, listener: Changed) -> None:
        """Call `listener` when something changed that players can see."""
        for crud in (
            self.currencies,
            self.items,
            self.products,
            self.bundles,
            self.event_frameworks,
            self.offer_frameworks,
            self.push_frameworks,
            self.localizations.crud,
        ):
            crud.on_change(listener)


class Localizations(MutableMapping[str, Mapping[str, str]]):
    """Translations by the ids that titles and bodies hold: `localizations["hi"] = {"en": "Hi", "de": "Hallo"}`."""

    def __init__(self, crud: Crud) -> None:
        self.crud = crud

    def __getitem__(self, localization_id: str) -> Mapping[str, str]:
        found = self.crud.find(localization_id)
        if found is None:
            raise KeyError(localization_id)
        texts: Mapping[str, str] = found["texts"]
        return texts

    def __setitem__(self, localization_id: str, texts: Mapping[str, str]) -> None:
        if not isinstance(localization_id, str) or not localization_id:
            raise FieldError("id", f"{localization_id!r} is not the id of a text: use a text of at least one letter")
        if not isinstance(texts, Mapping) or not texts:
            raise FieldError("texts", f"{texts!r} is not a mapping: write {{'en': 'Hello', 'de': 'Hallo'}}")
        for language, text in texts.items():
            if not isinstance(language, str) or not isinstance(text, str):
                raise FieldError(("texts", str(language)), f"{text!r} is not a text")
        self.crud.put(localization_id, {"texts": {language.lower(): text for language, text in texts.items()}})

    def __delitem__(self, localization_id: str) -> None:
        if self.crud.find(localization_id) is None:
            raise KeyError(localization_id)
        self.crud.delete(localization_id)

    def __iter__(self) -> Iterator[str]:
        return iter([row["id"] for row in self.crud.all()])

    def __len__(self) -> int:
        return len(self.crud.all())
