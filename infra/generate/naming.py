"""The names that clients know schemas by: what is clear in its own file is not in a list of four hundred."""

import json
import re
from typing import Any

# Under these are values, not schemas.
VALUES = ("examples", "default", "const", "enum")
REFERRED = re.compile(r'"#/components/schemas/(\w+)"')
# Those of the code on the left.
RENAMED = dict(
    line.split()
    for line in """
Acceptance              RulesAcceptance
AcceptRequest           BankLineAcceptRequest
Acknowledgement         ErrorAcknowledgement
Address                 StudioAddress
AddressRequest          StudioAddressRequest
AmendRequest            BookingAmendRequest
BlockRequest            CustomerBlockRequest
BookSide                ReconciliationSide
CancelRequest           BookingCancelRequest
ConfirmRequest          BookingConfirmRequest
Confirmation            AddressConfirmation
Delivery                EventDelivery
DeliveryPage            EventDeliveryPage
Difference              ReconciliationDifference
DiscardRequest          DeadLetterDiscardRequest
Disclosure              PersonalDataDisclosure
Dropped                 DroppedPart
ExtendRequest           BookingExtendRequest
GroupCancelRequest      BookingGroupCancelRequest
GroupItem               BookingGroupItem
GroupRequest            BookingGroupRequest
GroupShiftRequest       BookingGroupShiftRequest
HoldRequest             BookingHoldRequest
ImportConflict          CalendarImportConflict
ImportReport            CalendarImportReport
ImportRequest           CalendarImportRequest
Interval                DayHours
Label                   BilingualLabel
LettersHandled          DeadLettersHandled
LineRequest             BookingLineRequest
LineUndoRequest         BookingLineUndoRequest
Links                   StudioLinks
Logo                    StudioLogo
MergeRequest            CustomerMergeRequest
Message                 NotificationMessage
Note                    CustomerNote
NoteRequest             CustomerNoteRequest
Package                 TariffPackage
Party                   PaperParty
PeopleRequest           ContactsRequest
PeopleSearch            ContactsSearch
Person                  CustomerPerson
PersonPage              CustomerPersonPage
PrepaymentRequest       CustomerPrepaymentRequest
Proposal                InvoiceProposal
RedriveRequest          DeadLetterRedriveRequest
Reference               AccountReference
Replay                  EventReplay
ReplayPage              EventReplayPage
ReplayRequest           EventReplayRequest
RescheduleRequest       BookingRescheduleRequest
ResetRequest            PasswordResetRequest
Resolution              ErrorResolution
Role                    AccountRole
RuleUse                 TermsRuleUse
Section                 DisclosureSection
SetAsideRequest         BankLineSetAsideRequest
Span                    TimeSpan
StatementRow            BankStatementRow
Story                   LocalizedText
Terms                   BookingTerms
Texts                   Translations
Title                   LocalizedLine
Transition              BookingTransition
TransitionPage          BookingTransitionPage
UndoRequest             BookingUndoRequest
Visits                  CustomerVisits
VoidRequest             PaperVoidRequest
Wording                 Translation
""".strip().splitlines()
)


def named(document: dict[str, Any]) -> dict[str, Any]:
    """The document with those names, and without the titles that Pydantic makes of names once more."""
    text = REFERRED.sub(lambda found: f'"#/components/schemas/{RENAMED.get(found[1], found[1])}"', json.dumps(document))
    made: dict[str, Any] = json.loads(text)
    schemas = made["components"]["schemas"]
    made["components"]["schemas"] = dict(sorted((RENAMED.get(name, name), schema) for name, schema in schemas.items()))
    return made | {part: _untitled(made[part], named_parts=False) for part in ("paths", "components")}


def _untitled(value: Any, *, named_parts: bool) -> Any:
    """`named_parts` where the keys are names of fields, one of which may be `title`."""
    if isinstance(value, list):
        return [_untitled(item, named_parts=False) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: part if name in VALUES else _untitled(part, named_parts=name == "properties" and not named_parts)
        for name, part in value.items()
        if named_parts or name != "title" or not isinstance(part, str)
    }
