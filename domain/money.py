"""Money is an integer of fen; a yuan has a hundred of them. Nothing here rounds."""

from decimal import Decimal, InvalidOperation

FEN = 100
WAN = 10_000
YI = 100_000_000
LARGEST = 10**17
"""In fen, one quadrillion yuan; beyond it an amount is a typing error and would not fit every database's integer."""

_UNITS = {"万": WAN, "萬": WAN, "亿": YI, "億": YI}


class NotMoney(ValueError):
    """The text or number is no amount in whole fen."""


def yuan(amount: str | int | Decimal) -> int:
    """Fen of an amount in yuan: `12800.5`, `"12,800.50"`, `"¥3.5万"`, `Decimal("0.01")`.

    Raises:
        NotMoney: it is no number, has a part of a fen, or is beyond `LARGEST`.
    """
    fen = _decimal(amount) * FEN
    if not fen.is_finite() or abs(fen) > LARGEST or fen != fen.to_integral_value():
        raise NotMoney(f"不是有效的金额: {amount}")
    return int(fen)


def _decimal(amount: str | int | Decimal) -> Decimal:
    if isinstance(amount, Decimal):
        return amount
    if isinstance(amount, int):
        return Decimal(amount)
    text = amount.strip().lstrip("¥￥").rstrip("元块").replace(",", "").replace("，", "").strip()
    factor = _UNITS.get(text[-1:], 1)
    try:
        return Decimal(text[:-1] if factor > 1 else text) * factor
    except InvalidOperation as error:
        raise NotMoney(f"不是有效的金额: {amount}") from error


def decimal_yuan(fen: int) -> str:
    """Yuan as a plain decimal without separators or trailing zeros, such as `12800.5` (corpus/README.md 1.3)."""
    whole, rest = divmod(abs(fen), FEN)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if fen < 0 else ''}{whole}{fraction}"


def shown(fen: int) -> str:
    """The amount as people write it, exact and without the word for yuan: `50万`, `3.5万`, `1.2亿`, `12,800.50`.

    万 and 亿 stand only where at most two decimals follow; otherwise every digit is shown.
    """
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    for unit, word in ((YI, "亿"), (WAN, "万")):
        step = unit * FEN // 100
        if size >= unit * FEN and size % step == 0:
            return f"{sign}{_two_decimals(size // step)}{word}"
    whole, rest = divmod(size, FEN)
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def _two_decimals(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
