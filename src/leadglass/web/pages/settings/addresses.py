# SPDX-License-Identifier: Apache-2.0
"""The addresses of the settings."""

from django.urls import URLPattern, path

from leadglass.web.pages.settings import break_glass, hub, inviting, people, person, programs, running, tables

SETTINGS: list[URLPattern] = [
    path("settings", hub.show, name="settings"),
    path("settings/people", people.show, name="settings_people"),
    path("settings/invite", inviting.invite, name="settings_invite"),
    path("settings/people/<str:name>", person.show, name="settings_person"),
    path("settings/people/<str:name>/grant", person.grant, name="settings_grant"),
    path("settings/people/<str:name>/withdraw", person.withdraw, name="settings_withdraw"),
    path("settings/people/<str:name>/off", person.off, name="settings_off"),
    path("settings/people/<str:name>/on", person.on, name="settings_on"),
    path("settings/people/<str:name>/renew", inviting.renew, name="settings_renew"),
    path("settings/invitations/<str:name>/withdraw", people.withdraw_invitation, name="settings_uninvite"),
    path("settings/invitations/<str:name>/again", inviting.resend, name="settings_resend"),
    path("settings/programs", programs.show, name="settings_programs"),
    path("settings/programs/new", programs.make, name="settings_program"),
    path("settings/programs/<str:name>/token", programs.issue, name="settings_token"),
    path("settings/tokens/<str:mark>/withdraw", programs.withdraw, name="settings_untoken"),
    path("settings/break-glass", break_glass.show, name="settings_break_glass"),
    path("settings/break-glass/seal", break_glass.seal, name="settings_seal"),
    path("settings/running", running.show, name="settings_running"),
    path("settings/tables", tables.show, name="settings_tables"),
]
"""Every page of the room, by its address."""
