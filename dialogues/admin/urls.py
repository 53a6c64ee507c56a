"""URLs of signing in, beside the admin's own: of allauth's, only what is used."""

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from django.urls import include, path, re_path

from dialogues.admin.accounts.login import AddPasskeyView, PasswordResetRequestView, SetUpTOTPView

from .home import site

PASSWORD = [
    path("", PasswordResetRequestView.as_view(), name="account_reset_password"),
    path("sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
SECOND_FACTOR = [
    path("", second.index, name="mfa_index"),
    path("sign-in/", second.authenticate, name="mfa_authenticate"),
    path("confirm/", second.reauthenticate, name="mfa_reauthenticate"),
    path("app/", SetUpTOTPView.as_view(), name="mfa_activate_totp"),
    path("app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("keys/add/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("keys/sign-in/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("keys/confirm/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("keys/<int:pk>/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("login/", site.login, name="account_login"),
    path("logout/", site.logout, name="account_logout"),
    path("password_change/", site.password_change, name="account_change_password"),
    # Says that nobody signs up.
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", include(PASSWORD)),
    path("account/second-factor/", include(SECOND_FACTOR)),
]
