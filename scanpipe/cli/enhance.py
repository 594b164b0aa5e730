"""`scanpipe enhance`: clean up image files without a station."""

from pathlib import Path

import click

from scanpipe.cli.options import force_option, output_option
from scanpipe.cli.render import say
from scanpipe.messages import _

KINDS = ("image", "mask", "report", "reading", "sheet")
DEFAULT_KINDS = KINDS[:3]
REUSABLE = ("orientation", "deskew", "page_box")


@click.command(
    help=_(
        "Enhance image files; no station is needed. Each file gives NAME.png, NAME.mask.png (black is ink) and "
        "NAME.json. --emit reading adds NAME.reading.png, the input of OCR. --emit sheet adds NAME.sheet.png, which "
        "compares the page before and after and shows the faintest writing and every seal at full size. A recipe "
        "that splits spreads writes NAME-left and NAME-right.\n\n"
        "Example: scanpipe enhance scans/*.tif -o cleaned --emit image,mask"
    )
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_option
@force_option
@click.option(
    "--recipe",
    default="default",
    metavar="R",
    help=_("Name of an included recipe, or path of a TOML file; auto chooses for each page."),
)
@click.option(
    "--like",
    metavar="REPORT",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Apply the turn, angle and page box from an earlier NAME.json."),
)
@click.option(
    "--like-steps",
    default=",".join(REUSABLE),
    metavar="LIST",
    help=_("Values to apply: orientation,deskew,page_box."),
)
@click.option("--keep-geometry", is_flag=True, help=_("Neither crop nor turn."))
@click.option(
    "--emit",
    default=",".join(DEFAULT_KINDS),
    metavar="LIST",
    help=_("Results to write: image,mask,report,reading,sheet."),
)
@click.option(
    "--dpi",
    type=click.IntRange(75, 1200),
    default=300,
    metavar="N",
    help=_("Resolution of files that do not state one."),
)
def enhance(
    files: tuple[Path, ...],
    output: Path,
    recipe: str,
    emit: str,
    dpi: int,
    like: Path | None,
    like_steps: str,
    *,
    keep_geometry: bool,
    force: bool,
) -> int:
    """Enhance files."""
    from scanpipe.flows.enhance import Like, enhance_files

    kinds = _chosen(emit, KINDS, "--emit")
    model = Like(report=like, steps=_chosen(like_steps, REUSABLE, "--like-steps")) if like else None
    attention = 0
    results = enhance_files(
        files,
        output,
        recipe=recipe,
        kinds=kinds,
        default_dpi=dpi,
        like=model,
        keep_geometry=keep_geometry,
        force=force,
    )
    for result in results:
        if result.reason:
            attention += 1
            say(_("{name}: {reason}").format(name=result.name, reason=result.reason))
        else:
            flags = f" ({', '.join(result.flags)})" if result.flags else ""
            attention += bool(result.damage)
            damage = f": {result.damage}" if result.damage else ""
            say(f"{result.name}{flags}{damage}")
    return 1 if attention else 0


def _chosen(text: str, known: tuple[str, ...], option: str) -> frozenset[str]:
    """Return the names in a list with commas, which must all be known."""
    names = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not names or names - set(known):
        raise click.BadParameter(
            _("{emit!r} is not a valid list. Choose from: {known}.").format(emit=text, known=", ".join(known)),
            param_hint=option,
        )
    return names
