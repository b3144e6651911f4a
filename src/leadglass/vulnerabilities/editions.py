# SPDX-License-Identifier: Apache-2.0
"""Which edition counts: of a publisher's document its latest revision, of a database's record its latest version.

Parts of queries. A record goes through documents: a database hands each version on in a document of its own, or many
records in one.
"""

from typing import Final

PUBLISHER: Final = "CASE WHEN a.publisher <> '' THEN a.publisher ELSE s.publisher END"
"""Who speaks in a document `a`, which came as `s`."""

DOCUMENT_NOW: Final = f"""
document_now AS (
  SELECT a.sha256, a.category, a.advisory, a.revision, {PUBLISHER} AS publisher, coalesce(a.updated, a.created) AS updated,
    s.received, row_number() OVER (
      PARTITION BY {PUBLISHER}, CASE WHEN a.advisory <> '' THEN a.advisory ELSE a.sha256 END
      ORDER BY coalesce(a.updated, a.created) DESC NULLS LAST, s.received DESC, a.sha256 DESC) AS place_in_line
  FROM advisory a JOIN source s ON s.sha256 = a.sha256)
"""
"""Every document, and its place among the revisions of the same one: 1 is the latest."""

RECORD_NOW: Final = """
record_now AS (SELECT * FROM (
  SELECT a.category, d.record, d.sha256, d.withdrawn, row_number() OVER (
    PARTITION BY a.category, d.record ORDER BY d.modified DESC NULLS LAST, s.received DESC, d.sha256) AS place_in_line
  FROM described d JOIN source s ON s.sha256 = d.sha256 JOIN advisory a ON a.sha256 = d.sha256
  WHERE d.record <> '' AND d.kind <> 'adp') ranked WHERE place_in_line = 1)
"""
"""The document with the latest version of each record. What a coordinator adds to a CVE record is no version of it."""
