"""Settings of the payment service."""

from typing import Literal

from pydantic import Field, field_validator

from core.settings import CoreSettings
from payment.gateways.configuration import names_in
from payment.gateways.fiscal_words import FfdVersion, PaymentSubject, Seller, TaxSystem, Vat
from payment.gateways.studio import Studio
from payment.receipts.plan import ReceiptPolicy
from shared_schemas.providers import PROVIDERS


class PaymentSettings(CoreSettings):
    """How money is taken and receipts are written, whichever the gateway; each gateway has settings of its own."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    webhook_retention_days: float = Field(default=92, ge=14)
    """How long the gateways' notifications are kept."""
    comparison_retention_days: float = Field(default=400, ge=31)
    """How long the result of a comparison with a gateway's books is kept."""
    company_contact_retention_days: float = Field(default=1095, ge=31)
    """How long the person to call in a company is known after the company was last edited or invoiced."""
    payment_providers: str = ",".join(PROVIDERS)
    """Comma-separated gateways that are switched on; one without credentials stays off."""
    payment_stages: Literal["one", "two"] = "one"
    """`two` first holds the payer's money, and captures it when the booking still needs it; SBP has one stage only."""
    webhook_base_url: str = ""
    """The function URL of this service as gateways reach it, sent with each payment to Sber and T-Kassa; may be an
    `ssm:` reference. Empty: the URL set in the gateway's own account is used."""
    receipts: Literal["on", "off"] = "off"
    """Whether fiscal receipts (54-FZ) are ordered through the gateways."""
    desk_receipts: Literal["till", "off"] = "till"
    """Receipts of what is paid at the desk: `till` keeps what the studio's own till is to print, prepayment or
    settlement, so that staff can read it from the payment; `off` keeps none. No gateway prints them."""
    receipt_vat: Vat = "none"
    """VAT of the studio's services: none, 0, 5, 7, 10, 20, 22, 5/105, 7/107, 10/110, 20/120 or 22/122."""
    receipt_tax_system: TaxSystem = "usn_income"
    """The studio's tax system: osn, usn_income, usn_income_outcome, esn or patent."""
    receipt_subject: PaymentSubject = "service"
    """What a receipt line sells: service, commodity or payment."""
    receipt_prepayment_mode: Literal["prepayment", "advance"] = "prepayment"
    """What money paid before the visit is called: `prepayment`, full or partial, or `advance`."""
    receipt_ffd_version: FfdVersion = "1.05"
    """The fiscal document format (FFD) of the studio's till, 1.05 or 1.2; sent to Sber and T-Kassa."""
    receipt_of_whole: Literal["omit", "send"] = "omit"
    """Whether a refund of a whole payment and a capture take a receipt along at YooKassa and T-Kassa, which make it of
    the payment's own: `omit`, as they ask, or `send`."""
    receipt_email: str = ""
    """Who gets the receipts of clients whose address is no longer known; empty orders none for them."""
    receipt_company_email: str = ""
    """The studio's address on its receipts (tag 1117); Sber's need it."""
    receipt_company_inn: str = ""
    """The studio's INN on its receipts, 10 or 12 digits (tag 1018); Sber's need it."""
    receipt_company_site: str = ""
    """The site where the studio takes payments, such as https://studio.example (tag 1187); Sber's receipts need it."""

    @property
    def studio(self) -> Studio:
        """The studio as gateways are told of it."""
        seller = Seller(
            self.receipt_ffd_version, self.receipt_company_email, self.receipt_company_inn, self.receipt_company_site
        )
        return Studio(self.webhook_base_url, seller, omits_receipts=self.receipt_of_whole == "omit")

    @property
    def receipt_policy(self) -> ReceiptPolicy:
        """What the studio's receipts say."""
        return ReceiptPolicy(
            vat=self.receipt_vat,
            tax_system=self.receipt_tax_system,
            subject=self.receipt_subject,
            prepayment=self.receipt_prepayment_mode,
            email=self.receipt_email,
        )

    @field_validator("receipt_company_inn")
    @classmethod
    def _is_inn(cls, value: str) -> str:
        if value and not (value.isascii() and value.isdigit() and len(value) in (10, 12)):
            raise ValueError("an INN has 10 or 12 digits")
        return value

    @field_validator("payment_providers")
    @classmethod
    def _are_providers(cls, value: str) -> str:
        if unknown := set(names_in(value)) - set(PROVIDERS):
            raise ValueError(f"no payment gateway is called {', '.join(sorted(unknown))}")
        return value
