"""What is noted: everything that changes who may do what, or how the desk behaves."""

from enum import StrEnum


class Deed(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGN_IN_ENDED = "sign_in_ended"
    """One of somebody's sign-ins, ended from elsewhere."""
    SIGN_INS_ENDED = "sign_ins_ended"
    """All of somebody's sign-ins, or all but the one that asked."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (what was done, not one)
    STEP_ON = "second_step_on"
    STEP_OFF = "second_step_off"
    STEP_REMOVED = "second_step_removed"
    """By an administrator, for somebody who lost the telephone."""
    CODES_MADE = "recovery_codes_made"
    CODE_USED = "recovery_code_used"
    INVITED = "invited"
    INVITATION_ENDED = "invitation_ended"
    JOINED = "joined"
    ENROLLED = "enrolled"
    """Without an invitation: by the first set-up or the command line."""
    ROLE_CHANGED = "role_changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    HANDED_ON = "handed_on"
    """What was left with somebody who is out already."""
    RULES_SAVED = "rules_saved"
    RULES_CONFIRMED = "rules_confirmed"
    SETTINGS_CHANGED = "settings_changed"
