"""Clean text as people type it in China: full-width forms, invisible signs, Chinese numerals."""

import re
import unicodedata

# Signs one cannot see and that break comparisons: control characters (PostgreSQL refuses NUL),
# zero-width spaces, soft hyphen, text-direction marks, byte-order mark, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# The zero-width joiner holds composed emoji together and is kept there only.
_STRAY_JOINER = re.compile("(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d")
_BLANKS = re.compile(r"\s+")
_DASHES = re.compile("[‐‑‒–—―−﹣-]")

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
_DIGITS.update({c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")})
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERALS = re.compile("[" + "".join(_DIGITS) + "".join(_SCALES) + "]+")


def clean(text: str) -> str:
    """Return `text` in half-width form (NFKC), without invisible signs, blanks collapsed.

    Emoji stay. Full-width digits, letters, brackets and commas become half-width ones.
    """
    text = unicodedata.normalize("NFKC", text)
    text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
    return _BLANKS.sub(" ", text).strip()


def compact(text: str) -> str:
    """Return `text` cleaned, without any blanks, every kind of dash as ``-``."""
    return one_dash(clean(text)).replace(" ", "")


def one_dash(text: str) -> str:
    """Return `text` with every kind of dash as ``-``."""
    return _DASHES.sub("-", text)


def chinese_to_int(numeral: str) -> int | None:
    """Return the number a Chinese numeral below 10,000 means, or None if it is none.

    Both ways of writing are understood: by place (``一百零二``, ``十二``) and digit by digit
    (``一三〇一``).
    """
    if not numeral or not _NUMERALS.fullmatch(numeral):
        return None
    if not any(char in _SCALES for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total, digit, last_scale = 0, None, 10000
    for char in numeral:
        if char in _DIGITS:
            if digit:  # two digits in a row make no number by place
                return None
            digit = _DIGITS[char]
            continue
        scale = _SCALES[char]
        if scale >= last_scale:
            return None
        # 十二 leaves out the leading one
        total += (1 if digit is None else digit) * scale
        digit, last_scale = None, scale
    return total + (digit or 0)


def with_arabic_digits(text: str) -> str:
    """Return `text` with every Chinese numeral replaced by Arabic digits."""

    def arabic(match: re.Match[str]) -> str:
        number = chinese_to_int(match.group())
        return match.group() if number is None else str(number)

    return _NUMERALS.sub(arabic, text)


def without_leading_zeros(text: str) -> str:
    """Return `text` with every run of digits freed of its leading zeros (``A01`` -> ``A1``)."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)
