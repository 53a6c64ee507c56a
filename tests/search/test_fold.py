"""Words in one plain form, whatever keyboard they were typed on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.search import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d’Ivoire", "cote divoire"),
        ("COTE D'IVOIRE", "cote divoire"),
        ("Côte d`Ivoire", "cote divoire"),
        ("Cote d‘Ivoire", "cote divoire"),
        ("cote d´ivoire", "cote divoire"),
        ("Co\u0302te d\u02bcIvoire", "cote divoire"),  # accent as a mark of its own
        ("São Tomé", "sao tome"),
        ("Türkiye", "turkiye"),
        ("TÜRKİYE", "turkiye"),
        ("ısı", "isi"),
        ("Straße", "strasse"),
        ("Œuvre æsir Ørsted Łódź Đorđe Þór", "oeuvre aesir orsted lodz dorde thor"),
        ("ﬁle", "file"),
        ("ｆｕｌｌ", "full"),
        ("sub-regional", "sub regional"),
        ("S/2011/393", "s 2011 393"),
        ("R2P, RtoP;  “R2P”", "r2p rtop r2p"),
        ("state’s", "states"),
        ("non\u00adviolent", "non violent"),
        ("a\u00a0b\u2009c\nd\te", "a b c d e"),
        ("x²", "x2"),
        ("Act™ 𝐀𝐁 ǣ ŉ", "acttm ab ae n"),
        ("50%_of", "50 of"),
        ("Россия", "россия"),
        ("РОССИЯ", "россия"),
        ("东帝汶", "东帝汶"),
        ("", ""),
        (" !?—… ", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@settings(max_examples=500)
@given(st.text())
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_no_marks_and_single_spaces_are_left(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not set(folded) & set("'’\"-%_\\\x00")


@given(st.text(st.characters(categories=["L"]), min_size=1))
def test_letters_of_no_script_are_lost_altogether(text):
    assert fold(text) or all(not letter.isalnum() for letter in text)


@given(st.text(), st.text())
def test_words_stay_words_beside_others(before, after):
    """A text between two others has its own words, as they are when it stands alone."""
    assert fold(f"{before} {after}") == f"{fold(before)} {fold(after)}".strip()
