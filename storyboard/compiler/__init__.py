"""The compiler: text in, manifest and diagnostics out.

    .sb text ─parse─▶ parsed ─resolve─▶ resolved ─plan─▶ clips ─check─▶ diagnostics
                                                   └──emit─▶ manifest and request bodies (prompts)

`pipeline` is all of it on one page. Pure: no network, no clock, no printing; files are read through one `loader`.
`ir` holds the values between the passes, `text` the source and its spans.
"""
