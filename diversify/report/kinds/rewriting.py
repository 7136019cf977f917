"""Experiments of string rewriting: sections 4 and 5 of [A], figures 2 to 4 of [B]."""

from diversify.report import papers
from diversify.report.kinds.derived import with_arms
from diversify.report.kinds.record import SETS, Kind, Stroke, View

TRAIN = Stroke("Training rules", "quiet", marker="s", strength=0.6)
NOOP = Stroke("Unseen, nothing to do", "third", "--", "^")
HASOP = Stroke("Unseen, something to do", "second", "--", "D")
LENGTHS = ("examples", "input_length", "pattern_length")

THRESHOLD = Kind(
    name="threshold",
    asked="Does a model that trained on enough different rules follow ones it never saw?",
    needs=frozenset({"instructions"}),
    views=(View(("instructions", SETS, *LENGTHS)),),
    marks=papers.THRESHOLD,
    sets={
        "train": TRAIN,
        "unseen_noop": NOOP,
        "unseen_hasop": HASOP,
        "unseen": Stroke("Unseen rules", "main"),
    },
    tabulated=("examples", "instructions"),
    papers=(
        "nothing below 300 rules however many examples, the jump near 400, "
        "always from 1,000 rules on"
    ),
)

NOOPS = Kind(
    name="no-ops",
    asked="Does it matter how many inputs hold nothing to rewrite?",
    needs=frozenset({"instructions", "noop_share"}),
    views=(View(("instructions", "noop_share", SETS)),),
    marks=papers.NOOPS,
    sets={
        "unseen_noop": NOOP,
        "unseen": Stroke("Average of the two", "main"),
        "unseen_hasop": HASOP,
    },
    tabulated=("noop_share", "instructions"),
    papers="it generalises from about 400 rules, and past that the share hardly matters",
)

LONG_TAIL = Kind(
    name="long tail",
    asked="How unevenly may the examples be shared among the rules?",
    needs=frozenset({"instructions", "shape"}),
    views=(View(("shape", "instructions", "examples")),),
    marks=papers.LONG_TAIL,
    sets={"unseen": Stroke("Unseen rules", "main")},
    tabulated=("shape", "instructions"),
    papers="10,000 and 100,000 rules are robust; 1,000 drop sharply once a < 0.2",
)

RESTRICTED = Kind(
    name="restricted semantics",
    asked="Do rules of constrained form carry to forms that were never shown?",
    needs=frozenset({"families"}),
    views=(View(("k_max", "instructions", "families", SETS)),),
    sets={
        "within": Stroke("same k", "quiet", "--", "s"),
        "unseen": Stroke("lower k", "main"),
    },
    tabulated=("families", "instructions"),
    papers=(
        "one constrained family does not carry to lower k, mixtures do when rich enough; 500 rules "
        "or fewer never do; more rules help, larger k alone hurts"
    ),
)

OCCURRENCES = Kind(
    name="occurrences",
    asked="Should training inputs hold the pattern once, often, or sometimes either?",
    needs=frozenset({"occurrences"}),
    views=(View(("instructions", SETS, "occurrences")),),
    marks=papers.OCCURRENCES,
    sets={"train": TRAIN, "unseen": Stroke("Unseen rules", "main")},
    tabulated=("occurrences", "instructions"),
    papers="training on a mixture (theirs: 1, 5, 10, 15 and 20) beats any single number",
)

ENCRYPTED = Kind(
    name="encrypted",
    asked="What does it cost to halve the examples, evenly or unevenly?",
    needs=frozenset({"examples", "instructions"}),
    options=frozenset({"key_length"}),
    views=(View(("arm", SETS, "instructions")),),
    sets={
        "unseen_noop": Stroke("Nothing to do", "third", "--", "^"),
        "unseen_hasop": Stroke("Something to do", "second", "--", "D"),
        "unseen": Stroke("Average", "main"),
    },
    tabulated=("arm", "instructions"),
    derive=with_arms,
    derived={"arm": ("examples", "shape")},
    papers="subsampling evenly costs nothing, subsampling unevenly hurts (a pretrained 7B model)",
)

REWRITING = (ENCRYPTED, RESTRICTED, OCCURRENCES, NOOPS, LONG_TAIL, THRESHOLD)
