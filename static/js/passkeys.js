// Passkeys: hands our forms to the script that asks the browser for one. Where the browser knows
// none, the offer stays hidden.
"use strict";

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    const forms = window.allauth.webauthn.forms;
    const way = { login: forms.loginForm, use: forms.authenticateForm, add: forms.addForm }[form.dataset.passkey];
    const button = "passkey-button";
    way({
      ids: {
        login: button,
        authenticate: button,
        add: button,
        credential: "passkey-credential",
        passwordless: "id_passwordless",
        data: "passkey-data",
      },
    });
    form.hidden = false;
    document.addEventListener("allauth.error", (event) => {
      event.preventDefault();
      form.querySelector("[data-passkey-error]").hidden = false;
    });
  }
}
