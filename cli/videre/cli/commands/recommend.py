"""`videre recommend …`: what users may like next, what they did, what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.recommend_export import export

if TYPE_CHECKING:
    from videre.v1 import recommendation_pb2

app = typer.Typer(no_args_is_help=True, help="Media that users may like next, and why.")
app.command()(export)
User = Annotated[str, typer.Argument(metavar="USER", help="Your name for the user.")]
At = Annotated[
    str, typer.Option("--time", metavar="TIME", help="As of then, RFC 3339; else as of now.")
]


@app.command()
def to(
    user: Annotated[
        str, typer.Argument(metavar="[USER]", help="Your name for the user; none = anybody.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most media.")] = 20,
    within: Annotated[
        list[str] | None, typer.Option("--in", help="Only in this language; may be repeated.")
    ] = None,
    candidate: Annotated[
        list[str] | None, typer.Option(help="Only of these media; may be repeated.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Not this media; may be repeated.")
    ] = None,
    seen: Annotated[bool, typer.Option("--seen", help="Also what they met before.")] = False,
    diversity: Annotated[
        float | None, typer.Option(min=0, max=1, help="How much media should differ; else 0.3.")
    ] = None,
    exploration: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share drawn of what few have met; else 0.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What the draw depends on.")] = 0,
    at: At = "",
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Recommend media to a user, or to anybody. See docs/recommendation.md."""
    from videre.cli.console import out, print_json
    from videre.cli.recommend_tables import render_recommended
    from videre.client import Videre
    from videre.v1 import recommendation_pb2 as pb

    request = pb.RecommendRequest(
        user_id=user, max_items=limit, language_codes=within, candidate_media_ids=candidate,
        exclude_media_ids=exclude, include_seen=seen, diversity=diversity, exploration=exploration,
        seed=seed, language_code=language,
    )  # fmt: skip
    if at:
        request.time.FromJsonString(at)
    with Videre(server) as client:
        found = client.recommendations.to_user(request)
    if json:
        print_json(found)
    else:
        out().print(*render_recommended(found), sep="\n")


@app.command()
def record(
    file: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE",
            encoding="utf-8",
            help="Events, one JSON object a line; - = standard input.",
        ),
    ],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Bring what users did; what was brought before changes nothing."""
    from videre.cli.console import print_json, say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import recommendation_pb2 as pb

    with Videre(server) as client:
        for done in client.recommendations.record(messages(file, pb.UserEvent)):
            if json:
                print_json(done, line=True)
                continue
            told = f"{done.recorded_count:,} recorded, {done.repeated_count:,} known before, "
            told += f"{done.forgotten_count:,} too old"
            for media_id in done.unknown_media_ids:
                told += f"\nno media {media_id}"
            say(done, told, as_json=False)


@app.command()
def interests(
    user: User,
    like: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND:VALUE[=WEIGHT]", help="tag:animal.dog …; may be repeated."),
    ] = None,
    dislike: Annotated[
        list[str] | None, typer.Option(metavar="KIND:VALUE[=WEIGHT]", help="May be repeated.")
    ] = None,
    within: Annotated[
        list[str] | None, typer.Option("--in", help="Only in this language; may be repeated.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say what a user likes, in place of what was said before."""
    from videre.cli.console import out, print_json
    from videre.cli.recommend_tables import render_profile
    from videre.client import Videre
    from videre.v1 import recommendation_pb2 as pb

    said = [*(_interest(one, 1) for one in like or ()), *(_interest(o, -1) for o in dislike or ())]
    request = pb.SetUserInterestsRequest(user_id=user, interests=said, language_codes=within)
    with Videre(server) as client:
        profile = client.recommendations.set_interests(request)
    if json:
        print_json(profile)
    else:
        out().print(*render_profile(profile), sep="\n")


def _interest(text: str, sign: int) -> recommendation_pb2.Interest:
    from videre.v1 import recommendation_pb2 as pb

    kind, _, rest = text.partition(":")
    value, _, weight = rest.rpartition("=") if "=" in rest else (rest, "", "1")
    try:
        number = pb.TraitKind.Value(f"TRAIT_KIND_{kind.upper()}")
        return pb.Interest(kind=number, value=value, weight=sign * float(weight))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not KIND:VALUE or KIND:VALUE=WEIGHT") from None


@app.command()
def profile(
    user: User,
    at: At = "",
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show all that is known of a user; with --json as a file to hand over."""
    from videre.cli.console import out, print_json
    from videre.cli.recommend_tables import render_profile
    from videre.client import Videre
    from videre.v1 import recommendation_pb2 as pb

    request = pb.GetUserProfileRequest(user_id=user, language_code=language)
    if at:
        request.time.FromJsonString(at)
    with Videre(server) as client:
        found = client.recommendations.profile(request)
    if json:
        print_json(found)
    else:
        out().print(*render_profile(found), sep="\n")


@app.command()
def forget(
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Erase all that is known of a user; it cannot be taken back."""
    from videre.cli.console import say
    from videre.client import Videre

    if not yes:
        typer.confirm("Erase all that is known of this user?", abort=True)
    with Videre(server) as client:
        erased = client.recommendations.forget(user)
    say({"erased": erased}, "erased" if erased else "nothing was known", as_json=json)


@app.command()
def rotate_key(
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Seal all profiles of the project under a new key."""
    from videre.cli.console import print_json, say
    from videre.client import Videre

    with Videre(server) as client:
        for done in client.recommendations.rotate_key():
            if json:
                print_json(done, line=True)
            else:
                told = f"key {done.key_version}: {done.sealed_count:,} sealed"
                say(done, f"{told}, {done.remaining_count:,} left", as_json=False)
