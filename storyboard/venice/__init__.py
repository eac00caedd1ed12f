"""The service's video calls: the meaning of an answer (pure), and the transport under it (thin).

protocol                 answers of the video calls ─▶ outcomes (pictures, speech, sound_jobs, transcription:
others') model_list, history      the published models; the account's charges
transport                HTTP: sends, reads within limits, and says how far a call came (address, secret)
rate_limit, clock        how often; the time, handed in
service                  facts of `service.toml`
"""
