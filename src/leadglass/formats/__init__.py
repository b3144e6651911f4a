# SPDX-License-Identifier: Apache-2.0
"""The papers: one module per standard, bytes in, values out; what cannot be read becomes a remark.

| module | standard | gives |
|---|---|---|
| `archives` | zip, tar, gzip, xz, zstandard, bzip2 | the documents within |
| `recognise` | all below, and what cannot be read yet | `Recognition` |
| `fleet_csv` | CSV (RFC 4180) by mapping profiles | `FleetList` |
| `cyclonedx` | CycloneDX JSON 1.2 to 1.7 (ECMA-424) | `Bom` |
| `nvd` | NVD CVE API 2.0 and its feed files | columns, in batches |
| `kev` | CISA catalogue of known exploited vulnerabilities | `KevCatalog` |
| `epss` | FIRST EPSS scores | columns |

In: bytes or a file object, never a path. Out: values of `leadglass.values`, or columns above 100,000 rows.
Errors: `UnreadableError` with a sentence, for a document that cannot be read at all.
"""

from leadglass.formats import archives, cyclonedx, epss, fleet_csv, kev, nvd, recognise

__all__ = ["archives", "cyclonedx", "epss", "fleet_csv", "kev", "nvd", "recognise"]
