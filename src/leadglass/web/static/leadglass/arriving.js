/* SPDX-License-Identifier: Apache-2.0 */
/* Presses the one button of a page whose only purpose is to be left; without script, a person does. */
for (const form of document.querySelectorAll("form[data-goes-on]")) form.submit();
