def test_the_first_batch_is_shown_and_nothing_is_trained(run, write, tmp_path):
    rows = write(
        "rows.jsonl",
        [
            {"messages": [{"role": role, "content": text} for role, text in turns]}
            for turns in (
                [("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Ciao")],
                [("system", "Be brief."), ("user", "Add"), ("assistant", "4")],
            )
        ],
    )
    out = tmp_path / "model"
    words = ("--tokenizer", "bpe", "--vocabulary", 300, "--show-batch", 2, "--out", out)
    code, said, err = run("sft", rows, *words)
    assert (code, err) == (0, "")
    assert "<s>Hi<sep>⟦Hello</s>⟧Bye<sep>⟦Ciao</s>⟧" in said
    assert "Add<sep>⟦4</s>⟧" in said
    assert not out.exists()


def test_a_fault_in_the_template_is_one_line(run, write, tmp_path):
    rows = write("rows.jsonl", [{"prompt": "Hi", "completion": "Hello"}])
    code, _, err = run("sft", rows, "--chat-template", tmp_path / "no.jinja", "--show-batch", 1)
    assert code == 2
    assert err.startswith("diversify: chat_template ")
    assert len(err.splitlines()) == 1
