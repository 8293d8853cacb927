"""A sentence for each command, and other words by which people call it: for the help and for the palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Sentence(NamedTuple):
    """What a command does, and what else people type to find it."""

    says: str
    words: str = ""


SENTENCES: Final[Mapping[str, Sentence]] = {
    "help": Sentence("explain the keys, signs and numbers of this screen", "what mean manual legend"),
    "palette": Sentence("find every action, show and listing by a few words", "search command menu"),
    "sidebar": Sentence("show or hide the list of screens", "menu left wider"),
    "faults": Sentence("read the errors of this session again", "problem wrong failed retry"),
    "copy": Sentence("copy an id, a row or the whole table", "clipboard paste export id"),
    "who": Sentence(
        "set your name, for the history and for colleagues", "operator name me login user account settings"
    ),
    "picture": Sentence("save a picture of this screen", "screenshot print"),
    "quit": Sentence("quit; a change under way is finished first", "exit close program stop end"),
    "open": Sentence("open what is under the cursor", "details more show"),
    "history.open": Sentence("read this change in full: every move of it", "details who why"),
    "select": Sentence("select for comparing, or let go", "choose pick mark"),
    "find": Sentence("find a listing and open its show", "search look"),
    "filter": Sentence("narrow the list: tonight, next week, fri 8, free>=8, <50%, one shop", "find search look"),
    "leave_filter": Sentence("show everything again, with nothing marked", "clear all reset"),
    "why": Sentence("say how it was classified and where each number comes from", "explain reason read only source"),
    "read": Sentence("read these numbers from the shops now", "refresh update live reload now"),
    "compare.read": Sentence("read this one again", "refresh update live reload retry"),
    "history.read": Sentence("read the history again", "refresh update reload"),
    "sync": Sentence("share the free seats between the shops", "mirror split balance same seats equal"),
    "close_sales": Sentence("close online sales of this show on both shops", "stop cancel cancelled end shut off"),
    "cancelled": Sentence("the show is cancelled: close its sales, then list the orders to refund", "refund money"),
    "reopen": Sentence("put on sale again what was closed", "open sales start again resume uncancel"),
    "house_seats": Sentence("hold seats back for the house: comps, guests", "comp guest list headliner free"),
    "orders": Sentence("list the orders of this show: what is to be refunded", "refund money back buyers amount paid"),
    "door": Sentence("read the door list: numbers, held orders, guests", "sheet guest names check in entrance"),
    "figures": Sentence("add up a period: sold, fill, gross, net, fees", "report money accountant export month past"),
    "refresh_catalogue": Sentence("read the whole catalogue of both shops again", "reload update everything new shows"),
    "unfold": Sentence("show or hide what is below", "expand collapse fold tree"),
    "unfold_all": Sentence("unfold everything, or fold everything", "expand collapse tree"),
    "mark": Sentence("mark this show, to plan many at once", "several many bulk batch"),
    "mark_all": Sentence("mark all shows in view, or none of them", "several many bulk batch everything"),
    "next_filter": Sentence("look at the next view: all, could be sold twice, one shop, …", "filter unconfirmed"),
    "next_view": Sentence(
        "look at everything, what cannot be changed, or what is unusual", "view filter read only odd"
    ),
    "sort": Sentence("sort by the next column", "order arrange most least first"),
    "turn_order": Sentence("turn the order round: the most first, or the least", "reverse descending ascending"),
    "pace": Sentence("show how it sells, day by day", "trend graph picture speed usual"),
    "month": Sentence("show or hide how full the days of the month are", "calendar heat map"),
    "turn": Sentence("go to the next month, or the month before", "calendar"),
    "past": Sentence("show or hide past dates", "old over last week month"),
    "confirm_pairing": Sentence("say that these listings sell the same seats, on every date", "pair confirm"),
    "forget_pairing": Sentence("take back what y said last, by name", "unpair undo pairing"),
    "ignore": Sentence("say that this listing is no seat (a free drink), or is one after all", "merchandise ignore"),
    "split": Sentence("say that this listing sells other seats", "another room separate unpair"),
    "pair": Sentence("say that a listing of another show sells these seats", "join merge together"),
    "room": Sentence("set the seats of the room, of this night or of its series", "capacity venue size chairs shrink"),
    "draft(1)": Sentence("draft one seat more; nothing is written yet", "capacity raise add walk-ins"),
    "draft(-1)": Sentence("draft one seat fewer; nothing is written yet", "capacity lower less"),
    "draft_number": Sentence("draft a capacity; nothing is written yet", "capacity set change number seats"),
    "heal": Sentence(
        "put right every date of this product that the shop itself has moved", "heal drift lost sales fix"
    ),
    "write": Sentence("review all drafts as one plan, before anything is written", "save apply send publish write"),
    "forget": Sentence("discard the draft of this listing", "undo discard delete draft"),
    "page": Sentence("open its page in the browser", "web site link url shop"),
    "read_all": Sentence("read all of these again, each by itself", "refresh update live reload"),
    "product": Sentence("compare another product or series in its place", "change replace"),
    "date": Sentence("compare another date, slot or ticket class in its place", "change replace day"),
    "add": Sentence("add any listing to the comparison", "find search more"),
    "replace": Sentence("compare any listing in its place", "change find search"),
    "remove": Sentence("take this one out of the comparison", "delete drop"),
    "clear": Sentence("take all of them out of the comparison", "delete empty none"),
    "step": Sentence("go to the neighbour", "left right next"),
    "undo": Sentence("take this change back, through a plan", "undo revert back wrong mistake restore"),
    "undo_plan": Sentence("take back everything that was changed with it, as one plan", "undo revert back all whole"),
    "recover": Sentence("look at changes that never settled", "unsettled crash stuck unfinished pending"),
    "focus_next": Sentence("go to the next list", "tab"),
    "focus_previous": Sentence("go to the list before", "tab"),
    "check": Sentence("check the services and this computer again", "test internet connection refresh"),
}
"""By the name of the action; `screen.action` where a screen means something of its own by it."""

ERRAND_PLACES: Final = (
    ("dashboard", "Tonight: the shows, their seats and what is wrong", "tonight today now door numbers"),
    ("shows", "Change the capacity of a show: + - = on its listings", "capacity raise lower more fewer seats walk-ins"),
    ("shows", "Cancel a show: close its sales, then list the orders to refund", "cancelled refund refunds money stop"),
    ("shows", "Hold seats back for comps and guests (H)", "comps comp guests guest list house headliner"),
    ("shows", "Set the seats of the room (N)", "capacity room shrink venue chairs"),
    ("shows", "List the orders of a show to refund (B)", "refund refunds money back amount paid cancelled"),
    ("shows", "See who comes: the door list (L)", "door guests guest list names print entrance"),
    ("history", "Undo a change (u), or all that was changed with it (U)", "undo revert take back wrong mistake"),
    ("history", "See who changed what, and when", "who colleague changed journal log yesterday"),
    ("health", "See whether shops, database and this computer are well", "internet down slow broken disk memory log"),
)
"""What people look for from anywhere: the screen, what can be done there, and how else they call it."""


def sentence_of(screen: str, action: str, otherwise: str) -> Sentence:
    """The sentence of an action (`app.draft(1)`) on that screen; `otherwise` where nobody wrote one."""
    name = action.partition("(")[0].rpartition(".")[2]
    said = (SENTENCES.get(key) for key in (f"{screen}.{name}", action, name))
    return next((sentence for sentence in said if sentence), Sentence(otherwise))
