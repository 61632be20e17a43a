"""Text in pictures, by models that run here: some 500 MB and one to three seconds a page."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import Any

from commands.items.reading.words import Word

_LONGEST_SIDE = 2400
_THREADS = 2
_LEAST_SURE = 0.5
_TALL = 1.5  # times as high as wide

_one_at_a_time = Lock()  # two would need twice the memory and not be quicker


def words_in(picture: Any, *, page: int = 0) -> list[Word]:
    """`picture` is an array of pixels, upright, with three colours or four."""
    if picture.min() == picture.max():
        return []  # an empty page: looking for text on it takes longest
    with _one_at_a_time:
        found = _engine()(picture)
        if found.boxes is not None and _is_lying(found.boxes):
            found = _upright(picture)
    if found.boxes is None:
        return []
    boxes = [[(float(x), float(y)) for x, y in box] for box in found.boxes]
    tilt = _tilt(boxes)
    return [
        word
        for box, text, sure in zip(boxes, found.txts, found.scores, strict=True)
        for word in _split([_turned(point, -tilt) for point in box], text, sure=sure, page=page)
    ]


def _is_lying(boxes: Any) -> bool:
    """Whether most lines run up or down: a sheet photographed from its side."""
    return sum(_height(box) > _width(box) * _TALL for box in boxes) * 2 > len(boxes)


def _height(box: Any) -> float:
    return float(max(y for _, y in box) - min(y for _, y in box))


def _width(box: Any) -> float:
    return float(max(x for x, _ in box) - min(x for x, _ in box))


def _upright(picture: Any) -> Any:
    """Turned to the side on which the signs make most sense, as they stand."""
    import numpy  # noqa: PLC0415

    turned = [
        _engine()(numpy.ascontiguousarray(numpy.rot90(picture, turns)), use_cls=False)
        for turns in (1, 3)
    ]
    return max(turned, key=lambda found: sum(found.scores or ()))


@lru_cache(maxsize=1)
def _engine() -> Any:
    import onnxruntime  # noqa: PLC0415  # loads models and large libraries
    from rapidocr import RapidOCR  # noqa: PLC0415

    onnxruntime.set_default_logger_severity(3)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _LONGEST_SIDE,
            "Global.text_score": _LEAST_SURE,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _tilt(boxes: Sequence[Sequence[tuple[float, float]]]) -> float:
    """How far the picture leans, in radians, by its longer lines."""
    longest = sorted(boxes, key=lambda box: box[0][0] - box[1][0])[: max(len(boxes) // 2, 1)]
    return (
        median(math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]) for box in longest)
        if longest
        else 0.0
    )


def _turned(point: tuple[float, float], angle: float) -> tuple[float, float]:
    x, y = point
    return (
        x * math.cos(angle) - y * math.sin(angle),
        x * math.sin(angle) + y * math.cos(angle),
    )


def _split(
    corners: Sequence[tuple[float, float]], text: str, *, sure: float, page: int
) -> Iterator[Word]:
    """A line is found as one box; its words are given their share of it by their length."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    share = (right - left) / max(len(text), 1)
    spaces = [-1, *(i for i, sign in enumerate(text) if sign.isspace()), len(text)]
    for before, after in pairwise(spaces):
        if after - before > 1:
            yield Word(
                text=text[before + 1 : after],
                left=left + (before + 1) * share,
                top=top,
                right=left + after * share,
                bottom=bottom,
                page=page,
                sure=round(float(sure), 3),
            )
