// SPDX-License-Identifier: Apache-2.0
// Says in words when a passkey was not used, and hides what a browser cannot do.
document.addEventListener("DOMContentLoaded", () => {
  const said = document.getElementById("passkey_said");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (said) said.hidden = false;
  });
  if (!window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = true;
  }
});
