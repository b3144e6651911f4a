# SPDX-License-Identifier: Apache-2.0
"""Say how sure it is that words of a component's name are a product that records name, and why.

Below `LINE` it is a doubt, which is asked. Who the maker is counts most: as the supplier, in front of the name, or within it.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache

from leadglass.vulnerabilities.components import token
from leadglass.vulnerabilities.wording import Name

KIND_ALONE = " says what kind of software it is"
SEVERAL = "name is used by several suppliers"
_REMEMBERED = 65_536
MAKERS_LONGEST = 2
"""So many words of a name may be its maker's."""
_TELLS_A_MAKER = 4
"""Letters that a vendor's name may be told by, where more follow: 'filezilla-project', 'firebirdsql'."""


_token = lru_cache(maxsize=_REMEMBERED)(token)
"""Makers and products are looked at again and again."""


@lru_cache(maxsize=_REMEMBERED)
def joined(word: str) -> str:
    """Write a name without what stands between its words: '7-zip', '7_zip' and '7zip' are one."""
    return _token(word).replace("_", "")


def judged(told: Name, first: int, last: int, vendor: str, supplier: str, vendors: int) -> tuple[float, str]:
    """Say how sure it is that a run of words, with what stands around it, is a vendor's product, and why."""
    whole, rest = told.is_told(last), told.rest(first, last)
    before = told.words[:first]
    made_by = is_maker(vendor, _token(supplier)) and (not before or is_maker(vendor, "_".join(before)))
    if made_by and whole:
        return 0.9, f"name and supplier '{supplier}' equal the record's"
    if made_by:
        return 0.6, f"supplier '{supplier}' and the beginning of the name equal the record's"
    if not stands_in_front(vendor, before):
        return _without_maker(told, first, last, vendor, supplier, vendors)
    if whole and not supplier:
        return 0.9, "maker and name stand in the name"
    return 0.6, f"maker and a part of the name equal the record's, '{rest}' is left over"


def _without_maker(
    told: Name, first: int, last: int, vendor: str, supplier: str, vendors: int
) -> tuple[float, str]:
    """The same where neither the supplier nor a word in front is the vendor; one word of many says nothing."""
    if first or not told.is_told(last):
        return _in_part(told, first, last, vendors)
    if is_own(vendor, told.words[:last]) and not supplier:
        return 0.8, "name equals the record's, and its vendor is called so"
    if vendors > 1:
        return 0.4, SEVERAL
    if supplier:
        return 0.4, f"name equals the record's, supplier '{supplier}' does not"
    if told.tells(last):
        return 0.8, "name equals the record's, which no other supplier uses"
    return 0.6, "name equals the record's, supplier not stated"


def _in_part(told: Name, first: int, last: int, vendors: int) -> tuple[float, str]:
    """The same of a run with words around it: a doubt, or nothing."""
    whole, rest = told.is_told(last), told.rest(first, last)
    if first and whole and last - first > MAKERS_LONGEST:
        return 0.4, f"the end of the name equals the record's, '{rest}' stands in front"
    if not first and last > 1 and vendors == 1 and told.is_mere(last):
        return 0.8, f"name equals the record's, but for '{rest}', which every program is"
    if not first and told.is_kind(last):
        return 0.4, f"a part of the name equals the record's, '{rest}'{KIND_ALONE}"
    if not first and last > 1:
        return 0.4, f"a part of the name equals the record's, '{rest}' is left over"
    return 0.0, ""


def is_own(vendor: str, words: Sequence[str]) -> bool:
    """Tell whether a vendor is called by the name: 'net-snmp', 'sudo_project', 'firebirdsql', 'santesoft' of 'sante pacs'."""
    own, said = joined(vendor).replace("-", ""), joined("_".join(words)).replace("-", "")
    begins = len(words) > 1 and len(words[0]) >= _TELLS_A_MAKER and own.startswith(words[0])
    return own == said or begins or (len(said) >= _TELLS_A_MAKER and own.startswith(said))


def makers(vendors: Collection[str]) -> int:
    """Count vendors, those as one that begin as another does: 'sante' and 'santesoft', 'thekelleys' and 'the_kelleys'."""
    names = sorted({joined(vendor).replace("-", "") for vendor in vendors})
    return sum(
        not any(one != other and len(other) >= _TELLS_A_MAKER and one.startswith(other) for other in names)
        for one in names
    )


def is_maker(vendor: str, maker: str) -> bool:
    """Tell whether a vendor is the maker, or begins its name."""
    own = _token(vendor).replace(".", "_")
    same = own.replace("_", "") == maker.replace("_", "")  # 'open-emr' is openemr
    return bool(maker) and (same or maker.startswith(own + "_") or own in maker.split("_"))


def stands_in_front(vendor: str, before: Sequence[str]) -> bool:
    """Tell whether the words in front are the vendor: 'sante' and 'santesoft', 'ge healthcare' and 'ge'."""
    if not before:
        return False
    own, said = _token(vendor).replace("_", "").replace("-", ""), "".join(before)
    return own == said or (len(said) > 1 and own.startswith(said)) or (own == before[0])
