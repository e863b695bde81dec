"""Why a link leaves nothing."""

from shared_schemas.errors import NotFoundError, Text


class LeaveLinkError(NotFoundError):
    code = "leave_link_unknown"
    text = Text(
        "This link leaves no messages; it may be cut off",
        "По этой ссылке ни от чего не отписаться: возможно, она скопирована не целиком",
    )
