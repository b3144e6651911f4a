# SPDX-License-Identifier: Apache-2.0
"""Write the catalogue of a language for a translator, and compile it: docs/messages.py LANGUAGE [FOLDER].

LANGUAGE is a folder's name as GNU gettext has it (de, pt_BR); FOLDER is that of the program, or the folder `locale` of a
home. What was translated so far stays; what nobody asks for any more stands behind as a comment.
"""

import sys
from pathlib import Path

from leadglass.web import boot  # noqa: F401 - sets Django up
from leadglass.web.words.catalogue import FILE, compiled, odd, read, written
from leadglass.web.words.extracted import messages
from leadglass.web.words.spoken import OWN


def main(language: str, folder: Path = OWN) -> int:
    """Write the catalogue anew, and compile it; say how much of it is translated."""
    place = folder / language / Path(FILE).with_suffix(".po")
    told = read(place.read_text(encoding="utf-8")) if place.exists() else {}
    asked = messages()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(written(asked, told), encoding="utf-8")
    place.with_suffix(".mo").write_bytes(compiled(told))
    done = sum(all(told.get((one.text, one.plural), ("",))) for one in asked)
    sys.stdout.write(f"{place}: {len(asked):,} messages, {done:,} of them translated\n")
    wrong = odd(told)
    for one in wrong:
        sys.stdout.write(f"Left out, as its slots are not those of the message: {one}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit("Name the language, such as: docs/messages.py de")
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:3])))
