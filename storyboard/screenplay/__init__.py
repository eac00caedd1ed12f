"""Screenplays that exist already: Fountain and Final Draft in, `.sb` out, and back.

Fountain ─▶ screenplay ─▶ cast, shots ─▶ .sb text
Final Draft ─▶┘     └─▶ Fountain, Final Draft
"""
