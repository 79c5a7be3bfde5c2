"""What does somebody who was not there read? A run as one document: as a page, as a PDF, as slides.

All three forms are made from one content (:mod:`mmm_core.report.content`), whose sentences are made from numbers by
rules.
"""
