"""The compiler: text in, manifest and diagnostics out.

    .sb text ─parse─▶ parsed ─resolve─▶ resolved ─plan─▶ clips ─check─▶ diagnostics
                                                   └──emit─▶ manifest and request bodies (prompts)

`pipeline` is all of it on one page. Pure: no network, no clock, no printing; files are read through one `loader`.
`ir` holds the values between the passes, `text` the source and its spans.

    check, plan, prompts, emit      the other passes; incremental: what one run keeps for the next
    diagnostics, codes, placement   findings, their codes, findings in their place; suppressions: `[[allow …]]`
    fixing, fix_sentences           edits applied, and worded
    drafts                          the film on another model; dependencies: the files that it names
    images                          reference images
    headings, syntax, names, spelling, emphasis, aspect, word_count   small grammars that several passes read by
"""
