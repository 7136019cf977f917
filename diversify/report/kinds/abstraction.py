"""Experiments beyond one rewriting step: algebra (section 3 of [B]) and Markov algorithms."""

from diversify.report import papers
from diversify.report.kinds.derived import with_steps
from diversify.report.kinds.record import SETS, Kind, Stroke, View

ALGEBRA_SETS = {
    "train": Stroke("Training rules", "quiet", marker="s", strength=0.6),
    "other": Stroke("Other unseen rules", "third", marker="^"),
    "unseen_equivalent": Stroke("Unseen rules, any equal answer", "second", "--", "D"),
    "unseen": Stroke("Unseen rules, the rewrite asked for", "main"),
}

GENERALIST = Kind(
    name="algebra generalist",
    asked="How many different algebraic rules until a model applies ones it never saw?",
    needs=frozenset({"rules"}),
    views=(View(("rules", SETS, "pattern_depth")),),
    marks=papers.GENERALIST,
    sets=ALGEBRA_SETS,
    tabulated=("pattern_depth", "rules"),
    papers="from 0.33-0.52 at few rules to 0.80 at 40, with a pretrained 7B model",
)

SPECIALIST = Kind(
    name="algebra specialist",
    asked="How much of a specialist’s training should go to rules outside its speciality?",
    needs=frozenset({"diversify_share"}),
    views=(
        View(("diversify_share", "diversify_rules")),
        View(
            ("diversify_rules", "diversify_share"),
            "accuracy-by-rules",
            "Does it matter how many different rules diversify a specialist’s training?",
        ),
    ),
    marks=papers.SPECIALIST,
    sets=ALGEBRA_SETS,
    tabulated=("diversify_rules", "diversify_share"),
    papers=(
        "over the ratios 1:49, 5:45 and 10:40 a peak of 0.40 against 0.15-0.27 elsewhere, higher "
        "with 40 diversifying rules than with 20; over 5 to 40 rules from 0.07 to 0.36 "
        "(a pretrained 7B model)"
    ),
)

MARKOV = Kind(
    name="Markov algorithms",
    asked="Does writing out the steps help to follow an unseen algorithm?",
    needs=frozenset({"answer"}),
    views=(View(("steps", "answer", "algorithms")),),
    sets={"unseen": Stroke("Unseen algorithms", "main")},
    tabulated=("answer", "steps"),
    derive=with_steps,
    derived={"steps": ()},
)

ABSTRACTION = (SPECIALIST, MARKOV, GENERALIST)
