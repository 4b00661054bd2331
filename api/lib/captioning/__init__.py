"""Between a captioner's plain sentence and what a person would keep: pure functions, no tables, no network.

`compose` says what is known (people, place, date) in the sentence; `guard` checks what somebody else, such as a
language model, made of it. docs/drafts.md has the rules.
"""
