# SPDX-License-Identifier: Apache-2.0
"""Draw the records of the fourth set, as the third's: other components, wider strata of imaging, no record twice.

The strata are wider than those of `strata.csv`, from which the draws before have taken the most: nothing is left of
Siemens. Those of records without configuration are read from their words.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tests.accuracy.choose import FEEDS, records, text
from tests.accuracy.tables import table
from tests.accuracy.third import Feeds, Sheet, draw, products

Asked = tuple[int, str]
"""How often is drawn, and a pattern of products or words."""
SEED = "pairs of imaging devices, fourth set"
IMAGING = {
    "ge": (4, r"[aoh]:(gehealthcare:.*|ge:(infinia|xeleris|centricity|aestiva|aespire).*)"),
    "philips": (9, r"[aoh]:philips:(?!in\.sight|hue|taolight|smart|healthsuite).*"),
    "other makers": (9, (r"[aoh]:(fujifilm:cr-ir.*|carestream:.*|changehealthcare:.*|mckesson:.*|canon:medical.*"
                        r"|dentsply_?sirona:.*|natus:.*|roche:.*|epiphanyhealthdata:.*|extremepacs:.*"
                        r"|patterson_dental:.*|opendental:.*)")),
    "beside imaging": (6, r"[aoh]:(draeger|medtronic|bd|contechealth|smiths-medical):.*"),
    "dicom software": (5, (r"a:(offis|dicom|grassroots_dicom_project|sante|santesoft|osirix-viewer|conquest|nema"
                          r"|xnat|monai|openclinic.*|nextgen):.*")),
    "image libraries": (5, (r"a:(leadtools:.*|accusoft:.*|kitware:.*|.*:openjpeg|nasa:fits.*|imagej:.*"
                           r"|libraw:libraw|freeimage_project:.*)")),
}  # fmt: skip
"""How often is drawn, and from which products."""
WORDS = {"words alone": (8, r"DICOM|radiolog|\bPACS\b|X-ray|ultrasound|medical imag")}
"""How often is drawn from records without configuration, and what their descriptions hold."""


def sheet(feeds: Feeds) -> Sheet:
    """The draw of the fourth set: nothing that the first three hold."""
    taken = {row["vulnerability"] for name in ("pairs.csv", "third_pairs.csv") for row in table(name)}
    draws = {name: number for name, (number, _) in (IMAGING | WORDS).items()}
    return draw(
        feeds, taken, edition="fourth", seed=SEED, letter="F", draws=draws,
        strata_of=partial(strata_of, imaging=IMAGING, bare=WORDS),
    )  # fmt: skip


def strata_of(
    record: dict[str, Any], *, imaging: Mapping[str, Asked], bare: Mapping[str, Asked]
) -> Iterator[str]:
    """Strata by the products that a record names; where it has no configuration, by its words."""
    if not record.get("configurations"):
        yield from (name for name, (_, words) in bare.items() if re.search(words, text(record)))
    for name, (_, pattern) in imaging.items():
        if any(re.fullmatch(pattern, product) for product in products(record)):
            yield name


if __name__ == "__main__":
    for number in sheet(records(Path(sys.argv[1]) if len(sys.argv) > 1 else FEEDS)):
        print(*number, sep="\t")
