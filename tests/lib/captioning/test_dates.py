from datetime import date

import pytest

from api.lib.captioning.dates import date_phrase


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("en", "in August 2019"), ("de", "im August 2019"), ("de_AT", "im August 2019"), ("fr", "")],
)
def test_month_and_year_by_language(language: str, wanted: str) -> None:
    assert date_phrase(date(2019, 8, 3), language=language) == wanted
