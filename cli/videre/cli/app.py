"""The `videre` command: its subcommands and how they end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

import typer

from videre.cli.commands import (
    ads,
    assemble,
    at_rest,
    audit,
    captions,
    catalog,
    conformance,
    credentials,
    demo,
    doctor,
    evaluate,
    export,
    fake,
    feed,
    feedback,
    heads,
    jobs,
    library,
    marketing,
    media,
    models,
    moderation,
    moments,
    operations,
    pipelines,
    produce,
    projects,
    purge,
    recommend,
    redact,
    repaint,
    report,
    retouch,
    review,
    routes,
    search,
    segments,
    sounds,
    speak,
    submit,
    taxonomy,
    template,
    triggers,
    up,
    webhooks,
)
from videre.cli.exits import EPILOG, Exit
from videre.cli.failures import explain

app = typer.Typer(
    name="videre",
    help="Videre: self-hosted video understanding.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(up.up)
app.command()(demo.demo)
app.command()(submit.submit)
app.command()(jobs.query)
app.command()(jobs.watch)
app.command("list")(jobs.list_jobs)
app.command()(jobs.cancel)
app.command()(jobs.delete)
app.command()(jobs.requeue)
app.command()(submit.estimate)
app.command()(report.report)
app.command()(export.export)
produce.app.command()(moments.cover)
produce.app.command()(moments.summarize)
produce.app.command()(moments.split_lecture)
produce.app.command()(captions.captions)
produce.app.command()(retouch.watermark)
produce.app.command()(retouch.burn_captions)
produce.app.command()(retouch.obscure)
produce.app.command()(repaint.key_green_screen)
for sounding in (
    *(sounds.beats, sounds.music_segments, sounds.transcribe),
    *(sounds.trim_silence, sounds.bleep, sounds.denoise, sounds.demix, sounds.assess_audio),
    speak.speak,
):
    produce.app.command()(sounding)
produce.app.command()(redact.redact)
produce.app.command()(assemble.assemble)
produce.app.command()(repaint.matte_portrait)
produce.app.command()(repaint.beautify_faces)
produce.app.command()(repaint.cartoonize)
produce.app.command()(repaint.upscale)
produce.app.command()(retouch.remove_logo)
produce.app.command()(retouch.remove_text)
app.add_typer(produce.app, name="produce")
app.add_typer(feedback.app, name="feedback")
app.add_typer(media.app, name="media")
app.add_typer(library.app, name="library")
app.add_typer(models.app, name="models")
app.command()(catalog.engines)
app.command()(conformance.conformance)
app.add_typer(template.app, name="template")
app.add_typer(moderation.app, name="moderation")
app.command()(moderation.verify_report)
app.add_typer(review.app, name="review")
app.add_typer(ads.app, name="ads")
app.add_typer(marketing.app, name="marketing")
app.add_typer(recommend.app, name="recommend")
app.add_typer(segments.app, name="segments")
app.command()(search.search)
app.command()(search.similar)
app.command()(search.duplicates)
app.command()(search.reindex)
app.add_typer(taxonomy.app, name="taxonomy")
app.add_typer(projects.app, name="projects")
app.add_typer(credentials.app, name="credentials")
app.add_typer(at_rest.app, name="at-rest")
app.add_typer(audit.app, name="audit")
app.command()(operations.top)
app.command()(operations.capacity)
app.command()(operations.place)
app.command()(operations.usage)
app.add_typer(feed.app, name="feed")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(routes.app, name="routes")
app.add_typer(pipelines.app, name="pipelines")
app.add_typer(triggers.app, name="triggers")
app.add_typer(purge.app, name="purge")
app.command()(fake.fake)
app.command()(doctor.doctor)
app.add_typer(evaluate.app, name="eval")
app.command("train-head")(heads.train_head)
library.app.command("restore-head")(heads.restore_head)
app.add_typer(doctor.config, name="config")


@cache
def _command() -> Callable[..., object]:
    """Return the commands, made of their functions once."""
    return typer.main.get_command(app)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; ends the process with one of the documented codes."""
    try:
        _command()(args=None if arguments is None else list(arguments))
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        message, code = known
        sys.stderr.write(f"videre: {message}\n")
        raise SystemExit(int(code)) from None
    raise SystemExit(int(Exit.OK))
