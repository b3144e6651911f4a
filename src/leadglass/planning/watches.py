# SPDX-License-Identifier: Apache-2.0
"""Which documents name what is watched: by words in any text, and products by one telling word, for the naming rules.

Words are whole, in lower case, and all of a watch must stand in one text. The rarest, taken to be the longest, is looked
for first, so that most texts are looked at once. Records that name no product (no configurations) count like others.
"""

from leadglass.values.query import Query

SIGNS = ".,;:()[]{}<>/\\|-_+*=~^#@&%$!?'\"`\t\n\r®™©\u2013\u2014\u2019\u201c\u201d"
"""What stands between words."""

_BLANKS = " " * len(SIGNS)
_SIGNS = SIGNS.replace("'", "''")

# A record of NVD speaks by its description; an advisory by title, descriptions, remedies, and what it calls products
_TEXTS = """
text_ AS (
  SELECT v.vulnerability AS subject, v.description AS said, v.sha256, v.place, 'record' AS sort FROM vulnerability v
  UNION ALL
  SELECT d.vulnerability, d.title || ' ' || d.description, d.sha256, d.place, 'described' FROM described d
  UNION ALL
  SELECT '', a.title, a.sha256, a.place, 'title' FROM advisory a
  UNION ALL
  SELECT r.vulnerability, r.text, r.sha256, r.place, 'remedy' FROM remedy r
  UNION ALL
  SELECT '', p.maker || ' ' || p.family || ' ' || p.product || ' ' || p.name, p.sha256, p.place, 'product' FROM named_product p)
"""

SPOKEN_OF = Query(
    name="texts that hold the words of a watch",
    tables=("vulnerability", "described", "advisory", "remedy", "named_product", "source"),
    given=("watched", "watched_word"),
    columns=("watch_id", "subject", "said", "sha256", "place", "sort", "document", "kind", "received", "advisory", "publisher",
             "revision"),
    sql=f"""
WITH {_TEXTS},
low AS (
  SELECT t.*, lower(t.said) AS low, s.name AS document, s.kind, s.first_received AS received
  FROM text_ t JOIN source s ON s.sha256 = t.sha256
  WHERE s.first_received > (SELECT min(since) FROM watched)),
near AS (SELECT w.watch_id, l.* FROM low l JOIN watched w ON l.received > w.since AND instr(l.low, w.rare) > 0),
plain AS (SELECT n.*, ' ' || translate(n.low, '{_SIGNS}', '{_BLANKS}') || ' ' AS words FROM near n)
SELECT p.watch_id, p.subject, substr(p.said, 1, 400) AS said, p.sha256, p.place, p.sort, p.document, p.kind, p.received,
  coalesce(a.advisory, '') AS advisory, coalesce(a.publisher, '') AS publisher, coalesce(a.revision, '') AS revision
FROM plain p LEFT JOIN advisory a ON a.sha256 = p.sha256
WHERE NOT EXISTS (SELECT 1 FROM watched_word x WHERE x.watch_id = p.watch_id AND p.words NOT LIKE '% ' || x.word || ' %')
ORDER BY p.watch_id, p.received, p.sha256, p.place
""",
)  # fmt: skip
"""Texts of documents that came after a watch began and hold all of its words."""

PERHAPS_NAMED = Query(
    name="products that share a word with a watch",
    tables=("named_product", "advisory", "source"),
    given=("watched", "watched_word"),
    columns=("watch_id", "maker", "family", "product_name", "name", "identifiers", "sha256", "place", "document", "kind",
             "received", "advisory", "publisher", "revision"),
    sql=f"""
SELECT w.watch_id, p.maker, p.family, p.product AS product_name, p.name, p.identifiers, p.sha256, min(p.place) AS place,
  s.name AS document, s.kind, s.first_received AS received, coalesce(a.advisory, '') AS advisory,
  coalesce(a.publisher, '') AS publisher, coalesce(a.revision, '') AS revision
FROM named_product p JOIN source s ON s.sha256 = p.sha256 JOIN watched w ON s.first_received > w.since
LEFT JOIN advisory a ON a.sha256 = p.sha256
WHERE EXISTS (SELECT 1 FROM watched_word x WHERE x.watch_id = w.watch_id
  AND ' ' || translate(lower(p.maker || ' ' || p.family || ' ' || p.product || ' ' || p.name), '{_SIGNS}', '{_BLANKS}') || ' '
    LIKE '% ' || x.word || ' %')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14
ORDER BY 1, s.first_received, p.sha256, place
""",
)  # fmt: skip
"""Products of documents that came after a watch began and share a word with it: the naming rules judge them."""
