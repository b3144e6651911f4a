# SPDX-License-Identifier: Apache-2.0
"""Draw the records of the fifth set, as the fourth's: other components, strata beside those before, no record twice.

Of makers of scanners little is left after four draws, so most strata are of what stands beside the scanner: pumps,
implants, laboratories, records of patients.
"""

import sys
from functools import partial
from pathlib import Path

from tests.accuracy.choose import FEEDS, records
from tests.accuracy.fourth import Asked, strata_of
from tests.accuracy.tables import table
from tests.accuracy.third import Feeds, Sheet, draw

SEED = "pairs of imaging devices, fifth set"
IMAGING: dict[str, Asked] = {
    "philips": (5, r"[aoh]:philips:(?!in\.sight|hue|taolight|smart|healthsuite).*"),
    "imaging": (6, (r"[aoh]:(dentsply_sirona|dentrix|sante|santesoft|leadtools|accusoft|pegasus_imaging):.*"
                   r"|[aoh]:(fujifilm:cr-ir|gehealthcare|ge:(infinia|xeleris|centricity|aestiva|aespire)).*")),
    "image libraries": (5, (r"a:(freeimage_project|openimageio|libraw|uclouvain|openjpeg|libtiff):.*"
                           r"|a:nasa:cfitsio")),
    "pumps": (7, r"[aoh]:(hospira|p(fi|if)zer|baxter|smiths-medical|carefusion|bbraun|animas|medtronicdiabetes):.*"),
    "implants": (5, r"[aoh]:(abbott|biotronik|bostonscientific|st\._jude_medical|medtronic):.*"),
    "monitors and laboratories": (7, (r"[aoh]:(bd|draeger|contechealth|zoll|capsuletech|cerner|illumina|beckmancoulter"
                                      r"|agilent_technologies|roche|natus|i-sens):.*")),
    "records of patients": (5, (r"a:(nextgen|mirth|eclinicalworks|medicomp|open-?emr|openclinic.*|librehealth"
                               r"|clinical-genomics|opendental):.*")),
}  # fmt: skip
"""How often is drawn, and from which products."""
WORDS: dict[str, Asked] = {"words alone": (6, r"DICOM|HL7|\bPACS\b|X-[Rr]ay|infusion|\bPCU\b")}
"""How often is drawn from records without configuration, and what their descriptions hold."""
BEFORE = ("pairs.csv", "third_pairs.csv", "fourth_pairs.csv")


def sheet(feeds: Feeds) -> Sheet:
    """The draw of the fifth set: nothing that the first four hold."""
    taken = {row["vulnerability"] for name in BEFORE for row in table(name)}
    draws = {name: number for name, (number, _) in (IMAGING | WORDS).items()}
    return draw(
        feeds, taken, edition="fifth", seed=SEED, letter="G", draws=draws,
        strata_of=partial(strata_of, imaging=IMAGING, bare=WORDS),
    )  # fmt: skip


if __name__ == "__main__":
    for number in sheet(records(Path(sys.argv[1]) if len(sys.argv) > 1 else FEEDS)):
        print(*number, sep="\t")
