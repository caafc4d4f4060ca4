"""The library's forms with our labels, and without placeholders that repeat them."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm


class _Worded:
    """Puts our words to the fields: `words` are their labels, `helped` their help texts."""

    words: dict[str, str] = {}
    helped: dict[str, str] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.help_text = self.helped.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignIn(_Worded, account.LoginForm):
    """Address and password."""

    words = {"login": "E-mail address", "password": "Password"}
    helped = {"password": ""}


class ChangePassword(_Worded, account.ChangePasswordForm):
    """The present password, and the new one twice."""

    words = {
        "oldpassword": "Present password",
        "password1": "New password",
        "password2": "New password again",
    }
    helped = {"oldpassword": ""}


class SetPassword(_Worded, account.SetPasswordForm):
    """A first password, twice."""

    words = {"password1": "Password", "password2": "Password again"}


class ResetPassword(_Worded, account.ResetPasswordForm):
    """The address to which the link is mailed."""

    words = {"email": "E-mail address"}
    users: list[Any]

    def clean_email(self) -> str:
        """Write to nobody at an address that they gave up."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email.lower() == email.lower()]
        return email


class NewPassword(_Worded, account.ResetPasswordKeyForm):
    """A new password, twice."""

    words = {"password1": "New password", "password2": "New password again"}


class ChangeEmail(_Worded, account.AddEmailForm):
    """The new address."""

    words = {"email": "New e-mail address"}


class Reauthenticate(_Worded, account.ReauthenticateForm):
    """The password once more."""

    words = {"password": "Password"}


class SecondFactor(_Worded, mfa.AuthenticateForm):
    """A code of the app, or a recovery code."""

    words = {"code": "Code"}


class SecondFactorAgain(_Worded, mfa.ReauthenticateForm):
    """A code once more."""

    words = {"code": "Code"}


class ActivateApp(_Worded, ActivateTOTPForm):
    """The first code of an app, which proves that it has the secret."""

    words = {"code": "Code that the app shows"}


class AddPasskey(_Worded, AddWebAuthnForm):
    """A name for the passkey, and whether it signs in alone."""

    words = {"name": "Name", "passwordless": "Sign in with it alone"}
    helped = {
        "name": "Tells it from your others, such as “Work laptop”.",
        "passwordless": "Without a password. It then asks for a fingerprint, a face or a PIN.",
    }


class RenamePasskey(_Worded, EditWebAuthnForm):
    """Another name for the passkey."""

    words = {"name": "Name"}
