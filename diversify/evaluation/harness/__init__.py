"""IFEval, GSM8K, MMLU, BBH, MATH and TheoremQA through lm-evaluation-harness."""
