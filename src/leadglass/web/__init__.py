# SPDX-License-Identifier: Apache-2.0
"""The ledger in a browser: a door. It parses, calls services by their rows in the catalogue, shows.

`boot` sets Django up and comes first; `door` builds the house and gives the WSGI application.
"""
