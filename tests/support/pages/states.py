"""What people see of each page: a table of states, which tests of all pages walk. A new view is a new line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.support.pages.visits import Visits
from tests.support.system.whole import PASSWORD

Steps = Callable[[Page], None]


@dataclass(frozen=True)
class State:
    """A page as somebody sees it. `path` follows the API's address, or the sandbox's for `sandbox`; `{pending}` and the
    like stand for what `Visits` knows. Without a path it goes on from the state before. `steps` lead from the
    page to the state by words of no language."""

    name: str
    path: str | None
    steps: Steps
    sandbox: bool = False


def shown(selector: str) -> Steps:
    """Nothing is done; this is waited for."""
    return lambda page: expect(page.locator(selector).first).to_be_visible()


def clicked(selector: str, then: str) -> Steps:
    """One click on the first of these, after which something is seen."""

    def steps(page: Page) -> None:
        page.locator(selector).first.click()
        expect(page.locator(then).first).to_be_visible()

    return steps


def refused_promo(page: Page) -> None:
    page.locator("#promo").fill("NOPE")
    page.locator("#promo").press("Enter")
    expect(page.locator("#promo-error")).to_be_visible()


def refused_phone(page: Page) -> None:
    tell_who(page, "123")
    expect(page.locator("#phone-error")).to_be_visible()


def refused_time(page: Page) -> None:
    tell_who(page, "8 916 123-45-67")
    expect(page.locator("[role=alert] button").first).to_be_visible()


def tell_who(page: Page, phone: str) -> None:
    page.locator("#name").fill("Anna")
    page.locator("#phone").fill(phone)
    page.locator("#agree-personal_data").check()
    page.locator("form button.main").click()


def without_network(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#name").fill("Anna")
    page.locator(".stepper button:last-child").first.click()
    expect(page.locator(".trouble")).to_be_visible()


def with_network(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.locator(".trouble")).to_have_count(0)


def signed_in(page: Page) -> None:
    page.locator("input[type=email]").fill("manager@cyclorama.test")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator("input[type=password]")).to_have_count(0)
    expect(page.locator("header button").first).to_be_visible()


def tried_prices(page: Page) -> None:
    """A draft of the price list that is in force."""
    page.locator("table + div button, .scrolls + div button").first.click()
    page.locator(".beside button.main").first.click()
    expect(page.locator(".beside table")).to_be_visible()


def new_booking(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("dialog[open] select").first).to_be_visible()


def does(name: str) -> Steps:
    """Of a visit's window, what that button opens."""
    return clicked(f"[data-does={name}]", f"[data-asked={name}] > *")


def asks_for_a_factor(page: Page) -> None:
    """The API lets somebody do nothing before they have a second factor; that is a setting of the whole system."""
    expect(page.locator("nav")).to_be_visible()
    page.route("**/v1/me", lambda route: route.fulfill(status=403, json={"code": "second_factor_missing"}), times=1)
    page.reload()
    expect(page.locator("input[type=password]")).to_be_visible()


def gets_a_key(page: Page) -> None:
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator("p.secret")).to_be_visible()


def merges(page: Page) -> None:
    page.locator("dialog details summary").last.click()
    page.locator("dialog [role=search] input").fill("Страницына")
    page.locator("dialog [role=search] button").click()
    expect(page.locator("dialog [role=search] ~ div form").first).to_be_visible()


def wrong_words(page: Page) -> None:
    page.locator("#part-subject").fill("{{ nobody.knows }}")
    expect(page.locator("#part-subjecte")).to_be_visible()


def in_the_dark(page: Page) -> None:
    for look in ("dark", "narrow"):
        page.locator(f"label:has(#look-{look})").click()
        expect(page.locator(f"#look-{look}")).to_be_checked()


def desk_view(name: str) -> Steps:
    """Another view, for somebody who has signed in."""

    def steps(page: Page) -> None:
        page.evaluate("name => { location.hash = name; }", name)
        expect(page.locator(f"header nav [aria-current][href$='#{name}']")).to_be_visible()
        expect(page.locator(".waits")).to_have_count(0)

    return steps


DESK_VIEWS = ("waitlist", "messages", "money", "companies", "reports", "settings")
VISIT = "/manage?lang={lang}#"
NOBODY = "00000000-0000-4000-8000-000000000000"
DETAILS = "/book?lang={lang}&hall={hall}&start={start}&length=60"
GUESTS = (
    State("home", "/?lang={lang}", shown(".places")),
    State("a day", "/book?lang={lang}&day={day}", shown(".times button")),
    State("a hall", None, clicked(".hall:nth-of-type(2)", ".about")),
    State("a month without", "/book?lang={lang}&day={far}", shown(".month + p")),
    State("details", DETAILS, shown(".lines .sum")),
    State("nothing filled in", None, clicked("form button.main", "#name-error")),
    State("a promo code that is none", None, refused_promo),
    State("a phone that is none", None, refused_phone),
    State("a consent unfolded", None, clicked("form details summary", "form details p")),
    State("no network", None, without_network),
    State("the network again", None, with_network),
    State("a time that is taken", "/book?lang={lang}&hall={hall}&start={taken}&length=60", refused_time),
    State("to be paid", VISIT + "{pending}", shown(".clock")),
    State("other ways to pay", None, clicked("section.panel > details summary", "section.panel > details .methods")),
    State(
        "moving",
        VISIT + "{confirmed}",
        clicked(".actions button:nth-last-child(2)", "dialog .times button"),
    ),
    State("where to", None, clicked("dialog .times button:nth-child(2)", "dialog button.main")),
    State(
        "cancelling",
        VISIT + "{confirmed}",
        clicked(".actions button:last-child", "dialog button.main:enabled"),
    ),
    State("confirmed", VISIT + "{confirmed}", shown(".good")),
    State("cancelled", VISIT + "{cancelled}", shown(".facts")),
    State("too late", VISIT + "{expired}", shown("[role=alert] button.main")),
    State("a link that is not whole", VISIT + "nonsense", shown("section.panel a")),
    State(
        "back from the bank in another browser",
        "/manage?lang={lang}&booking=" + NOBODY,
        shown("section.panel a"),
    ),
)
LEAVING = (
    State("leaving reminders", "/v1/unsubscribe/{reader}.reminders.email", shown("button")),
    State("reminders that were left", None, clicked("button", "[role=status]")),
    State("reminders that are wanted again", None, clicked("button", "main:not(:has([role=status]))")),
)
SANDBOX = (
    State("pay page", "/pay/{payment}?lang={lang}", shown("button[value=pay]"), sandbox=True),
    State("outbox", "/outbox?lang={lang}", shown("main"), sandbox=True),
    State("a mail in the outbox", None, clicked("a.letter:has(.chip.email)", "main iframe")),
    State("the same on a phone, in the dark", None, in_the_dark),
    State("an SMS in the outbox", "/outbox?lang={lang}&channel=sms", clicked("a.letter", ".phone"), sandbox=True),
)
STAFF = (
    State("trace", "/trace?lang={lang}", shown("input[type=password]")),
    State("invitation", "/invitation?lang={lang}", shown("main")),
    State("documentation", "/docs?lang={lang}", shown("main h1")),
    State("documentation of an operation", "/docs?lang={lang}#create_booking", shown("textarea[name=body]")),
    State("documentation of an event", "/docs?lang={lang}#event-booking.confirmed", shown("main h1")),
    State("desk, signing in", "/desk?lang={lang}", shown("input[type=password]")),
    State("a day at the desk", None, signed_in),
    State("a new booking at the desk", None, new_booking),
    State(
        "a hall that is closed at the desk",
        "/desk?lang={lang}#{day}",
        clicked(".bar button:nth-last-of-type(2)", "dialog select"),
    ),
    State("a code at the desk", "/desk?lang={lang}#{day}", clicked(".bar button:nth-last-of-type(3)", "dialog input")),
    State("a visit at the desk", "/desk?lang={lang}#{day}", clicked(".visit, .list button", "dialog .facts")),
    State("money at the desk", None, clicked("[data-does=take]", "[data-asked] form")),
    *(
        State(f"the visit's {name}", None, does(name))
        for name in ("link", "line", "move", "cancel", "messages", "history")
    ),
    State("a customer at the desk", None, clicked("dialog .actions .plain", "dialog section h3")),
    State("a customer who is merged", None, merges),
    State("visits in a row", "/desk?lang={lang}#{series}", clicked(".visit, .list button", "dialog .facts")),
    State("the series", None, clicked("dialog .actions .plain:last-child", "dialog .list.bookings")),
    State(
        "a visit that is called off", None, clicked("dialog details:last-of-type summary", "dialog details[open] form")
    ),
    State("prices that are tried at the desk", "/desk?lang={lang}#settings", tried_prices),
    State("somebody for the waitlist", "/desk?lang={lang}#waitlist", clicked(".bar .main", "dialog[open] select")),
    State("a week at the desk", "/desk?lang={lang}#week-{day}", shown("nav [aria-current][href*=week]")),
    *(State(f"the desk's {view}", None, desk_view(view)) for view in DESK_VIEWS),
    State("rules of messages", None, clicked(".parts a:nth-child(2)", "details[data-rule]")),
    State("a rule", None, clicked("details[data-rule*=reminder] summary", "details[open] .beside b")),
    State("a new rule", None, clicked("details[data-rule=new] summary", "details[data-rule=new] form")),
    State("words of messages", None, clicked(".parts a:nth-child(3)", ".beside .push")),
    State("words that are wrong", None, wrong_words),
    State("facts of messages", None, clicked("details:has(code) summary", "code")),
    State("a second factor", "/desk?lang={lang}", asks_for_a_factor),
    State("a second factor's key", None, gets_a_key),
)
EVERY = (*GUESTS, *LEAVING, *SANDBOX, *STAFF)


def walk(page: Page, visits: Visits, states: tuple[State, ...], language: str) -> Iterator[str]:
    """Leads the page from state to state; names each as it stands."""
    for state in states:
        if state.path is not None:
            base = visits.sandbox_url if state.sandbox else visits.api_url
            # What follows "#" alone would not load a page anew.
            page.goto("about:blank")
            page.goto(base + state.path.format(lang=language, **visits.known))
        state.steps(page)
        yield state.name
