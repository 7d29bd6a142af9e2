#!/usr/bin/env bash
# Everything that is done with media after they were understood, in one command:
# scripts/tour.sh [VIDEO VIDEO PICTURE], against a running suite (make up, VIDERE_SERVER).
# Two videos and a picture are submitted, then found, recommended, given ad slots and sold.
# Without arguments: the sample clip, a piece cut from it, and a picture of the documentation.
# Files are left in the folder TOUR (tour/).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${TOUR:-tour}
mkdir -p "$folder"
show() {
    printf '\n$ videre %s\n' "${*@Q}" | sed "s/'\([A-Za-z0-9_.:=/-]*\)'/\1/g"
    .venv/bin/videre "$@"
}
submitted() { # FILE TITLE: submit, wait, tell the media
    .venv/bin/videre submit "$1" --title "$2" --wait --json |
        .venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["job"]["mediaId"])'
}
if [ $# -eq 0 ]; then
    sample=cli/videre/cli/sample/sample.mp4
    .venv/bin/videre produce trim "$sample" --keep 18-34 -o "$folder" >/dev/null
    set -- "$sample" "$folder/web.mp4" docs/gallery/reframe-before.jpg
fi
first=$(submitted "$1" "A rocket, a cat and a song")
second=$(submitted "$2" "The cat and the coffee")
picture=$(submitted "$3" "A picture")
printf 'media: %s, %s, %s\n' "$first" "$second" "$picture"

show search cat
show search 火箭 --language zh-Hans --edit "$folder/rocket.otio"
show produce assemble "$folder/rocket.otio" -o "$folder"
show similar "$first" --at 20 --limit 4
show recommend interests ada --like topic:animals
show recommend to ada
show ads slots "$first" --count 2 --spacing 8 --min 0.3 --guard 0
show ads vmap "$first" --tag https://ads.example.com/vast --count 2 --spacing 8 --min 0.3 --guard 0 -o "$folder/sample.vmap.xml"
show marketing write "$first" --length 20 --language en --language zh
show marketing film "$first" --length 20 -o "$folder"
