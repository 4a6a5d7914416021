"""What Meta refuses, and how: one table of codes for Graph answers and failed statuses alike.

Shapes: wire §7. The sentences are the simulator's own; the codes and HTTP statuses are Meta's.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    http: int
    title: str
    details: str


REFUSALS: dict[int, Refusal] = {
    0: Refusal(401, "AuthException", "The access token could not be authenticated."),
    1: Refusal(400, "API Unknown", "Unknown error or malformed request."),
    2: Refusal(503, "API Service", "Temporarily unavailable. Try again later."),
    3: Refusal(500, "API Method", "The app lacks the capability for this call."),
    4: Refusal(400, "API Too Many Calls", "The app reached its call rate."),
    10: Refusal(403, "API Permission Denied", "The permission was not granted or was removed."),
    33: Refusal(400, "Parameter value is not valid", "The phone number was deleted."),
    100: Refusal(400, "Invalid parameter", "A parameter is missing, unknown or malformed."),
    101: Refusal(400, "Error validating application", "There is no such app."),
    190: Refusal(
        401, "Invalid OAuth access token", "The access token is missing, wrong or expired."
    ),
    200: Refusal(403, "API Permission", "The permission was not granted or was removed."),
    368: Refusal(403, "Temporarily blocked", "The account broke a platform policy."),
    2200: Refusal(400, "Callback verification failed", "The callback did not verify itself."),
    2500: Refusal(400, "Unknown path components", "Nothing answers at this path."),
    80007: Refusal(
        400, "Rate limit issues", "The WhatsApp Business Account reached its rate limit."
    ),
    130429: Refusal(400, "Rate limit hit", "Too many messages per second on this number."),
    130472: Refusal(400, "User in experiment", "The recipient is part of a holdout."),
    131000: Refusal(500, "Something went wrong", "The message was not sent, for no known reason."),
    131005: Refusal(403, "Access denied", "The permission was not granted or was removed."),
    131008: Refusal(400, "Required parameter is missing", "A required parameter is missing."),
    131009: Refusal(400, "Parameter value is not valid", "A parameter has a value out of range."),
    131016: Refusal(500, "Service unavailable", "A service behind the call is down."),
    131021: Refusal(400, "Recipient cannot be sender", "Sender and recipient are the same number."),
    131026: Refusal(400, "Message undeliverable", "The recipient cannot receive this message."),
    131030: Refusal(400, "Recipient not in allowed list", "The recipient is not on the test list."),
    131031: Refusal(403, "Account has been locked", "The account is locked."),
    131037: Refusal(400, "Display name not approved", "The number's display name is not approved."),
    131042: Refusal(400, "Business eligibility payment issue", "There is no valid payment method."),
    131047: Refusal(400, "Re-engagement message", "The customer's last message is over 24 h old."),
    131048: Refusal(
        400, "Spam rate limit hit", "Too many messages from this number were reported."
    ),
    131049: Refusal(400, "Not delivered", "Held back to keep the recipient's inbox healthy."),
    131050: Refusal(
        400, "User stopped marketing", "The recipient opted out of marketing messages."
    ),
    131051: Refusal(400, "Unsupported message type", "This type of message is not supported."),
    131052: Refusal(400, "Media download error", "The media could not be downloaded."),
    131053: Refusal(400, "Media upload error", "The media could not be uploaded."),
    131056: Refusal(
        400, "Pair rate limit hit", "Too many messages to this recipient in a short time."
    ),
    131057: Refusal(500, "Account in maintenance mode", "The number is being upgraded."),
    131059: Refusal(400, "Invalid cursor", "The cursor belongs to no page. Start again."),
    131060: Refusal(400, "Message unavailable", "Readable in the WhatsApp Business app only."),
    131062: Refusal(400, "Recipient id not supported", "This message needs a phone number."),
    131064: Refusal(400, "Template limit reached", "Too many misclassified templates."),
    131055: Refusal(400, "Method not allowed", "This message cannot go this way."),
    131063: Refusal(
        400, "Marketing not allowed", "Marketing goes through the marketing messages API only."
    ),
    134100: Refusal(400, "Not a marketing template", "Only marketing templates go this way."),
    134101: Refusal(400, "Template is syncing", "The template is still being taken in."),
    134102: Refusal(400, "Not eligible", "The account is not set up for this API."),
    132000: Refusal(400, "Parameter count mismatch", "The template expects other parameters."),
    132001: Refusal(404, "Template does not exist", "No approved template in that language."),
    132012: Refusal(400, "Parameter format mismatch", "A template parameter is malformed."),
    132015: Refusal(400, "Template is paused", "The template is paused for low quality."),
    132016: Refusal(400, "Template is disabled", "The template is disabled for low quality."),
    133010: Refusal(400, "Phone number not registered", "The number is not on the platform."),
    2593107: Refusal(400, "Sync already requested", "This sync was already requested once."),
    2593108: Refusal(400, "Sync window closed", "More than 24 hours passed since onboarding."),
    2593109: Refusal(
        400, "History not shared", "The business chose not to share its chat history."
    ),
}


@dataclass
class MetaError(Exception):
    """A Graph call is refused. `code` picks status and words; `details` may say more."""

    code: int
    details: str = ""
    subcode: int | None = None
    fault: str | None = None  # set when a fault is to blame and not the caller

    @property
    def http(self) -> int:
        return REFUSALS[self.code].http

    def body(self, trace_id: str) -> dict[str, Any]:
        refusal = REFUSALS[self.code]
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {refusal.title}",
            "type": "OAuthException",
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["error_data"] = {
            "messaging_product": "whatsapp",
            "details": self.details or refusal.details,
        }
        error["fbtrace_id"] = trace_id
        return {"error": error}


def webhook_error(code: int) -> dict[str, Any]:
    """One item of `statuses[].errors[]`, `messages[].errors[]` or `history[].errors[]`."""
    refusal = REFUSALS[code]
    return {
        "code": code,
        "title": refusal.title,
        "message": refusal.title,
        "error_data": {"details": refusal.details},
    }


SIGNUP_ERRORS: dict[int, str] = {
    3441041: "The number belongs to another business portfolio.",
    3441042: "The number's region is not available.",
    3441045: "The number needs more activity in the app first.",
    2655095: "The number is not registered in WhatsApp Business.",
    2655093: "The number is shared with another partner. Disconnect it in the app first.",
    2655094: "The number was disconnected less than 15 minutes ago.",
    3441049: "The number is connected already. Disconnect it in the app, then wait 15 minutes.",
    2655082: "The number is linked to a Page elsewhere.",
    3441030: "The number is registered already.",
    3441047: "The account uses marketing messages.",
    4563015: "The app is too old. Update it to 2.24.17 or newer.",
    2655089: "The WhatsApp Business Account is restricted.",
    3441033: "Too many tries.",
    2593037: "The verification code is wrong.",
}
