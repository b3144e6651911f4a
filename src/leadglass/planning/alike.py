# SPDX-License-Identifier: Apache-2.0
"""What is open of devices that weigh alike, brought to its deeds once for all of them and spread to their spots.

A fleet has hundreds of settings, and a table of decisions tells few of them apart: a configuration in settings in which
each threat has the same outcome, looked after by its maker or not, is one `stand`. What has to be the least of a place is
compared as numbers.
"""

from typing import Final

from leadglass.planning.act import DEED_ORDER
from leadglass.planning.spread import SERVED, deed

_CUT = "chr(31)"
_PLACES = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(DEED_ORDER))
_URGENCY = "coalesce(r.urgency, g.urgency, CASE WHEN t.kind = 'update' THEN 0 ELSE 1 END)"
_URGENCIES = (3, 2, 1, 0)
_SERVED = f"CASE WHEN {SERVED} THEN 'another' ELSE '' END"
# As `sums.ORDER_OF_ALONE` orders texts: sure or not, urgency, tier, vulnerability, spot. Tiers and urgencies are four each
_SURE, _GRAVE, _TIER, _WEIGHT = 2**62, 2**60, 2**56, 2**30


def _gravest(since: str) -> str:
    """Give the first day of what is gravest: `since` tells it of each urgency, None where there is none of it."""
    return f"coalesce({', '.join(since.format(urgency) for urgency in _URGENCIES)})"


def keyed(deed: str, place: str) -> str:
    """Name a deed at a place by one number: it is joined and grouped by in tens of thousands."""
    return f"{place} * 8 + CASE {deed} {_PLACES} END"


def _each(told: str) -> str:
    """Say something of each urgency."""
    return ", ".join(told.format(urgency) for urgency in _URGENCIES)


STANDS: Final = f"""
weighing_ AS (
  SELECT setting_id, list(outcome || ' ' || CAST(urgency AS VARCHAR) ORDER BY exploitation, automatable, effects) AS weighs
  FROM risk GROUP BY 1),
alike_ AS (SELECT setting_id, min(setting_id) OVER (PARTITION BY weighs) AS like_id FROM weighing_),
placed_ AS MATERIALIZED (
  SELECT s.*, c.cell, coalesce(a.like_id, s.setting_id) AS like_id, {_SERVED} AS served,
    row_number() OVER (ORDER BY s.spot) AS nth
  FROM spot s JOIN celled c ON c.product_id = s.product_id AND c.site = s.site
  LEFT JOIN alike_ a ON a.setting_id = s.setting_id),
stood AS MATERIALIZED (
  SELECT configuration_id, like_id, served AS servicer, false AS servicer_is_maker, row_number() OVER () AS stand
  FROM (SELECT DISTINCT configuration_id, like_id, served FROM placed_) d),
here AS MATERIALIZED (
  SELECT p.*, o.stand
  FROM placed_ p JOIN stood o ON o.configuration_id = p.configuration_id AND o.like_id = p.like_id AND o.servicer = p.served),
ordered_ AS MATERIALIZED (
  SELECT foremost, row_number() OVER (ORDER BY foremost) AS nth,
    CAST(dense_rank() OVER (ORDER BY split_part(foremost, {_CUT}, 1)) AS BIGINT) AS weight
  FROM (SELECT DISTINCT foremost FROM told_sum) f)
"""
"""Where devices stand (`here`): of the cells that are `celled`. `ordered_` numbers what sums hold to weigh most."""

TOUCHED_AT: Final = f"""
touched_at AS MATERIALIZED (
  SELECT DISTINCT o.deed, h.cell FROM (
    SELECT DISTINCT s.stand, CASE WHEN t.kind = 'vulnerability' AND r.outcome IS NULL THEN NULL
      ELSE {deed("t.listless", SERVED)} END AS deed
    FROM touched t JOIN stood s ON s.configuration_id = t.configuration_id
    LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
      AND r.setting_id = s.like_id
    LEFT JOIN available m ON m.finding_key = t.update_key) o
  JOIN here h ON h.stand = o.stand)
"""
"""The deeds of sums that moved, in cells; None where it is not known which: no threat is of that kind any more."""


def _opened(columns: str, among: str = "told_sum") -> str:
    """Select what is open where devices stand, each by its deed there (`at_stand`)."""
    return f"""
  SELECT {keyed(deed("t.listless", SERVED), "s.stand")} AS at_stand, {columns}
  FROM stood s JOIN {among} t ON t.configuration_id = s.configuration_id
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = s.like_id
  LEFT JOIN graded g ON g.finding_key = t.alone_key AND g.setting_id = s.like_id
  LEFT JOIN available m ON m.finding_key = t.update_key"""


UPDATES: Final = f"""
updates_ AS (
  SELECT DISTINCT s.cell * 8 + k.at_stand % 8 AS key, k.update_key
  FROM (SELECT DISTINCT at_stand, update_key FROM (
    {_opened("t.update_key", "(SELECT * FROM told_sum WHERE update_key <> '')")}) o) k
  JOIN here s ON s.stand = k.at_stand // 8)
"""
"""Which updates deeds in cells would install."""

OPEN: Final = f"""
open_ AS (
{
    _opened(
        f"{_URGENCY} AS urgency, t.status, t.findings, t.exploited, t.epss, t.cvss, t.ransomware, t.known, t.nth",
        "(SELECT t.*, o.nth FROM told_sum t JOIN ordered_ o ON o.foremost = t.foremost)",
    )
}),
by_stand AS MATERIALIZED (
  SELECT k.*, k.at_stand // 8 AS stand, k.at_stand % 8 AS deed,
    (k.foremost // {_GRAVE}) * {_GRAVE} + o.weight * {_WEIGHT} AS heavy, o.nth
  FROM (
    SELECT at_stand, sum(findings) AS findings, sum(CASE WHEN status = 'unknown' THEN findings END) AS unknown,
      max(urgency) AS urgency, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
      bool_or(ransomware) AS ransomware, {_each("min(CASE WHEN urgency = {0} THEN known END) AS known_{0}")},
      min(CASE status WHEN 'affected' THEN 0 ELSE {_SURE} END + (3 - urgency) * {_GRAVE} + nth) AS foremost
    FROM open_ WHERE at_stand % 8 IN (SELECT key % 8 FROM asked_) GROUP BY 1) k
  JOIN ordered_ o ON o.nth = k.foremost % {_GRAVE}),
shared AS (
  SELECT s.cell * 8 + k.deed AS key, sum(s.devices * k.findings) AS findings, sum(s.devices * k.unknown) AS unknown,
    sum(s.devices) AS devices, max(k.urgency) AS urgency, min(s.tier) AS tier, min(k.exploited) AS exploited,
    max(k.epss) AS epss, max(k.cvss) AS cvss, bool_or(k.ransomware) AS ransomware,
    {
    _gravest("min(CASE WHEN k.known_{0} IS NOT NULL THEN greatest(s.first_seen, k.known_{0}) END)")
} AS since,
    min(k.heavy + s.tier * {_TIER} + s.nth) AS heaviest, min_by(k.nth, k.heavy + s.tier * {
    _TIER
} + s.nth) AS nth
  FROM here s JOIN by_stand k ON k.stand = s.stand JOIN asked_ a ON a.key = s.cell * 8 + k.deed GROUP BY 1)
"""
"""What is open of configurations, summed by deed and cell (`key`); `heaviest` orders it, `nth` is that of `ordered_`."""

ALONE: Final = f"""
alone AS (
  SELECT a.*, {keyed("a.deed", "h.cell")} AS key, {keyed("a.deed", "h.stand")} AS at_stand
  FROM alone_sum a JOIN here h ON h.spot = a.spot WHERE a.deed IN (SELECT deed FROM asked_)),
single AS (
  SELECT a.key, sum(a.findings) AS findings, sum(a.unknown) AS unknown,
    sum(CASE WHEN p.at_stand IS NULL THEN a.devices END) AS devices, max(a.urgency) AS urgency, min(a.tier) AS tier,
    min(a.exploited) AS exploited, max(a.epss) AS epss, max(a.cvss) AS cvss, bool_or(a.ransomware) AS ransomware,
    {_gravest("min(CASE WHEN a.urgency = {0} THEN a.since END)")} AS since, min(a.foremost) AS foremost
  FROM alone a JOIN asked_ o ON o.key = a.key LEFT JOIN by_stand p ON p.at_stand = a.at_stand
  GROUP BY 1)
"""
"""What is open of devices alone, likewise (`single`). A device counts once, also where its configuration has the same deed."""

_MERGED = """
coalesce(s.key, a.key) AS key,
  coalesce(s.findings, 0) + coalesce(a.findings, 0) AS findings, coalesce(s.unknown, 0) + coalesce(a.unknown, 0) AS unknown,
  coalesce(s.devices, 0) + coalesce(a.devices, 0) AS devices, greatest(s.urgency, a.urgency) AS urgency,
  least(s.tier, a.tier) AS tier, least(s.exploited, a.exploited) AS exploited, greatest(s.epss, a.epss) AS epss,
  greatest(s.cvss, a.cvss) AS cvss, greatest(s.ransomware, a.ransomware) AS ransomware,
  CASE WHEN s.urgency > a.urgency THEN s.since WHEN a.urgency > s.urgency THEN a.since ELSE least(s.since, a.since) END AS since
"""
_TEXT = f"""
CASE WHEN s.heaviest < {_SURE} THEN '0' ELSE '1' END || CAST((s.heaviest // {_GRAVE}) % 4 AS VARCHAR)
      || CAST((s.heaviest // {_TIER}) % 16 AS VARCHAR) || split_part(o.foremost, {_CUT}, 1) || {_CUT} || h.spot || {_CUT}
      || split_part(o.foremost, {_CUT}, 2) || {_CUT} || h.spot
"""
TOTALS: Final = f"""
foremost_ AS (
  SELECT {_MERGED}, h.nth AS spot_nth, o.foremost AS text_,
    CASE WHEN s.key IS NULL THEN a.foremost WHEN a.foremost < {_TEXT} THEN a.foremost END AS by_alone
  FROM shared s JOIN ordered_ o ON o.nth = s.nth JOIN here h ON h.nth = s.heaviest % {_WEIGHT}
  FULL OUTER JOIN single a ON a.key = s.key),
totals AS (
  SELECT f.*, coalesce(n.product, p.product) AS product, coalesce(n.maker, p.maker) AS maker,
    coalesce(n.servicer, p.servicer) AS servicer, coalesce(n.configuration_id, p.configuration_id) AS configuration_id,
    CASE WHEN f.by_alone IS NULL THEN p.spot ELSE split_part(f.by_alone, {_CUT}, 2) END AS device_id,
    CASE WHEN f.by_alone IS NULL THEN split_part(f.text_, {_CUT}, 2) ELSE split_part(f.by_alone, {_CUT}, 3) END AS finding_key
  FROM foremost_ f
  LEFT JOIN here p ON f.by_alone IS NULL AND p.nth = f.spot_nth
  LEFT JOIN here n ON n.spot = split_part(f.by_alone, {_CUT}, 4))
"""
"""Both together (`totals`), with the finding that weighs most, and the device that has it."""
