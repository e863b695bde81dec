"""Why a rule is refused."""

from shared_schemas.errors import ConflictError, NotFoundError, RuleViolationError, Text


class RuleNotFoundError(NotFoundError):
    code = "message_rule_not_found"
    text = Text("There is no rule {rule_id}", "Правило {rule_id} не найдено")


class RuleChangedError(ConflictError):
    """Somebody else was faster."""

    code = "message_rule_changed"
    text = Text(
        "Somebody has changed this rule meanwhile: look at version {version} first",
        "Правило тем временем изменили: сначала посмотрите версию {version}",
    )


class RuleFixedError(ConflictError):
    """Codes and news of one's account: whoever works at the studio must not be able to keep them from people."""

    code = "message_rule_fixed"
    text = Text(
        "Codes and news about accounts always go out: this rule cannot be changed",
        "Коды и сообщения об аккаунтах отправляются всегда: это правило нельзя изменить",
    )


class TooManyRulesError(ConflictError):
    code = "too_many_message_rules"
    text = Text("There are {most} rules already, which is the most", "Правил уже {most}, больше нельзя")


class RuleMisfitError(RuleViolationError):
    """The message cannot be written on this occasion, or would not be true: `errors` has each reason with its field."""

    code = "message_rule_misfit"
    text = Text("This message does not go by such a rule", "По такому правилу это сообщение не отправляют")
