from core.lookups import one_of
from programmes.models import ProductPosition


def test_a_thousand_keys_are_asked_for_in_the_words_of_one():
    texts = set()
    for many in (1, 1000):
        sql, params = ProductPosition.objects.filter(one_of("workstream", range(many))).query.sql_with_params()
        assert len(params) == 1
        texts.add(sql)
    assert len(texts) == 1
