"""Changes of a booking that goes on: moved, extended, amended. What was paid stays with it; the difference is priced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from booking.domain_booking import OPEN, changed, event, kept, placed
from booking.domain_calendar import spaces
from booking.domain_cancellation import refund, refund_percent
from booking.domain_changes import move_violations
from booking.domain_ranges import TimeRange
from booking.errors import InvalidTransitionError, VisitBegunError
from booking.domain_add_ons import book_add_ons
from booking.ports import HallTime, Work
from booking.service_bookings import visible
from booking.service_pricing import time_price
from booking.service_records import record
from booking.service_rules import around, broken, judge, require_staff
from booking.service_sales import Freed, Sales
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking import AmendRequest, Booking, ChangePreview, ExtendRequest, RescheduleRequest
from shared_schemas.common import Money, SignedMoney
from shared_schemas.errors import RuleViolationError
from shared_schemas.events import BookingAmended, BookingEvent, BookingExtended, BookingRescheduled
from shared_schemas.prices import BookedAddOn, Price, TariffVersion
