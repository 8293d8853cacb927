"""The keys that change numbers, shared by every screen with listings: drafts first, one plan for all of them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.model.listing import Listing
from brcc_tui.screens.app_screen import AppScreen


class DraftScreen(AppScreen):
    """A screen on which `+`, `-` and `=` draft the capacity wanted for a listing, and `w` reviews all drafts."""

    NO_LISTING: ClassVar[str] = "This key is for a single listing: unfold (enter) and go to one first."
    """What a key for one listing says where none is meant."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "draft(1)", "one more", show=False),
        Binding("minus", "draft(-1)", "one fewer", show=False),
        Binding("equals_sign", "draft_number", "set", key_display="+ - ="),
        Binding("w", "write", "review changes"),
        Binding("backspace", "forget", "forget draft", show=False),
        Binding("space", "select", "select"),
        Binding("i", "why", "why"),
        Binding("o", "page", "open page", show=False),
        Binding("slash", "filter", "find"),
    ]

    def listing(self) -> Listing | None:
        """The listing that the keys mean now."""
        return None

    def subject(self) -> str:
        """The listing's id, or else the row's own name."""
        listing = self.listing()
        return listing.id if listing else super().subject().removeprefix("failed:")

    def offers(self, action: str) -> bool:
        """`w` is offered once there is something to review."""
        return bool(self.board.drafts) if action == "write" else super().offers(action)

    def _listing_or_say(self) -> Listing | None:
        """The listing that the keys mean; where there is none, that is said."""
        listing = self.listing()
        if listing is None:
            self.host.show_status(self.NO_LISTING)
        return listing

    def _changed(self) -> None:
        self.host.changed()
        self.refresh_bindings()

    def action_draft(self, by: int) -> None:
        """One seat more or fewer, as a draft."""
        listing = self._listing_or_say()
        if listing is None or not self._may(listing):
            return
        stands = self.board.drafts.get(listing.id, listing.reading.capacity)
        if not isinstance(stands, int):
            self.host.show_status("Its capacity is not a number now: set one with =")
            return
        self.board.draft(listing, max(stands + by, 0))
        self._changed()

    def action_draft_number(self) -> None:
        """Type the capacity wanted."""
        listing = self._listing_or_say()
        if listing is not None and self._may(listing):
            self._ask(listing)

    def _ask(self, listing: Listing) -> None:
        """There and then, not by a worker: a figure typed right behind the key is one of this number."""
        from brcc_tui.screens.modals.ask_number import AskNumber

        def note(number: int | None) -> None:
            if number is not None:
                self.board.draft(self.board.listing_now(listing), number, typed=True)
                self._changed()

        self.app.push_screen(AskNumber(listing, self.board.drafts.get(listing.id)), note)

    def _may(self, listing: Listing) -> bool:
        if not listing.writable:
            self.host.show_status(f"It cannot be changed: {listing.read_only_reason or 'read only'}")
        return listing.writable

    def action_forget(self) -> None:
        """Take the draft back."""
        listing = self._listing_or_say()
        if listing is not None and self.board.drafts.pop(listing.id, None) is not None:
            self._changed()
        elif listing is not None:
            self.host.show_status("It has no draft to discard.")

    def action_write(self) -> None:
        """All drafts as one plan."""
        if not self.board.drafts:
            self.host.show_status("No drafts yet: + - or = on a listing makes one, w reviews them all.")
            return
        self.host.review_drafts()

    def action_select(self) -> None:
        """Keep the listing for comparing, or let it go."""
        listing = self._listing_or_say()
        if listing is not None:
            self.select([listing])

    def action_why(self) -> None:
        """How it was classified and where its numbers come from."""
        listing = self._listing_or_say()
        if listing is not None:
            self.host.explain(listing.id)

    def action_page(self) -> None:
        """Open its page in the browser, or show the address where there is none."""
        listing = self._listing_or_say()
        if listing is not None and listing.url:
            self.host.open_page(listing.url)
        elif listing is not None:
            self.host.show_status("Its shop gives no address of a page for it.")
