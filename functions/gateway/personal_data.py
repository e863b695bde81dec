"""Which columns of the gateway hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    users.email | e-mail address | account | until erased | emptied
    users.phone | telephone number | account | until erased | emptied
    users.full_name | name | account | until erased | emptied
    users.password_hash | the password, hashed | security | until erased | emptied
    second_factors.secret | what one-time codes of an app are made from | security | until erased | removed
    second_factors.recovery_codes | digests of codes for who lost the app | security | until erased | removed
    sessions.client | browser or program of a sign-in | security | SESSION_RETENTION_DAYS | emptied
    known_addresses.address | a digest of the IP address of a sign-in
        | security | SESSION_RETENTION_DAYS | removed
    codes.address | e-mail address or telephone number that a one-time code goes to
        | security | 1 hour after its end | removed
    invitations.email | e-mail address of who is invited to the staff
        | account | 7 days after its end | goes with its row
    invitations.full_name | name of who is invited to the staff | account | 7 days after its end | goes with its row
    consents.document | what was agreed to
        | consent | CONSENT_RETENTION_DAYS | stays, as proof, under an id that leads nowhere
    consents.version | in which version
        | consent | CONSENT_RETENTION_DAYS | stays, as proof, under an id that leads nowhere
    consents.network | from which network: an address without its last part
        | consent | CONSENT_RETENTION_DAYS | emptied
    """,
    {
        "a word of ours": "users.locale users.role invitations.role invitations.locale codes.purpose codes.channel "
        "codes.locale sessions.end_reason consents.source consent_documents.kind",
        "a digest by a secret": "codes.target codes.place tries.key api_keys.digest invitations.digest "
        "short_links.digest",
        "the studio's own": "api_keys.name api_keys.prefix api_keys.scopes consent_documents.version "
        "consent_documents.document",
        "an id": "consent_documents.created_by",
    },
)
