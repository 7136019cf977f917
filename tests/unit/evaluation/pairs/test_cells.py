from diversify.evaluation.pairs.cells import arm_of


def test_an_arm_is_its_label_or_else_all_labels_but_the_seed():
    assert arm_of({"arm": "oss20", "seed": 3}) == "oss20"
    assert arm_of({"share": 0.5, "budget": 100, "seed": 3}) == "share=0.5, budget=100"
    assert arm_of({"arm": "a", "model": "b"}) == "arm=a, model=b"
    assert arm_of({"seed": 3}) == ""
