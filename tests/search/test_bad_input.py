"""Whatever is typed is answered: with rows, or with what is wrong with it."""

import pytest

pytestmark = pytest.mark.django_db

TYPED = {
    "three thousand words": ("veto libya " * 1500, 400),
    "a hundred kilobytes": ("v" * 100_000, 400),
    "the longest that is taken": ("a b " * 50, 200),
    "fifty words": (
        " ".join("abcdefghijklmnopqrstuvwxyz0123456789")
        + " ba be bi bo bu by da de di do du ca ci co",
        200,
    ),
    "more words than are taken": (" ".join(f"{n}" for n in range(10, 62)), 400),
    "many alternatives": (" OR ".join("abcdefghijklmnopqrstuvwxyz"), 200),
    "a quotation mark alone": ('"', 400),
    "unbalanced quotes": ('veto "early warning', 400),
    "only operators": ("OR OR AND -", 400),
    "only signs": ("- -- && || ! ( ) * : ~ ^", 400),
    "only stop words": ("the of and to in", 200),
    "signs of the databases": ("veto & libya | ! ' :* <-> NEAR( ^ {a b} : \\", 200),
    "words of the databases": ("NOT NEAR AND quoted:veto", 200),
    "emoji": ("🙂👍🏽", 400),
    "emoji beside a word": ("veto 🙂", 200),
    "Arabic": ("مسؤولية الحماية", 200),
    "combining marks": ("v\u0301\u0308eto" + "\u0301" * 90, 200),
    "only combining marks": ("\u0301" * 100, 400),
    "right to left marks": ("\u202eveto\u202c", 200),
    "a null character": ("veto\x00", 400),
    "half of a character": ("veto\ud800", 400),
    "a long synonym phrase": ('"' + "UN EU UK ICC R2P " * 10 + '"', 200),
}


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("path", ["/statements/", "/api/v1/positions/"])
def test_what_is_typed(client, path, typed):
    words, status = TYPED[typed]
    query = words.encode("utf-8", "surrogatepass")
    response = client.get(path, {"q": query})
    assert response.status_code == status
    if status == 400:
        assert "q" in response.content.decode()
