"""Make ``course_utils/widgets/photo.jpg``, the photograph of the demo ``Photo``.

Run it as ``python scripts/make_photo.py coffee.png [FILE]``. The picture is ``coffee.png`` from
scikit-image's data (``skimage/data/`` in its wheel, 600×400): a cup on a red saucer, by Rachel
Michetti, courtesy of Pikolo Espresso Bar; CC0, no copyright restrictions.
"""

import sys
from pathlib import Path

from PIL import Image

FILE = Path(__file__).parents[1] / "course_utils" / "widgets" / "photo.jpg"
SIZE = (240, 160)  # columns, rows


def main(source: Path, path: Path) -> None:
    """Write the file."""
    with Image.open(source) as photo:
        small = photo.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    small.save(path, "JPEG", quality=85, optimize=True)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FILE)
