# SPDX-License-Identifier: Apache-2.0
"""The API of the ledger, `/api/v1`: every service of the catalogue by its route (services.api.routes), on django-ninja."""
